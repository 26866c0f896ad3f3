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
        (&[("KEYTURN_CLOUD", "aliyun")], None, &["KEYTURN_CLOUD", "sign-in"]),
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
