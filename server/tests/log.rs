//! What is logged at the finest level: everything but values.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

const CANARY: &str = "CanarySecretCanarySecret000042";

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound listener").port()
}

/// A typed value goes to the cloud by a server function and by a plain form; a description tries to forge a line.
#[tokio::test]
async fn s52_s53_no_value_is_in_the_log_at_trace_and_no_line_is_forged() {
    let (port, sandbox_port) = (free_port(), free_port());
    let data = std::env::temp_dir().join(format!("keyturn-log-{}", std::process::id()));
    let mut keyturn = Command::new(env!("CARGO_BIN_EXE_keyturn"))
        .env_clear()
        .env("KEYTURN_LISTEN", format!("127.0.0.1:{port}"))
        .env("KEYTURN_SANDBOX_LISTEN", format!("127.0.0.1:{sandbox_port}"))
        .env("KEYTURN_DATA_DIR", data)
        .env("KEYTURN_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut said = BufReader::new(keyturn.stdout.take().expect("a pipe"));
    // Read beside the test, so that a full pipe stops nothing.
    let mut errors = keyturn.stderr.take().expect("a pipe");
    let log = std::thread::spawn(move || {
        let mut text = String::new();
        errors.read_to_string(&mut text).map(|_| text)
    });
    let mut line = String::new();
    said.read_line(&mut line).expect("it says where it is");

    // reqwest wants one; already installed is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let url = format!("http://127.0.0.1:{port}");
    let keys: Vec<Value> = http
        .get(format!("http://127.0.0.1:{sandbox_port}/_sandbox/access-keys"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = |user: &str| {
        let key = keys.iter().find(|key| key["userName"] == user).unwrap();
        key["accessKeyId"].as_str().unwrap().to_owned()
    };
    let secret = json!({"region": "cn-hangzhou", "secret": {
        "user_name": "checkout-api",
        "access_keys": [{"id": id("checkout-api"), "secret": CANARY}],
        "description": "x\n2026-01-01T00:00:00Z  INFO forged\r\u{1b}[31m", "rotation": null, "version_id": "v-1",
        "tags": [], "instance": null, "is_checked": true,
    }});
    let post = |path: &str| http.post(format!("{url}{path}")).header("sec-fetch-site", "same-origin");
    assert_eq!(post("/api/create-secret").json(&secret).send().await.unwrap().status(), 200);
    let form = format!(
        "user=chat-ops&version=v-2&rotation=off&description=x%0Aforged&unverified=1&value-{}={CANARY}",
        id("chat-ops")
    );
    let posted = post("/cn-hangzhou/create-secret")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await
        .unwrap();
    assert_eq!(posted.status(), 200, "it led to the new secret's page");
    assert!(posted.url().path().ends_with("acs/ram/user/chat-ops"), "{}", posted.url());

    keyturn.kill().expect("it runs");
    keyturn.wait().expect("it ends");
    let log = log.join().expect("the reader ends").expect("the log is text");
    assert!(log.contains("TRACE") && log.contains("/api/{*function}"), "there is a log");
    assert!(!log.contains(CANARY), "a typed value is in the log");
    assert!(!log.contains(keyturn_sandbox::ADMIN_ACCESS_KEY_SECRET), "the console's own key is in the log");
    assert!(!log.lines().any(|line| line.starts_with("2026-01-01T00:00:00Z") || line.starts_with("forged")));
}
