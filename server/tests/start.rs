//! What goes wrong at the start is one clear line and exit code 1; a wrong command line is exit code 2.

use std::process::{Command, Output};

fn keyturn(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let data = std::env::temp_dir().join(format!("keyturn-start-{}", std::process::id()));
    Command::new(env!("CARGO_BIN_EXE_keyturn"))
        .args(arguments)
        .env_clear()
        .env("KEYTURN_LISTEN", "127.0.0.1:0")
        .env("KEYTURN_SANDBOX_LISTEN", "127.0.0.1:0")
        .env("KEYTURN_DATA_DIR", data)
        .envs(environment.iter().copied())
        .output()
        .expect("the binary runs")
}

fn one_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

#[test]
fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = one_line(&keyturn(&[], &[("KEYTURN_LISTEN", &address)]));
    assert!(line.contains("KEYTURN_LISTEN") && line.contains(&address), "{line}");
}

#[test]
fn an_unwritable_data_directory_is_named() {
    let line = one_line(&keyturn(&[], &[("KEYTURN_DATA_DIR", "/proc/keyturn")]));
    assert!(line.contains("KEYTURN_DATA_DIR") && line.contains("/proc/keyturn"), "{line}");
}

#[test]
fn a_file_that_cannot_keep_the_sandboxs_state_is_named_with_what_is_wrong() {
    let folder = std::env::temp_dir().join(format!("keyturn-start-data-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    std::fs::write(
        path("text"),
        "not a database, and long enough not to be taken for an empty one".repeat(20),
    )
    .unwrap();
    for (file, why) in [
        ("/nowhere/state.sqlite".to_owned(), "directory does not exist"),
        (folder.to_str().unwrap().to_owned(), "directory"),
        (path("text"), "no sandbox's state"),
    ] {
        let line = one_line(&keyturn(&["sandbox"], &[("KEYTURN_SANDBOX_DATA", &file)]));
        assert!(
            line.contains("KEYTURN_SANDBOX_DATA") && line.contains(&file) && line.contains(why),
            "{line}"
        );
    }
    // One at a time.
    let taken = path("taken.sqlite");
    let mut first = Command::new(env!("CARGO_BIN_EXE_keyturn"))
        .args(["sandbox", "--sandbox-listen", "127.0.0.1:0", "--sandbox-data", &taken])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(first.stdout.as_mut().unwrap()), &mut said)
        .unwrap();
    let second = keyturn(&["sandbox"], &[("KEYTURN_SANDBOX_DATA", &taken)]);
    first.kill().unwrap();
    first.wait().unwrap();
    let line = one_line(&second);
    assert!(line.contains("another sandbox has it open"), "{line}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_unreadable_or_broken_configuration_file_is_named() {
    let line = one_line(&keyturn(&["--config", "/nowhere/keyturn.toml"], &[]));
    assert!(line.contains("/nowhere/keyturn.toml"), "{line}");
    let path = std::env::temp_dir().join(format!("keyturn-broken-{}.toml", std::process::id()));
    std::fs::write(&path, "listen = ").unwrap();
    let line = one_line(&keyturn(&["--config", path.to_str().unwrap()], &[]));
    assert!(line.contains("TOML"), "{line}");
}

#[test]
fn credentials_in_the_environment_do_not_switch_the_cloud() {
    let output = keyturn(&["config"], &[("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tExample")]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("cloud = sandbox  # default"), "{text}");
    assert!(
        text.contains("regions = cn-hangzhou,") && text.contains("public_url = http://localhost:0"),
        "{text}"
    );
    assert!(!text.contains("LTAI5tExample"));
}

#[test]
fn the_doctor_says_what_it_found_for_people_and_for_scripts() {
    let fine = keyturn(&["doctor", "--json"], &[]);
    let report: serde_json::Value = serde_json::from_slice(&fine.stdout).unwrap();
    assert_eq!(fine.status.code(), Some(0), "{report}");
    let findings = report["findings"].as_array().unwrap();
    let health = |check: &str, about: &str| {
        let finding = findings.iter().find(|finding| finding["check"] == check && finding["about"] == about);
        finding.unwrap()["health"].as_str().unwrap().to_owned()
    };
    assert_eq!(health("service", "KMS cn-hangzhou"), "fine");
    assert_eq!(health("permission", "kms:DeleteSecret"), "fine");
    assert_eq!(health("permission", "kms:CreateSecret"), "not_checked");
    assert!(report["smallestPolicy"]["Statement"].is_array());

    let broken = keyturn(&["doctor"], &[("KEYTURN_DATA_DIR", "/proc/keyturn")]);
    let text = String::from_utf8_lossy(&broken.stdout);
    assert_eq!(broken.status.code(), Some(1), "{text}");
    assert!(
        text.contains("/proc/keyturn cannot be written") && text.contains("Check KEYTURN_DATA_DIR"),
        "{text}"
    );
    let text = String::from_utf8_lossy(&broken.stderr);
    assert!(text.contains("1 of "), "{text}");
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    assert_eq!(keyturn(&["--colour", "red"], &[]).status.code(), Some(2));
    assert_eq!(keyturn(&["--help"], &[]).status.code(), Some(0));
}

#[test]
fn the_real_cloud_needs_sign_in_and_credentials_of_its_own() {
    let aliyun = [("KEYTURN_CLOUD", "aliyun"), ("KEYTURN_AUTH", "local")];
    let public = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", keyturn_sandbox::ADMIN_ACCESS_KEY_ID),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", keyturn_sandbox::ADMIN_ACCESS_KEY_SECRET),
    ];
    let own = [("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tReal"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "canary")];
    let no_metadata = [("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")];
    let in_clear = [("KEYTURN_ENDPOINT_KMS", "http://kms.example.com")];
    for (environment, parts) in [
        (aliyun[..1].to_vec(), &["KEYTURN_AUTH", "local"]),
        ([&aliyun[..1], &[("KEYTURN_AUTH", "none")]].concat(), &["KEYTURN_AUTH", "sandbox"]),
        (
            [&aliyun[..], &no_metadata].concat(),
            &["no source gives credentials", "ALIBABA_CLOUD_ACCESS_KEY_ID"],
        ),
        ([aliyun, public].concat(), &["ALIBABA_CLOUD_ACCESS_KEY_ID", "sandbox"]),
        ([&aliyun[..], &own, &in_clear].concat(), &["KEYTURN_ENDPOINT_KMS", "https"]),
        (in_clear.to_vec(), &["KEYTURN_ENDPOINT_KMS", "KEYTURN_CLOUD"]),
    ] {
        let line = one_line(&keyturn(&[], &environment));
        assert!(parts.iter().all(|part| line.contains(part)) && !line.contains("canary"), "{line}");
    }
}
