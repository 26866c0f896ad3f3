use super::*;

fn resolve(environment: &[(&str, &str)], file: Option<&str>) -> anyhow::Result<Config> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let raw = Raw::gather([], environment, file)?;
    Config::resolve(&raw, &["cn-hangzhou".into(), "cn-shanghai".into()], "/state".into())
}

#[test]
fn the_defaults_are_those_of_the_contract() {
    let config = resolve(&[("HOME", "/root")], None).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.public_url, "http://localhost:3000");
    assert_eq!(config.regions, ["cn-hangzhou", "cn-shanghai"]);
    assert_eq!(config.data_dir, PathBuf::from("/state/keyturn"));
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let environment = [("KEYTURN_LISTEN".to_owned(), "127.0.0.1:2".to_owned())];
    let file = Some("listen = \"127.0.0.1:1\"\nlog = \"debug\"");
    let raw = Raw::gather([("listen", Some("127.0.0.1:3".to_owned()))], environment.clone(), file).unwrap();
    assert_eq!(raw.get("listen"), Some("127.0.0.1:3"));
    let raw = Raw::gather([("listen", None)], environment, file).unwrap();
    assert_eq!((raw.get("listen"), raw.source("listen")), (Some("127.0.0.1:2"), Source::Environment));
    assert_eq!((raw.get("log"), raw.source("log")), (Some("debug"), Source::File));
}

#[test]
fn what_is_wrong_is_named_with_its_source_and_what_is_allowed() {
    type Case = (&'static [(&'static str, &'static str)], Option<&'static str>, &'static [&'static str]);
    let cases: [Case; 9] = [
        (&[("KEYTURN_LISTN", "x")], None, &["KEYTURN_LISTN", "the environment", "listen"]),
        (&[], Some("colour = \"red\""), &["colour", "the configuration file", "listen"]),
        (&[], Some("listen"), &["not TOML"]),
        (&[("KEYTURN_LISTEN", "3000")], None, &["KEYTURN_LISTEN", "3000", "environment", "port"]),
        (&[("KEYTURN_CLOUD", "aws")], None, &["KEYTURN_CLOUD", "sandbox"]),
        (&[("KEYTURN_CLOUD", "aliyun")], None, &["KEYTURN_AUTH", "local"]),
        (&[("KEYTURN_LISTEN", "0.0.0.0:3000")], None, &["KEYTURN_LISTEN", "loopback"]),
        (&[("KEYTURN_REGIONS", "cn-hangzhou,mars-1")], None, &["mars-1", "cn-shanghai"]),
        (&[("KEYTURN_PUBLIC_URL", "localhost/x")], None, &["KEYTURN_PUBLIC_URL", "http"]),
    ];
    for (environment, file, parts) in cases {
        let error = format!("{:#}", resolve(environment, file).unwrap_err());
        for part in parts {
            assert!(error.contains(part), "{error} lacks {part}");
        }
        assert!(!error.contains('\n'), "one line: {error}");
    }
}

/// `docs/configuration.md`.
fn reference() -> String {
    let mut text = String::from(
        "# Configuration\n\nMade from `server/src/config/keys.rs`; a test holds them together. The command line goes over the environment, \
         the environment over the file\n(`--config FILE`, TOML). `keyturn config` prints what holds, each value with its \
         source, passwords masked. An unknown key is an error.\n\n| key in the file | environment | default | allowed | meaning |\n|---|---|---|---|---|\n",
    );
    for key in KEYS {
        let default = key.default.map_or_else(String::new, |default| format!("`{default}`"));
        let (name, allowed, meaning) = (key.name, key.allowed, key.meaning);
        text += &format!("| `{name}` | `{}` | {default} | {allowed} | {meaning} |\n", variable(name));
    }
    text += "\n`--` and the name with hyphens is the same on the command line: `--sandbox-data`. Who may what stands in the \
             file, as `[[grant]]` (`sign-in.md`).\n";
    text
}

#[test]
fn the_reference_in_the_docs_is_that_of_the_code() {
    let made = std::env::temp_dir().join("keyturn-configuration.md");
    std::fs::write(&made, reference()).unwrap();
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md"));
    assert!(
        kept.is_ok_and(|kept| kept == reference()),
        "docs/configuration.md is older: copy {}",
        made.display()
    );
}

#[test]
fn sign_in_needs_an_address_that_a_browser_keeps_its_cookie_for() {
    let local = |more: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = more.iter().copied().chain([("KEYTURN_AUTH", "local")]).collect();
        resolve(&all, None).map_err(|error| error.to_string())
    };
    assert_eq!(local(&[]).unwrap().auth, Auth::SignIn { local: true, oidc: false });
    let open = ("KEYTURN_LISTEN", "0.0.0.0:3000");
    assert!(local(&[open]).unwrap_err().contains("KEYTURN_PUBLIC_URL"));
    assert!(
        local(&[open, ("KEYTURN_PUBLIC_URL", "http://keyturn.example.com")])
            .unwrap_err()
            .contains("https://")
    );
    assert!(local(&[open, ("KEYTURN_PUBLIC_URL", "https://keyturn.example.com")]).is_ok());
    assert!(resolve(&[open, ("KEYTURN_AUTH", "none")], None).is_err(), "everybody could do everything");
    assert!(resolve(&[("KEYTURN_AUTH", "maybe")], None).is_err());
}

#[test]
fn times_of_sessions_have_units_and_bounds() {
    let idle = |text: &str| {
        resolve(&[("KEYTURN_SESSION_IDLE", text), ("KEYTURN_SESSION_MAX", "168h")], None)
            .map(|config| config.session_idle.as_secs())
    };
    assert_eq!(idle("30m").unwrap(), 1_800);
    assert_eq!(idle("24h").unwrap(), 86_400);
    for wrong in ["0m", "25h", "1d", "h", "1441m", "-1h", "99999999999999999999h"] {
        assert!(idle(wrong).is_err(), "{wrong}");
    }
    assert!(resolve(&[("KEYTURN_SESSION_IDLE", "2h"), ("KEYTURN_SESSION_MAX", "1h")], None).is_err());
}

#[tokio::test]
async fn a_password_of_the_database_is_shown_nowhere() {
    let url = "postgres://keyturn:hunter2@db.example.com/keyturn?sslmode=require&password=hunter3";
    let raw = Raw::gather([], [("KEYTURN_DATABASE_URL".to_owned(), url.to_owned())], None).unwrap();
    let config = Config::resolve(&raw, &["cn-hangzhou".into()], "/state".into()).unwrap();
    let told = config.describe(&raw).await;
    assert!(
        told.contains("postgres://keyturn:***@db.example.com/keyturn") && !told.contains("hunter"),
        "{told}"
    );
    let wrong = resolve(&[("KEYTURN_DATABASE_URL", "mysql://a:hunter2@b")], None).unwrap_err().to_string();
    assert!(wrong.contains("KEYTURN_DATABASE_URL") && !wrong.contains("hunter2"), "{wrong}");
}

#[test]
fn a_rule_of_the_file_that_cannot_be_meant_is_named() {
    let config = resolve(
        &[],
        Some("[[grant]]\nrole = 'viewer'\ngroup = 'g'\n[[grant]]\nrole = 'operator'\nperson = 'local:a'"),
    );
    assert_eq!(config.unwrap().grants.len(), 2);
    for wrong in [
        "[[grant]]\nrole = 'viewer'",
        "[[grant]]\nrole = 'root'\ngroup = 'g'",
        "[[grant]]\nrole = 'viewer'\ngroup = 'g'\nregions = ['mars']",
    ] {
        let error = resolve(&[], Some(wrong)).unwrap_err().to_string();
        assert!(error.contains("[[grant]]"), "{error}");
    }
}

#[test]
fn s41_a_region_is_a_part_of_a_host_and_never_the_host() {
    let with = |url: &str| {
        resolve(
            &[("KEYTURN_CLOUD", "aliyun"), ("KEYTURN_AUTH", "local"), ("KEYTURN_ENDPOINT_KMS", url)],
            None,
        )
    };
    for right in [
        "https://kms-vpc.{region}.aliyuncs.com",
        "https://{region}.kms.example",
        "http://kms.{region}.localhost:8080",
    ] {
        with(right).unwrap_or_else(|error| panic!("{right}: {error:#}"));
    }
    for wrong in [
        "https://{region}",
        "https://{region}:443",
        "https://kms.{region}",
        "https://{region}.",
        "https://kms-{region}:8443",
    ] {
        let told = with(wrong).unwrap_err().to_string();
        assert!(told.contains("KEYTURN_ENDPOINT_KMS"), "{wrong}: {told}");
    }
}

#[test]
fn f17_what_kubernetes_sets_for_a_service_is_no_configuration() {
    let gather = |name: &str, value: &str| {
        Raw::gather(Vec::new(), vec![(name.to_owned(), value.to_owned())], None).map(|raw| raw.values.len())
    };
    for (name, value) in [
        ("KEYTURN_PORT", "tcp://10.96.0.7:3000"),
        ("KEYTURN_SERVICE_HOST", "10.96.0.7"),
        ("KEYTURN_SERVICE_HOST", "fd00::7"),
        ("KEYTURN_SERVICE_PORT", "3000"),
        ("KEYTURN_SERVICE_PORT_HTTP", "3000"),
        ("KEYTURN_PORT_3000_TCP", "tcp://10.96.0.7:3000"),
        ("KEYTURN_PORT_3000_TCP_PROTO", "tcp"),
        ("KEYTURN_PORT_3000_TCP_PORT", "3000"),
        ("KEYTURN_PORT_3000_TCP_ADDR", "10.96.0.7"),
        ("KEYTURN_DB_PORT", "tcp://10.96.0.8:5432"),
        ("KEYTURN_DB_SERVICE_PORT_POSTGRES", "5432"),
        ("KEYTURN_DB_PORT_5432_TCP_ADDR", "10.96.0.8"),
        ("KEYTURN_METRICS_PORT_9090_UDP", "udp://10.96.0.9:9090"),
    ] {
        assert_eq!(gather(name, value).unwrap(), 0, "{name}={value}");
    }
    // A mistake of a person's stays one.
    for (name, value) in [
        ("KEYTURN_PORT", "3000"),
        ("KEYTURN_SERVICE_HOST", "keyturn.example.com"),
        ("KEYTURN_LISTEN_PORT", "3000"),
        ("KEYTURN_PORT_3000_TCP", "3000"),
        ("KEYTURN_SERVICE_PORT", "http"),
        ("KEYTURN_LISTENS", "127.0.0.1:3000"),
    ] {
        assert!(gather(name, value).is_err(), "{name}={value}");
    }
}
