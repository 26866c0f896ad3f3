//! What each command does.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use keyturn::config::{Config, KEYS, LogFormat, Raw};
use keyturn_app::served::{Feature, Finding, Health};
#[cfg(feature = "sandbox")]
use keyturn_sandbox::Listeners;
use tracing_subscriber::EnvFilter;

/// A line for whoever reads; that nobody reads any more is no failure.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($line)*);
    }};
}

const HEAD: &str = "head";
const GROUP: &str = "group";
const TAG: &str = "tag";
const JSON: &str = "json";
const FOR: &str = "for";
#[cfg(feature = "sandbox")]
const REGION_LISTENERS: &str = "region-listeners";
/// What is under way when the console is told to stop has so long to finish.
const STOP_LIMIT: Duration = Duration::from_secs(10);

pub(crate) fn arguments() -> Command {
    let file = Arg::new("config").long("config").value_name("FILE").help("a TOML file with the same keys");
    let keys = KEYS.iter().map(|key| {
        let default = key.default.map(|default| format!(" [default: {default}]")).unwrap_or_default();
        let variable = key.name.to_uppercase();
        Arg::new(key.name)
            .long(key.name.replace('_', "-"))
            .value_name(key.allowed)
            .help(format!("{}{default} [env: KEYTURN_{variable}]", key.meaning))
    });
    let options: Vec<Arg> = std::iter::once(file).chain(keys).collect();
    let command = Command::new("keyturn")
        .about("A web console for dynamic RAM secrets in Alibaba Cloud KMS")
        .version(env!("CARGO_PKG_VERSION"))
        .args(options.clone())
        .subcommand(Command::new("serve").about("Start the console (the default)").args(options.clone()))
        .subcommand(
            Command::new("doctor")
                .about("Check what Keyturn needs to do its work, with what to do where something is missing")
                .args(options.clone())
                .arg(Arg::new(JSON).long(JSON).action(ArgAction::SetTrue).help("for scripts"))
                .arg(
                    Arg::new(FOR)
                        .long(FOR)
                        .value_delimiter(',')
                        .value_name("FEATURE")
                        .value_parser(PossibleValuesParser::new(Feature::ALL.map(Feature::name)))
                        .help("what the smallest policy is for [default: all but service-role]"),
                ),
        )
        .subcommand(Command::new("config").about("Print the effective configuration").args(options.clone()))
        .subcommand(
            Command::new("audit").about("The audit log").subcommand_required(true).subcommand(
                Command::new("verify")
                    .about("Check that no record of the audit log was changed, moved or taken away")
                    .args(options.clone())
                    .arg(Arg::new(HEAD).long(HEAD).value_name("HASH").help(
                        "a head that this command printed earlier: proves that nothing up to it was replaced",
                    )),
            ),
        )
        .subcommand(
            Command::new("access").about("Who may what").subcommand_required(true).subcommand(
                Command::new("explain")
                    .about("Say why somebody may or may not do something with a secret")
                    .args(options.clone())
                    .arg(Arg::new("person").required(true).value_name("PERSON").help("such as local:alice"))
                    .arg(Arg::new("region").required(true).value_name("REGION"))
                    .arg(Arg::new("secret").required(true).value_name("SECRET").help("its whole name"))
                    .arg(
                        Arg::new(GROUP).long(GROUP).action(ArgAction::Append).help(
                            "a group that the identity provider tells; those of local accounts are known",
                        ),
                    )
                    .arg(
                        Arg::new(TAG)
                            .long(TAG)
                            .action(ArgAction::Append)
                            .help("a tag of the secret, key=value"),
                    ),
            ),
        )
        .args_conflicts_with_subcommands(true);
    #[cfg(feature = "sandbox")]
    let command = command.subcommand(
        Command::new("sandbox").about("Start the emulator alone").args(options).arg(
            Arg::new(REGION_LISTENERS)
                .long(REGION_LISTENERS)
                .action(ArgAction::SetTrue)
                .help("a listener for each region, for clients that cannot say which region they mean"),
        ),
    );
    command
}

pub(crate) async fn run(arguments: &ArgMatches) -> anyhow::Result<()> {
    let (command, arguments) = arguments.subcommand().unwrap_or(("serve", arguments));
    // `audit verify` and `access explain`: the inner one has the options.
    let arguments = arguments.subcommand().map_or(arguments, |(_, inner)| inner);
    let raw = gather(arguments)?;
    let config = Config::resolve(&raw, &keyturn::known_regions(), state_dir())?;
    match command {
        "config" => {
            print!("{}", config.describe(&raw).await);
            Ok(())
        }
        "doctor" => doctor(&config, arguments).await,
        "audit" => verify(&config, arguments.get_one::<String>(HEAD).map(String::as_str)).await,
        "access" => explain(&config, arguments).await,
        #[cfg(feature = "sandbox")]
        "sandbox" => sandbox(&config, arguments.get_flag(REGION_LISTENERS)).await,
        _ => serve(&config).await,
    }
}

/// Fails where something does not work.
async fn doctor(config: &Config, arguments: &ArgMatches) -> anyhow::Result<()> {
    let features = match arguments.get_many::<String>(FOR) {
        Some(names) => names.filter_map(|name| Feature::parse(name)).collect(),
        None => Feature::usual(),
    };
    let report = keyturn::examine(config, &features).await?;
    if arguments.get_flag(JSON) {
        let findings: Vec<_> = report.findings.iter().map(as_line).collect();
        let policy: serde_json::Value = serde_json::from_str(&report.smallest_policy)?;
        say!(
            "{}",
            serde_json::to_string_pretty(
                &serde_json::json!({"findings": findings, "smallestPolicy": policy})
            )?
        );
    } else {
        for finding in &report.findings {
            say!("{:<14}  {:<32}  {}", finding.health().words(), finding.check.words(), finding.words());
            if let Some(remedy) = finding.remedy() {
                say!("{:50}{remedy}", "");
            }
        }
        say!("\nThe smallest policy for the identity that signs the calls:\n{}", report.smallest_policy);
    }
    let broken = report.findings.iter().filter(|finding| finding.health() == Health::Broken).count();
    anyhow::ensure!(
        broken == 0,
        "{broken} of {} checks found something that does not work",
        report.findings.len()
    );
    Ok(())
}

fn as_line(finding: &Finding) -> serde_json::Value {
    let (check, about) = finding.check.name();
    serde_json::json!({
        "check": check,
        "about": about,
        "health": finding.health().name(),
        "message": finding.words(),
        "remedy": finding.remedy(),
    })
}

async fn verify(config: &Config, noted: Option<&str>) -> anyhow::Result<()> {
    let verified = keyturn::verify_audit(config, noted).await.context("the audit log does not hold")?;
    say!("The audit log holds: {} records.", verified.records);
    say!("Its head, to be noted elsewhere: {}", verified.head);
    Ok(())
}

async fn explain(config: &Config, arguments: &ArgMatches) -> anyhow::Result<()> {
    let one = |name: &str| arguments.get_one::<String>(name).map(String::as_str).unwrap_or_default();
    let many = |name: &str| -> Vec<String> {
        arguments.get_many::<String>(name).map(|all| all.cloned().collect()).unwrap_or_default()
    };
    let (groups, tags) = (many(GROUP), many(TAG));
    let (person, region, secret) = (one("person"), one("region"), one("secret"));
    print!("{}", keyturn::explain_access(config, person, &groups, region, secret, &tags).await?);
    Ok(())
}

fn gather(arguments: &ArgMatches) -> anyhow::Result<Raw> {
    let file = match arguments.get_one::<String>("config") {
        Some(path) => {
            Some(std::fs::read_to_string(path).with_context(|| format!("--config: {path} cannot be read"))?)
        }
        None => None,
    };
    let command_line = KEYS.iter().map(|key| (key.name, arguments.get_one::<String>(key.name).cloned()));
    Raw::gather(command_line, std::env::vars(), file.as_deref())
}

/// The platform's state directory (XDG); without a home, the temporary one.
fn state_dir() -> PathBuf {
    std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state")))
        .unwrap_or_else(std::env::temp_dir)
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    start_log(config);
    close_memory();
    let console = keyturn::build(config).await?;
    say!("Keyturn is at {}", config.public_url);
    #[cfg(feature = "sandbox")]
    if let Some((listeners, _)) = &console.sandbox {
        let address = listeners.http.local_addr()?;
        say!(
            "The sandbox speaks the vendor's wire at http://{address}; its page is http://{address}/_sandbox/"
        );
    }
    if let Some(link) = &console.first_link {
        say!("Nobody can sign in yet. The first administrator chooses a password, within a day, at {link}");
    }
    say!("Keyturn is ready.");
    let (stopping, mut stop) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        stopped().await;
        let _ = stopping.send(true);
        tokio::time::sleep(STOP_LIMIT).await;
        std::process::exit(0);
    });
    console
        .serve(async move {
            let _ = stop.wait_for(|is_stopping| *is_stopping).await;
        })
        .await;
    Ok(())
}

#[cfg(feature = "sandbox")]
async fn sandbox(config: &Config, with_regions: bool) -> anyhow::Result<()> {
    start_log(config);
    let (listeners, sandbox) = keyturn::sandbox(config, with_regions).await?;
    print!("{}", how_to_use(&listeners)?);
    tokio::select! {
        result = sandbox.serve(listeners) => result.context("the listener failed"),
        () = stopped() => Ok(()),
    }
}

/// How to point each SDK and tool at it: what stands here is what `make official` and `docs/sandbox.md` use.
#[cfg(feature = "sandbox")]
fn how_to_use(listeners: &Listeners) -> anyhow::Result<String> {
    use std::fmt::Write;
    let (id, secret) = (keyturn_sandbox::ADMIN_ACCESS_KEY_ID, keyturn_sandbox::ADMIN_ACCESS_KEY_SECRET);
    let address = listeners.http.local_addr()?;
    let mut text = format!("The sandbox speaks the vendor's wire at http://{address}\n");
    let mut line = |what: &str, how: String| writeln!(text, "  {what:<21} {how}");
    line("AccessKey ID", id.into())?;
    line("AccessKey secret", format!("{secret}  (public, worth nothing elsewhere)"))?;
    line("Page", format!("http://{address}/_sandbox/"))?;
    if let Some(https) = &listeners.https {
        let https = https.local_addr()?;
        line("HTTPS", format!("https://{https}; its authority: http://{address}/_sandbox/ca.pem"))?;
    }
    line(
        "Python",
        format!("Config(endpoint=\"{address}\", protocol=\"HTTP\", access_key_id=…, access_key_secret=…)"),
    )?;
    line(
        "Python, older",
        format!("CommonRequest(domain=\"{address}\", …); request.set_protocol_type(\"http\")"),
    )?;
    line(
        "JavaScript",
        format!(
            "new Config({{ endpoint: '{address}', protocol: 'HTTP', accessKeyId: …, accessKeySecret: … }})"
        ),
    )?;
    line(
        "pop-core",
        format!("new RPCClient({{ endpoint: 'http://{address}', apiVersion: '2016-01-20', … }})"),
    )?;
    line("Go, Java", format!("Config with Endpoint \"{address}\" and Protocol \"HTTP\""))?;
    line(
        "Terraform",
        format!("provider \"alicloud\": protocol \"HTTP\", endpoints kms, ram, sts {address}"),
    )?;
    line("aliyun CLI", format!("aliyun kms ListSecrets --insecure --endpoint {address}"))?;
    for (region, listener) in &listeners.regions {
        line(region, format!("http://{}", listener.local_addr()?))?;
    }
    line("Manual", "docs/sandbox.md; what differs from the cloud: docs/sandbox-differences.md".into())?;
    Ok(text)
}

/// Switches core dumps off, and closes the memory to other processes of the same user (Linux: `PR_SET_DUMPABLE`): both would
/// show typed values and Keyturn's own credentials (`security.md`, readings of 37 and 38). Where the system does not allow
/// it, such as under a seccomp filter, Keyturn starts all the same.
fn close_memory() {
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = rustix::process::setrlimit(rustix::process::Resource::Core, none) {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
    {
        tracing::warn!(%error, "the memory could not be closed to other processes of the same user");
    }
}

/// The person's interrupt or the supervisor's termination.
async fn stopped() {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .expect("a signal handler can be set");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}
