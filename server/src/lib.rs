//! `keyturn`: the thin back end. Configuration, the gateway behind the app's seam, and HTTP around both.
//!
//! ```text
//! config ──► build ──► web (router, middleware, pages, server functions) ──► gateway ──► keyturn-cloud
//! ```

mod approvals;
pub mod audit;
mod builds;
pub mod config;
mod credentials;
mod doctor;
mod gateway;
mod identity;
mod networks;
#[cfg(feature = "sandbox")]
mod sandbox;
mod storage;
mod web;

use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use keyturn_app::model::region::Region;
use keyturn_app::model::session::{Cloud, Session};
use keyturn_app::served::{Check, Feature, Finding, Found};
use keyturn_app::shell::Language;
use keyturn_cloud::credentials::{Chain, Unsigned};
use keyturn_cloud::{Client, Provider};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use config::Config;
use identity::{Identity, Oidc, PageMarks, SignIn};
use networks::ClientNetworks;
#[cfg(feature = "sandbox")]
pub use sandbox::sandbox;
use storage::{Database, Open};
use web::{Metrics, Site, Web};

/// The names of the regions, from the vendor's list of endpoints.
const REGIONS: &str = include_str!("data/regions.json");

/// How long the start waits for the cloud to say whose account it is, and which regions there are.
const START_LIMIT: std::time::Duration = std::time::Duration::from_secs(3);

/// A console that is ready to serve, with the listeners it has taken.
pub struct Console {
    pub listener: TcpListener,
    pub router: Router,
    pub metrics: Option<(TcpListener, Router)>,
    /// The embedded cloud, where it is the one that answers.
    #[cfg(feature = "sandbox")]
    pub sandbox: Option<(keyturn_sandbox::Listeners, keyturn_sandbox::Sandbox)>,
    /// What runs beside it and never ends: the watch, the couriers of the audit log.
    pub beside: Vec<Beside>,
    /// The one-time link of the first administrator, while nobody can sign in yet.
    pub first_link: Option<String>,
    /// What changes something and is under way.
    changes: TaskTracker,
    audit: audit::Audit,
    proxies: Arc<[IpAddr]>,
    networks: ClientNetworks,
}

/// It never ends.
pub type Beside = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(serde::Deserialize)]
struct KnownRegion {
    id: String,
    name: String,
    zh: String,
    ja: String,
}

impl KnownRegion {
    fn name_in(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::Japanese => &self.ja,
            Language::English | Language::Longer | Language::RightToLeft => &self.name,
        }
    }
}

/// The IDs of all regions that Keyturn knows, in the vendor's order.
pub fn known_regions() -> Vec<String> {
    regions().into_iter().map(|region| region.id).collect()
}

/// Takes the listeners and puts the console together, so that tests start the real thing.
pub async fn build(config: &Config) -> anyhow::Result<Console> {
    prepare_data_dir(config)?;
    let listener = listen(config.listen, "KEYTURN_LISTEN").await?;
    let port = listener.local_addr()?.port();
    let metrics = Arc::new(Metrics::default());
    let cloud = cloud(config, metrics.clone()).await?;
    let client = cloud.client;
    let regions = client.regions().to_vec();
    let account_id = match config.cloud {
        #[cfg(feature = "sandbox")]
        config::Cloud::Sandbox(_) => None,
        config::Cloud::Aliyun { .. } => account(&client).await,
    };
    // Set already where a test builds a second console.
    let _ = any_spawner::Executor::init_tokio();
    let metrics_listener = match config.metrics_listen {
        Some(address) => {
            let listener = listen(address, "KEYTURN_METRICS_LISTEN").await?;
            Some((listener, web::metrics_router(metrics.clone())))
        }
        None => None,
    };
    let public_url = match config.listen.port() {
        // A test asks for any port; its name is known only now.
        0 => format!("http://localhost:{port}"),
        _ => config.public_url.clone(),
    };
    let database = database(config, Open::OrCreate).await?;
    let builds = Arc::new(builds::Builds::new(database.clone()));
    // A file has one process at a time, which is what serves its pages.
    if database.is_shared() {
        web::publish(&builds).await.context("KEYTURN_DATABASE_URL: the site's files cannot be kept there")?;
    }
    let audit = audit::Audit::new(database.clone(), config.client_networks);
    if let Some(foreign) = audit::foreign_schema(&database).await.context("KEYTURN_DATABASE_URL")? {
        anyhow::bail!(
            "KEYTURN_DATABASE_URL: the database has the {foreign}, which can change or hide records of the audit log. \
             Keyturn makes none: remove it, then run keyturn audit verify"
        );
    }
    let page_marks = identity::PageMarks::load(&database).await;
    let page_marks = page_marks.context("KEYTURN_DATABASE_URL: the database failed")?;
    let (identity, first_link) = identity(config, &database, &audit, &public_url, &page_marks).await?;
    let identity = Arc::new(identity);
    let approvals = approvals::Approvals::new(database.clone(), config.four_eyes.clone());
    let limits = identity::Limits::new(database.clone(), config.client_networks, config.rotations_an_hour);
    let doctor = Arc::new(doctor::Doctor::new(client.clone(), cloud.chain, config));
    let gateway = gateway::Gateway::new(
        client,
        database.clone(),
        audit.clone(),
        approvals.clone(),
        identity.clone(),
        limits,
    );
    let gateway = Arc::new(gateway);
    let watch = config.watch.map(|every| -> Beside { Box::pin(gateway.clone().watch(every)) });
    let mut beside: Vec<Beside> = watch.into_iter().collect();
    beside.push(Box::pin(audit.clone().tend()));
    for destination in &config.forward {
        let metrics = metrics.clone();
        let waiting = Arc::new(move |to, records| metrics.audit_waiting(to, records));
        let forward = audit::Forward::new(database.clone(), destination.clone(), &public_url, waiting)?;
        beside.push(Box::pin(forward.run()));
    }
    let gateways = gateway::Gateways::new(gateway, config.assume_roles.clone());
    let changes = TaskTracker::new();
    let proxies: Arc<[IpAddr]> = config.trusted_proxies.clone().into();
    let router = web::router(Web {
        changes: changes.clone(),
        gateway: Arc::new(gateways),
        sessions: Language::ALL
            .map(|language| session(config, &regions, language, account_id.clone()))
            .into(),
        site: Arc::new(Site::new(&public_url, port)),
        metrics,
        functions: Arc::new(keyturn_app::api::functions()),
        identity,
        page_marks,
        audit: audit.clone(),
        approvals,
        doctor,
        database,
        builds,
        embedded_by: config.embed_origins.join(" ").into(),
        proxies: proxies.clone(),
    });
    Ok(Console {
        listener,
        router,
        metrics: metrics_listener,
        #[cfg(feature = "sandbox")]
        sandbox: cloud.sandbox,
        beside,
        first_link,
        changes,
        audit,
        proxies,
        networks: config.client_networks,
    })
}

/// The cloud that the configuration names.
struct Reached {
    client: Client,
    /// Over the real cloud: where what signs the calls comes from.
    chain: Option<Arc<Chain>>,
    /// Where it is embedded; it does not serve yet.
    #[cfg(feature = "sandbox")]
    sandbox: Option<(keyturn_sandbox::Listeners, keyturn_sandbox::Sandbox)>,
}

async fn cloud(config: &Config, metrics: Arc<Metrics>) -> anyhow::Result<Reached> {
    let client = |endpoints, provider: Arc<dyn Provider>| {
        Client::new(endpoints, provider, Some(metrics))
            .map(|client| client.with_share(config.quota_share))
            .context("the HTTP client could not be made: the machine's TLS roots cannot be read")
    };
    Ok(match &config.cloud {
        #[cfg(feature = "sandbox")]
        config::Cloud::Sandbox(embedded) => {
            let (listeners, sandbox) = sandbox::sandbox(config, false).await?;
            let endpoints =
                keyturn_cloud::Endpoints::sandbox(listeners.http.local_addr()?, config.regions.clone());
            let credentials = Arc::new(sandbox::credentials(embedded, &sandbox)?);
            Reached {
                client: client(endpoints, Arc::new(credentials))?,
                chain: None,
                sandbox: Some((listeners, sandbox)),
            }
        }
        config::Cloud::Aliyun { endpoints, surroundings } => {
            let client = client(endpoints.clone(), Arc::new(Unsigned))?;
            let chain = credentials::found(&client, surroundings).await?;
            let mut client = client.signed_by(chain.clone());
            if config.asks_regions {
                client = client.for_regions(offered(&client).await);
            }
            Reached {
                client,
                chain: Some(chain),
                #[cfg(feature = "sandbox")]
                sandbox: None,
            }
        }
    })
}

/// The regions in which KMS is offered, in the known order, then those that are new. Where it does not say in time, all that are
/// known.
async fn offered(client: &Client) -> Vec<String> {
    let known = client.regions().to_vec();
    let asked = tokio::time::timeout(START_LIMIT, client.describe_regions(&known[0])).await;
    let Ok(Ok(reply)) = asked else {
        tracing::warn!("KMS does not say in which regions it is offered: all that are known are shown");
        return known;
    };
    let mut new: Vec<String> = reply.body.iter().filter(|region| !known.contains(region)).cloned().collect();
    new.sort();
    known.into_iter().filter(|region| reply.body.contains(region)).chain(new).collect()
}

/// Whose account it is, for the top of each page; nothing where the cloud does not answer at once, or refuses.
async fn account(client: &Client) -> Option<String> {
    let asked = client.get_caller_identity(&client.regions()[0]);
    match tokio::time::timeout(START_LIMIT, asked).await {
        Ok(Ok(identity)) => Some(identity.account_id),
        Ok(Err(error)) => {
            tracing::warn!(%error, code = error.code.as_deref().unwrap_or_default(), "the cloud does not say whose the credentials are");
            None
        }
        Err(_) => None,
    }
}

async fn database(config: &Config, how: Open) -> anyhow::Result<Database> {
    let opened = Database::open(&config.database_url, how).await;
    opened.map_err(|error| anyhow::anyhow!("KEYTURN_DATABASE_URL: {error:#}"))
}

/// How people sign in, and the first administrator's link where nobody can yet.
async fn identity(
    config: &Config,
    database: &Database,
    audit: &audit::Audit,
    public_url: &str,
    page_marks: &PageMarks,
) -> anyhow::Result<(Identity, Option<String>)> {
    match config.auth {
        config::Auth::None => Ok((Identity::None, None)),
        config::Auth::SignIn { local, .. } => {
            let mut sign_in = SignIn::new(
                database,
                config.grants.clone(),
                config.session_idle,
                config.session_max,
                config.client_networks,
            );
            sign_in.has_local = local;
            sign_in.keeps_tokens = config.assume_roles.iter().any(|role| role.oidc_provider_arn.is_some());
            sign_in.needs_second_factor = config.needs_second_factor;
            if config.needs_second_factor {
                let ended = sign_in.sessions.end_by_password_alone().await?;
                if ended > 0 {
                    tracing::info!(
                        ended,
                        "a second factor is required: sessions of a password alone have ended"
                    );
                }
            }
            sign_in = sign_in.with_page_marks(page_marks.clone());
            sign_in = sign_in.with_passkeys(database, public_url).context("KEYTURN_PUBLIC_URL")?;
            if !config.oidc.is_empty() {
                let oidc = Oidc::new(config.oidc.clone(), database.clone(), public_url);
                sign_in.oidc = Some(oidc.context("the HTTP client could not be made")?);
            }
            if !local {
                return Ok((Identity::SignIn(Box::new(sign_in)), None));
            }
            let first =
                sign_in.accounts.first().await.context("KEYTURN_DATABASE_URL: the database failed")?;
            let link = first.map(|token| format!("{public_url}/invitation?token={token}"));
            if link.is_some() {
                let who =
                    audit::Who { person: "keyturn".into(), name: "Keyturn".into(), ..audit::Who::default() };
                let end = audit::End { outcome: audit::Outcome::Done, ..audit::End::default() };
                let what = audit::What::about("admin").with("printed", true);
                audit
                    .happened(&who, "new_link", &what, end)
                    .await
                    .context("the audit log cannot be written")?;
            }
            Ok((Identity::SignIn(Box::new(sign_in)), link))
        }
    }
}

impl Console {
    /// Serves until `stop` ends, then lets what is under way finish.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) {
        let Self { listener, router, metrics, beside, changes, audit, proxies, networks, .. } = self;
        #[cfg(feature = "sandbox")]
        if let Some((listeners, sandbox)) = self.sandbox {
            tokio::spawn(async move {
                if let Err(error) = sandbox.serve(listeners).await {
                    tracing::error!(%error, "the sandbox has ended: the console has no cloud any more; start it again");
                }
            });
        }
        if let Some((listener, router)) = metrics {
            tokio::spawn(web::serve(listener, router, Arc::from([]), networks, std::future::pending()));
        }
        for task in beside {
            tokio::spawn(task);
        }
        web::serve(listener, router, proxies, networks, stop).await;
        changes.close();
        changes.wait().await;
        audit.close().await;
    }
}

/// Checks what Keyturn needs to do its work. Nothing is changed, but that the data directory is made; over a sandbox of its own
/// where that is the cloud.
/// `features` are those that the policy is for.
pub async fn examine(config: &Config, features: &[Feature]) -> anyhow::Result<Report> {
    let storage = match prepare_data_dir(config) {
        Ok(()) => Database::look(&config.database_url).await,
        Err(error) => Err(error),
    };
    #[cfg(feature = "sandbox")]
    let config = &sandbox::beside_one_that_runs(config);
    let cloud = cloud(config, Arc::default()).await?;
    #[cfg(feature = "sandbox")]
    if let Some((listeners, sandbox)) = cloud.sandbox {
        tokio::spawn(sandbox.serve(listeners));
    }
    let doctor = doctor::Doctor::new(cloud.client, cloud.chain, config);
    let found = match storage {
        Ok(()) => Found::StorageFine,
        Err(error) => Found::StorageBroken(format!("{error:#}")),
    };
    let storage = Finding { check: Check::Storage, found };
    let findings = [storage].into_iter().chain(doctor.examine(true).await.iter().cloned()).collect();
    Ok(Report { findings, smallest_policy: doctor.smallest_policy(features) })
}

/// What [`examine`] has found.
pub struct Report {
    pub findings: Vec<Finding>,
    /// JSON.
    pub smallest_policy: String,
}

/// Reads the whole audit log and checks its chain; `noted` is a head that was noted earlier.
pub async fn verify_audit(config: &Config, noted: Option<&str>) -> anyhow::Result<audit::Verified> {
    let database = database(config, Open::Existing).await?;
    Ok(audit::verify(&database, noted).await?)
}

/// Why somebody may or may not: in lines for a terminal. `tags` are those of the secret, as `key=value`.
pub async fn explain_access(
    config: &Config,
    person: &str,
    groups: &[String],
    region: &str,
    secret: &str,
    tags: &[String],
) -> anyhow::Result<String> {
    use std::fmt::Write;
    let database = database(config, Open::Existing).await?;
    let sign_in = SignIn::new(
        &database,
        config.grants.clone(),
        config.session_idle,
        config.session_max,
        config.client_networks,
    );
    anyhow::ensure!(
        known_regions().iter().any(|known| known == region),
        "{region} is no region of KMS: its IDs are such as cn-hangzhou"
    );
    anyhow::ensure!(
        identity::is_person(person),
        "{person} is no person's ID: it is such as local:alice, in lower case, or oidc: with issuer, | and subject"
    );
    if let Some(odd) = tags.iter().find(|tag| !identity::is_tag(tag)) {
        anyhow::bail!("--tag {odd}: a tag is such as team=payments");
    }
    let tags = identity::tags_of(tags);
    let place = identity::Place { region, name: secret, tags: &tags };
    let why = sign_in.why(person, groups.to_vec(), place).await?;
    let mut text = match why.role {
        None => {
            format!("{person} may nothing with {secret} in {region}, and is told that it does not exist.\n")
        }
        Some(role) => format!("{person} is {} of {secret} in {region}.\n", role.name()),
    };
    if why.is_no_account {
        text += "There is no account of this name, or it is disabled: nobody can sign in with it.\n";
    }
    if tags.is_empty() && why.rules.iter().any(|(_, misfit)| *misfit == Some(identity::Misfit::Tags)) {
        text += "No tags were given: name the secret's with --tag, or ask at /access, which reads them from KMS.\n";
    }
    if why.rules.is_empty() {
        text += "No rule is for this person or these groups.\n";
    }
    for (grant, misfit) in why.rules {
        let to = grant.to();
        let fits = match misfit {
            None => "fits",
            Some(identity::Misfit::Region) => "is for other regions",
            Some(identity::Misfit::Name) => "is for other names",
            Some(identity::Misfit::Tags) => "is for other tags",
        };
        writeln!(text, "  {} to {to} over {}: {fits}", grant.role.name(), grant.over())?;
    }
    Ok(text)
}

fn regions() -> Vec<KnownRegion> {
    serde_json::from_str(REGIONS).expect("data/regions.json is a list of regions")
}

fn session(config: &Config, offered: &[String], language: Language, account_id: Option<String>) -> Session {
    let names = regions();
    let regions = offered
        .iter()
        .map(|id| {
            let name = names
                .iter()
                .find(|region| region.id == *id)
                .map(|region| region.name_in(language).to_owned());
            Region { id: id.clone(), name: name.unwrap_or_else(|| id.clone()) }
        })
        .collect();
    let cloud = match &config.cloud {
        #[cfg(feature = "sandbox")]
        config::Cloud::Sandbox(_) => Cloud::Sandbox,
        config::Cloud::Aliyun { .. } => Cloud::Aliyun { account_id },
    };
    Session { regions, cloud, person: None }
}

async fn listen(address: SocketAddr, variable: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "{variable}: another program listens on {address} already; stop it or set {variable} to a free port"
        ),
        _ => anyhow::anyhow!("{variable}: cannot listen on {address}: {error}"),
    })
}

/// The directory is needed by what comes; that it cannot be written is better said at the start.
fn prepare_data_dir(config: &Config) -> anyhow::Result<()> {
    let path = config.data_dir.display();
    let probe = config.data_dir.join(format!(".probe-{}", ulid::Ulid::new()));
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&config.data_dir)
        .and_then(|()| std::fs::write(&probe, []))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|error| anyhow::anyhow!("KEYTURN_DATA_DIR: {path} cannot be written: {error}"))
}
