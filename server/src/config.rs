//! The effective configuration: command line over environment over file, each value with its source.

mod keys;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use keyturn_cloud::Endpoints;
use keyturn_cloud::credentials::Surroundings;
#[cfg(feature = "sandbox")]
use keyturn_sandbox::Dataset;

use crate::approvals::Act;
use crate::audit::{Destination, Syslog, Webhook};
use crate::credentials;
use crate::gateway::AssumeRole;
use crate::identity::{Grant, Provider};
use crate::networks::ClientNetworks;
#[cfg(feature = "sandbox")]
use crate::sandbox::Embedded;

pub use keys::{KEYS, Key};

/// What Keyturn runs with. The fields bear the names of `contract.md`.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    /// Scheme and authority by which browsers reach the console.
    pub public_url: String,
    pub cloud: Cloud,
    /// The offered regions, the default first.
    pub regions: Vec<String>,
    /// Whether KMS is asked which there are; those are what is offered where it does not say.
    pub asks_regions: bool,
    pub data_dir: PathBuf,
    /// May hold a password.
    pub database_url: String,
    pub auth: Auth,
    /// The grants of the file; those made in the console lie in the database.
    pub(crate) grants: Vec<Grant>,
    pub(crate) oidc: Vec<Provider>,
    pub(crate) assume_roles: Vec<AssumeRole>,
    /// Whether local accounts need a second factor.
    pub needs_second_factor: bool,
    /// After how long without use, and after how long at most, a session ends.
    pub session_idle: Duration,
    pub session_max: Duration,
    /// How often the watch looks; `None` where it is off.
    pub watch: Option<Duration>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How client addresses are grouped for limits.
    pub client_networks: ClientNetworks,
    pub metrics_listen: Option<SocketAddr>,
    /// Which origins may show the console in a frame.
    pub embed_origins: Vec<String>,
    /// Immediate rotations of all people; `None` for any number.
    pub rotations_an_hour: Option<u32>,
    /// Of the vendor's quotas, in percent; `None` for any number of calls.
    pub quota_share: Option<u32>,
    /// What needs a second person.
    pub four_eyes: Vec<Act>,
    /// Where the audit log is forwarded to.
    pub forward: Vec<Destination>,
    pub log: String,
    pub log_format: LogFormat,
}

/// Which cloud answers; nothing but the configuration decides.
#[derive(Clone, Debug)]
pub enum Cloud {
    #[cfg(feature = "sandbox")]
    Sandbox(Embedded),
    Aliyun {
        endpoints: Endpoints,
        surroundings: Surroundings,
    },
}

/// How people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Everybody who reaches the console may do everything.
    None,
    /// With accounts of Keyturn's own, at providers of OpenID Connect, or both.
    SignIn { local: bool, oidc: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    CommandLine,
    Environment,
    File,
    Default,
}

/// The values as they were written, before they mean anything.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    values: BTreeMap<&'static str, (String, Source)>,
    grants: Vec<Grant>,
    oidc: Vec<Provider>,
    assume_roles: Vec<AssumeRole>,
    surroundings: Surroundings,
}

/// What of the file comes in groups.
#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Groups {
    grant: Vec<Grant>,
    oidc: Vec<Provider>,
    assume_role: Vec<AssumeRole>,
}

impl Raw {
    /// Gathers the values; an unknown key is an error that names it, its source and what is allowed.
    pub fn gather(
        command_line: impl IntoIterator<Item = (&'static str, Option<String>)>,
        environment: impl IntoIterator<Item = (String, String)>,
        file: Option<&str>,
    ) -> anyhow::Result<Self> {
        let mut raw = Self::default();
        if let Some(text) = file {
            let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
                anyhow::anyhow!("the configuration file is not TOML: {}", error.message())
            })?;
            for name in ["grant", "oidc", "assume_role"] {
                let groups: toml::Table = table.remove_entry(name).into_iter().collect();
                let groups: Groups = groups.try_into().map_err(|error: toml::de::Error| {
                    anyhow::anyhow!("[[{name}]] in the configuration file: {}", error.message())
                })?;
                raw.grants.extend(groups.grant);
                raw.oidc.extend(groups.oidc);
                raw.assume_roles.extend(groups.assume_role);
            }
            for (name, value) in table {
                let key = keys::find(&name).with_context(|| unknown(&name, "the configuration file"))?;
                let value = match value {
                    toml::Value::String(text) => text,
                    toml::Value::Array(items) => {
                        items.iter().filter_map(|item| item.as_str()).collect::<Vec<_>>().join(",")
                    }
                    toml::Value::Integer(number) => number.to_string(),
                    _ => bail!("{name} in the configuration file: a text in quotes is allowed"),
                };
                raw.values.insert(key.name, (value, Source::File));
            }
        }
        for (variable, value) in environment {
            if variable.starts_with("ALIBABA_CLOUD_") {
                raw.surroundings.variables.insert(variable, value);
                continue;
            }
            if variable == "HOME" {
                raw.surroundings.home = Some(value.into());
                continue;
            }
            let Some(name) = variable.strip_prefix("KEYTURN_") else { continue };
            if keys::find(&name.to_lowercase()).is_none() && is_service_link(name, &value) {
                continue;
            }
            let key =
                keys::find(&name.to_lowercase()).with_context(|| unknown(&variable, "the environment"))?;
            raw.values.insert(key.name, (value, Source::Environment));
        }
        for (name, value) in command_line {
            if let Some(value) = value {
                raw.values.insert(name, (value, Source::CommandLine));
            }
        }
        Ok(raw)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|(value, _)| value.as_str()).filter(|value| !value.is_empty())
    }

    fn source(&self, name: &str) -> Source {
        self.values.get(name).map_or(Source::Default, |(_, source)| *source)
    }

    fn or_default(&self, key: &'static str) -> &str {
        self.get(key).or_else(|| keys::find(key)?.default).unwrap_or_default()
    }

    /// Reads one value, or says what is wrong with it, where it stands and what is allowed.
    fn read<T>(&self, name: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> anyhow::Result<T> {
        let value = self.or_default(name);
        parse(value).with_context(|| {
            let allowed = keys::find(name).map(|key| key.allowed).unwrap_or_default();
            format!(
                "{}: “{value}” is not allowed ({}); allowed: {allowed}",
                variable(name),
                self.source(name)
            )
        })
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::CommandLine => "command line",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        })
    }
}

impl Config {
    /// Gives the values their meaning. `state_dir` is the platform's state directory.
    pub fn resolve(raw: &Raw, known_regions: &[String], state_dir: PathBuf) -> anyhow::Result<Self> {
        let address = |text: &str| text.parse::<SocketAddr>().ok();
        let listen = raw.read("listen", address)?;
        let is_aliyun = raw.read("cloud", |text| match text {
            "aliyun" => Some(true),
            "sandbox" if cfg!(feature = "sandbox") => Some(false),
            _ => None,
        })?;
        let auth = match raw.get("auth") {
            None => Auth::None,
            Some(_) => raw.read("auth", |text| match text {
                "none" => Some(Auth::None),
                ways => {
                    let ways: Vec<&str> = ways.split(',').map(str::trim).collect();
                    let is_known = ways.iter().all(|way| ["local", "oidc"].contains(way));
                    let has = |way| ways.contains(&way);
                    is_known.then(|| Auth::SignIn { local: has("local"), oidc: has("oidc") })
                }
            })?,
        };
        let has_oidc = matches!(auth, Auth::SignIn { oidc: true, .. });
        if has_oidc && raw.oidc.is_empty() {
            bail!("KEYTURN_AUTH: oidc needs a provider: [[oidc]] in the configuration file (--config)");
        }
        for (index, provider) in raw.oidc.iter().enumerate() {
            let why = match raw.oidc[..index].iter().any(|other| other.id == provider.id) {
                true => Err(format!("there are two of the id “{}”", provider.id)),
                false => provider.check(),
            };
            why.map_err(|why| anyhow::anyhow!("[[oidc]] in the configuration file: {why}"))?;
        }
        if auth == Auth::None && is_aliyun {
            bail!(
                "KEYTURN_AUTH: none is for the sandbox; over the real cloud people sign in: set it to local, oidc, or both \
                 with a comma between"
            );
        }
        if auth == Auth::None && !listen.ip().is_loopback() {
            bail!(
                "KEYTURN_LISTEN: {listen} is not a loopback address; without sign-in (KEYTURN_AUTH=none) the \
                 console listens on loopback only, such as 127.0.0.1:3000. KEYTURN_AUTH=local lets people sign in"
            );
        }
        for grant in &raw.grants {
            grant
                .check(known_regions)
                .map_err(|why| anyhow::anyhow!("[[grant]] in the configuration file: {why}"))?;
        }
        // A group of one provider is none of another's.
        let needs_provider = has_oidc && raw.oidc.len() > 1;
        let grants = raw
            .grants
            .iter()
            .filter(|grant| grant.group.is_some())
            .map(|grant| ("[[grant]]", &grant.provider));
        let roles = raw.assume_roles.iter().map(|role| ("[[assume_role]]", &role.provider));
        if let Some((table, _)) = grants.chain(roles).find(|(_, of)| needs_provider && of.is_none()) {
            bail!(
                "{table} in the configuration file: with several providers a group needs provider, which is local or the \
                 issuer of one of them"
            );
        }
        for role in &raw.assume_roles {
            let why = match auth {
                Auth::None => Err("nobody has groups where nobody signs in (KEYTURN_AUTH=none)".into()),
                Auth::SignIn { .. } => role.check(),
            };
            why.map_err(|why| anyhow::anyhow!("[[assume_role]] in the configuration file: {why}"))?;
        }
        let regions = match raw.get("regions") {
            None => known_regions.to_vec(),
            Some(text) => {
                let regions: Vec<String> = text.split(',').map(|id| id.trim().to_owned()).collect();
                if let Some(unknown) = regions.iter().find(|id| !known_regions.contains(id)) {
                    bail!(
                        "KEYTURN_REGIONS: “{unknown}” is no region of KMS; known: {}",
                        known_regions.join(", ")
                    );
                }
                regions
            }
        };
        let asks_regions = is_aliyun && raw.get("regions").is_none();
        let public_url = match raw.get("public_url") {
            None if !listen.ip().is_loopback() => bail!(
                "KEYTURN_PUBLIC_URL: it is needed where the console listens on {listen}: how browsers reach it, \
                 such as https://keyturn.example.com"
            ),
            None => format!("http://localhost:{}", listen.port()),
            Some(_) => raw.read("public_url", origin)?,
        };
        // Browsers keep a cookie of a session over HTTPS only, except on loopback.
        let authority = public_url.split_once("://").map_or("", |(_, authority)| authority);
        let name = authority.rsplit_once(':').map_or(authority, |(name, _)| name);
        if auth != Auth::None && public_url.starts_with("http://") && !LOOPBACK.contains(&name) {
            bail!(
                "KEYTURN_PUBLIC_URL: {public_url} must be https:// where people sign in: a browser keeps no session without"
            );
        }
        let session_idle = raw.read("session_idle", |text| time(text, 24))?;
        let session_max = raw.read("session_max", |text| time(text, 168))?;
        if session_idle > session_max {
            bail!(
                "KEYTURN_SESSION_IDLE: it is longer than KEYTURN_SESSION_MAX, after which a session ends anyway; give a shorter time"
            );
        }
        let data_dir = raw.get("data_dir").map_or_else(|| state_dir.join("keyturn"), PathBuf::from);
        let database_url = match raw.get("database_url") {
            None => crate::storage::sqlite_url(&data_dir),
            Some(url)
                if ["sqlite://", "postgres://", "postgresql://"]
                    .iter()
                    .any(|scheme| url.starts_with(scheme)) =>
            {
                url.to_owned()
            }
            // Not shown: it may hold a password.
            Some(_) => bail!(
                "KEYTURN_DATABASE_URL ({}): it begins with sqlite:// or postgres://",
                raw.source("database_url")
            ),
        };
        Ok(Self {
            listen,
            public_url,
            database_url,
            auth,
            assume_roles: raw.assume_roles.clone(),
            grants: raw.grants.clone(),
            oidc: if has_oidc { raw.oidc.clone() } else { Vec::new() },
            needs_second_factor: raw.read("second_factor", |text| match text {
                "optional" => Some(false),
                "required" => Some(true),
                _ => None,
            })?,
            session_idle,
            session_max,
            cloud: match is_aliyun {
                true => aliyun(raw, &regions)?,
                false => embedded(raw)?,
            },
            regions,
            asks_regions,
            data_dir,
            watch: raw.read("watch", |text| match text {
                "off" => Some(None),
                text => {
                    let minutes: u64 = text.strip_suffix('m')?.parse().ok()?;
                    (1..=1_440).contains(&minutes).then(|| Some(Duration::from_secs(60 * minutes)))
                }
            })?,
            trusted_proxies: match raw.get("trusted_proxies") {
                None => Vec::new(),
                Some(_) => raw.read("trusted_proxies", |text| {
                    text.split(',').map(|address| address.trim().parse().ok()).collect()
                })?,
            },
            client_networks: raw.read("client_networks", ClientNetworks::parse)?,
            metrics_listen: match raw.get("metrics_listen") {
                None => None,
                Some(_) => Some(raw.read("metrics_listen", address)?),
            },
            embed_origins: match raw.get("embed_origins") {
                None => Vec::new(),
                Some(_) if auth == Auth::None => {
                    bail!("KEYTURN_EMBED_ORIGINS: only a console with sign-in can be embedded (KEYTURN_AUTH)")
                }
                Some(_) => {
                    raw.read("embed_origins", |text| text.split(',').map(|of| origin(of.trim())).collect())?
                }
            },
            rotations_an_hour: raw.read("rotations_an_hour", |text| match text {
                "off" => Some(None),
                number => number.parse().ok().filter(|number| (1..=1_000).contains(number)).map(Some),
            })?,
            quota_share: match raw.get("quota_share") {
                None => is_aliyun.then_some(90),
                Some(_) => raw.read("quota_share", |text| match text {
                    "off" => Some(None),
                    number => number.parse().ok().filter(|share| (1..=100).contains(share)).map(Some),
                })?,
            },
            four_eyes: match raw.get("four_eyes") {
                None => Vec::new(),
                Some(_) if auth == Auth::None => bail!(
                    "KEYTURN_FOUR_EYES: there is no second person where nobody signs in (KEYTURN_AUTH=none)"
                ),
                Some(_) => {
                    raw.read("four_eyes", |text| text.split(',').map(|act| Act::parse(act.trim())).collect())?
                }
            },
            forward: forward(raw)?,
            log: raw.or_default("log").to_owned(),
            log_format: raw.read("log_format", |text| match text {
                "text" => Some(LogFormat::Text),
                "json" => Some(LogFormat::Json),
                _ => None,
            })?,
        })
    }

    /// One line for each key: name, value, source; and where the credentials come from. For `keyturn config`.
    pub async fn describe(&self, raw: &Raw) -> String {
        let credentials = match &self.cloud {
            Cloud::Aliyun { endpoints, surroundings } => {
                format!("credentials = {}\n", credentials::described(endpoints, surroundings).await)
            }
            #[cfg(feature = "sandbox")]
            Cloud::Sandbox(_) => "credentials = the sandbox's own\n".to_owned(),
        };
        let keys: String = KEYS
            .iter()
            .map(|key| {
                let value = match (raw.or_default(key.name), key.name) {
                    ("", "public_url") => self.public_url.clone(),
                    ("", "regions") => self.regions.join(","),
                    ("", "data_dir") => self.data_dir.display().to_string(),
                    (secret, "audit_webhook_secret") if !secret.is_empty() => "***".to_owned(),
                    // Its path may hold a token.
                    (url, "audit_webhook") if !url.is_empty() => without_path(url),
                    (_, "database_url") => without_password(&self.database_url),
                    ("", "auth") => "none".to_owned(),
                    ("", _) => "(none)".to_owned(),
                    (value, _) => value.to_owned(),
                };
                format!("{} = {value}  # {}\n", key.name, raw.source(key.name))
            })
            .collect();
        keys + &credentials
    }
}

/// Whether Kubernetes has set a variable for a Service whose name begins with `keyturn`, and not a person.
/// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables (read 2026-11-30)
fn is_service_link(name: &str, value: &str) -> bool {
    // For a Service named exactly `keyturn`, the variable has no further prefix.
    let name = format!("_{name}");
    let is_port = |text: &str| text.parse::<u16>().is_ok();
    let is_address = ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    let is_of_port = |parts: &[&str]| match parts {
        [.., "PORT", number, "TCP" | "UDP" | "SCTP"] => is_port(number) && is_address,
        [.., "PORT", number, "TCP" | "UDP" | "SCTP", "PROTO"] => {
            is_port(number) && ["tcp", "udp", "sctp"].contains(&value)
        }
        [.., "PORT", number, "TCP" | "UDP" | "SCTP", "PORT"] => is_port(number) && is_port(value),
        [.., "PORT", number, "TCP" | "UDP" | "SCTP", "ADDR"] => {
            is_port(number) && value.parse::<IpAddr>().is_ok()
        }
        _ => false,
    };
    let parts: Vec<&str> = name.split('_').collect();
    (name.ends_with("_SERVICE_HOST") && value.parse::<IpAddr>().is_ok())
        || ((name.ends_with("_SERVICE_PORT") || name.contains("_SERVICE_PORT_")) && is_port(value))
        || (name.ends_with("_PORT") && is_address)
        || is_of_port(&parts)
}

/// Minutes or hours, of which there are at most so many.
fn time(text: &str, most_hours: u64) -> Option<Duration> {
    let (number, unit_minutes) = match text.strip_suffix('h') {
        Some(number) => (number, 60),
        None => (text.strip_suffix('m')?, 1),
    };
    let minutes = number.parse::<u64>().ok()?.checked_mul(unit_minutes)?;
    (1..=most_hours * 60).contains(&minutes).then(|| Duration::from_secs(60 * minutes))
}

/// What this machine is called in addresses.
pub(crate) const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

const ENDPOINTS: [&str; 3] = ["endpoint_kms", "endpoint_ram", "endpoint_sts"];

fn aliyun(raw: &Raw, regions: &[String]) -> anyhow::Result<Cloud> {
    let mut endpoints = Endpoints::aliyun(regions.to_vec());
    let [kms, ram, sts] = ENDPOINTS;
    for (name, of) in [(kms, &mut endpoints.kms), (ram, &mut endpoints.ram), (sts, &mut endpoints.sts)] {
        if raw.get(name).is_some() {
            *of = raw.read(name, endpoint)?;
        }
    }
    if endpoints.kms.starts_with("https://") && !endpoints.kms.contains("{region}") && regions.len() > 1 {
        bail!(
            "KEYTURN_ENDPOINT_KMS: without {{region}} it is that of one region: write {{region}} where its ID stands, or set \
             KEYTURN_REGIONS to the one"
        );
    }
    if let Some(path) = raw.get("ca_file") {
        endpoints.roots_pem = std::fs::read_to_string(path)
            .map_err(|error| anyhow::anyhow!("KEYTURN_CA_FILE: {path} cannot be read: {error}"))?;
        if !endpoints.roots_pem.contains("-----BEGIN CERTIFICATE-----") {
            bail!(
                "KEYTURN_CA_FILE: there is no certificate in {path}: it is PEM, and begins with BEGIN CERTIFICATE"
            );
        }
    }
    Ok(Cloud::Aliyun { endpoints, surroundings: raw.surroundings.clone() })
}

/// TLS, except to this machine: nothing else is sent in clear.
fn endpoint(text: &str) -> Option<String> {
    let url = origin(text)?;
    let (scheme, authority) = url.split_once("://")?;
    let name = authority.rsplit_once(':').map_or(authority, |(name, _)| name);
    let is_loopback = LOOPBACK.contains(&name) || name.ends_with(".localhost");
    // A region is a part of somebody's domain, never the domain itself.
    let is_within = |(_, rest): (&str, &str)| rest.strip_prefix('.').is_some_and(|domain| !domain.is_empty());
    let is_named = name.rsplit_once("{region}").is_none_or(is_within);
    ((scheme == "https" || is_loopback) && is_named).then_some(url)
}

#[cfg(not(feature = "sandbox"))]
fn embedded(_: &Raw) -> anyhow::Result<Cloud> {
    bail!("KEYTURN_CLOUD: this binary was built without the sandbox; it is aliyun")
}

#[cfg(feature = "sandbox")]
fn embedded(raw: &Raw) -> anyhow::Result<Cloud> {
    if let Some(name) = ENDPOINTS.into_iter().chain(["ca_file"]).find(|name| raw.get(name).is_some()) {
        bail!("{}: the sandbox has its own; it is for KEYTURN_CLOUD=aliyun", variable(name));
    }
    let on_loopback =
        |text: &str| text.parse::<SocketAddr>().ok().filter(|address| address.ip().is_loopback());
    Ok(Cloud::Sandbox(Embedded {
        listen: raw.read("sandbox_listen", on_loopback)?,
        tls_listen: match raw.get("sandbox_tls_listen") {
            None => None,
            Some(_) => Some(raw.read("sandbox_tls_listen", on_loopback)?),
        },
        dataset: raw.read("sandbox_dataset", |text| match text {
            "demo" => Some(Dataset::Demo),
            "mixed" => Some(Dataset::Mixed),
            "empty" => Some(Dataset::Empty),
            _ => None,
        })?,
        user: raw.get("sandbox_user").map(str::to_owned),
        data: raw.get("sandbox_data").map(PathBuf::from),
    }))
}

/// Scheme and authority, and nothing that could end them where they are written.
fn origin(text: &str) -> Option<String> {
    let (scheme, authority) = text.trim_end_matches('/').split_once("://")?;
    let is_plain =
        !authority.is_empty() && !authority.contains(['/', '?', '#', '@', ' ', ';', ',', '*', '\'', '"']);
    (matches!(scheme, "http" | "https") && is_plain).then(|| format!("{scheme}://{authority}"))
}

fn forward(raw: &Raw) -> anyhow::Result<Vec<Destination>> {
    let mut all = Vec::new();
    if raw.get("audit_syslog").is_some() {
        all.push(Destination::Syslog(raw.read("audit_syslog", Syslog::parse)?));
    }
    if let Some(url) = raw.get("audit_webhook") {
        let secret = raw.or_default("audit_webhook_secret");
        // Neither is shown: both may be secret.
        let webhook = Webhook::new(url, secret).context(
            "KEYTURN_AUDIT_WEBHOOK: it needs https:// and an address (http:// on loopback only), and \
             KEYTURN_AUDIT_WEBHOOK_SECRET: whsec_ and at least 24 bytes in base64",
        )?;
        all.push(Destination::Webhook(webhook));
    }
    Ok(all)
}

fn without_path(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "***".into() };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}/***")
}

/// An address of a database as it may be shown.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "***".into() };
    match rest.rsplit_once('@') {
        None => url.split('?').next().unwrap_or_default().to_owned(),
        Some((credentials, place)) => {
            let user = credentials.split_once(':').map_or(credentials, |(user, _)| user);
            // Parameters can hold one too.
            let place = place.split('?').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{place}")
        }
    }
}

fn variable(name: &str) -> String {
    format!("KEYTURN_{}", name.to_uppercase())
}

fn unknown(name: &str, place: &str) -> String {
    let known: Vec<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
    format!(
        "{name}: an unknown key in {place}; known are {} (in the environment with KEYTURN_ in front)",
        known.join(", ")
    )
}

#[cfg(test)]
mod tests;
