//! Listing and creating over a cloud that takes 20 ms to answer: the bare signed call, the same through Keyturn, and by the
//! vendor's Python and JavaScript SDKs, in one run. Prints a table of medians and 99th percentiles.

#[path = "../tests/support/mod.rs"]
mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use keyturn_app::model::secret_query::SecretQuery;
use keyturn_cloud::credentials::Secret;
use keyturn_cloud::kms::{AccessKeyPair, Deletion, NewRamSecret};
use keyturn_cloud::{Client, Credentials, Endpoints};
use serde::Deserialize;
use serde_json::{Value, json};

const REGION: &str = "cn-hangzhou";
const USER: &str = "checkout-api";
const NAME: &str = "acs/ram/user/checkout-api";
const ROUNDS: usize = 120;
const UPSTREAM_MS: u64 = 20;
/// What Keyturn has just listed serves for so long; each round is to ask anew.
const LISTED_FOR: Duration = Duration::from_millis(220);

/// Milliseconds of each round.
#[derive(Default, Deserialize)]
struct Times {
    list: Vec<f64>,
    create: Vec<f64>,
}

fn percentile(times: &[f64], share: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    let last = times.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a short list"
    )]
    times.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}

async fn timed<T>(call: impl Future<Output = T>) -> (f64, T) {
    let began = Instant::now();
    let answer = call.await;
    (began.elapsed().as_secs_f64() * 1_000.0, answer)
}

async fn bare(client: &Client, keys: &[(String, String)]) -> Times {
    let mut times = Times::default();
    for round in 0..ROUNDS {
        let (took, listed) = timed(client.list_secrets(REGION)).await;
        listed.expect("it is listed");
        times.list.push(took);
        let secret = NewRamSecret {
            user_name: USER.into(),
            access_keys: keys
                .iter()
                .map(|(id, secret)| AccessKeyPair {
                    access_key_id: id.clone(),
                    access_key_secret: Secret::new(secret.clone()),
                })
                .collect(),
            description: String::new(),
            rotation_interval_seconds: Some(604_800),
            version_id: format!("v-{round}"),
            dkms_instance_id: None,
            encryption_key_id: None,
            tags: Vec::new(),
        };
        let (took, made) = timed(client.create_secret(REGION, &secret)).await;
        made.expect("it is created");
        times.create.push(took);
        client.delete_secret(REGION, NAME, Deletion::Immediate).await.expect("it is deleted");
    }
    times
}

async fn through_keyturn(console: &support::Running, client: &Client, keys: &[(String, String)]) -> Times {
    let query = serde_json::to_value(SecretQuery::default()).expect("plain data");
    let list = json!({"region": REGION, "query": query});
    let pairs: Vec<Value> = keys.iter().map(|(id, secret)| json!({"id": id, "secret": secret})).collect();
    let call = async |function: &str, body: &Value| {
        let answer = console.call(function, body).send().await.expect("Keyturn answers");
        let status = answer.status();
        let text = answer.text().await.expect("a whole answer");
        assert_eq!(status, 200, "{text}");
    };
    // The details of the rows in view are known then.
    call("list-secrets", &list).await;
    // As the wizard does when a person leaves its first step: creating does not verify the pairs again.
    let check = json!({"region": REGION, "user_name": USER, "access_keys": pairs});
    call("check-access-keys", &check).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut times = Times::default();
    for round in 0..ROUNDS {
        tokio::time::sleep(LISTED_FOR).await;
        times.list.push(timed(call("list-secrets", &list)).await.0);
        let create = json!({"region": REGION, "secret": {
            "user_name": USER, "access_keys": pairs, "description": "", "rotation": 168, "version_id": format!("v-{round}"),
            "tags": [], "instance": null, "is_checked": true,
        }});
        times.create.push(timed(call("create-secret", &create)).await.0);
        client.delete_secret(REGION, NAME, Deletion::Immediate).await.expect("it is deleted");
    }
    times
}

fn by_sdk(program: &str, script: &str, port: u16) -> Option<Times> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let output = Command::new(program)
        .arg(format!("{root}/end2end/official/{script}"))
        .args([port.to_string(), ROUNDS.to_string()])
        .output()
        .inspect_err(|error| println!("{program}: {error}"))
        .ok()?;
    let times = serde_json::from_slice(&output.stdout);
    times.inspect_err(|_| println!("{program}: {}", String::from_utf8_lossy(&output.stderr))).ok()
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    let console = runtime.block_on(support::start_with(&[], None)).0;
    let address: std::net::SocketAddr = console
        .sandbox_url
        .strip_prefix("http://")
        .and_then(|address| address.parse().ok())
        .expect("an address");
    let client = Client::new(
        Endpoints::sandbox(address, vec![REGION.into()]),
        std::sync::Arc::new(Credentials::access_key(
            keyturn_sandbox::ADMIN_ACCESS_KEY_ID,
            keyturn_sandbox::ADMIN_ACCESS_KEY_SECRET,
        )),
        None,
    )
    .expect("the machine has TLS roots");
    let keys: Vec<(String, String)> = runtime.block_on(async {
        let delay = json!({"service": "kms", "kind": "delay", "millis": UPSTREAM_MS});
        let control = |path: &str| format!("{}/_sandbox/{path}", console.sandbox_url);
        let fault =
            console.http.post(control("faults")).json(&delay).send().await.expect("the sandbox answers");
        assert!(fault.status().is_success());
        let keys = console.http.get(control("access-keys")).send().await.expect("the sandbox answers");
        let keys: Vec<Value> = keys.json().await.expect("a list");
        let text = |key: &Value, name: &str| key[name].as_str().unwrap_or_default().to_owned();
        keys.iter()
            .filter(|key| key["userName"] == USER)
            .map(|key| (text(key, "accessKeyId"), text(key, "accessKeySecret")))
            .collect()
    });
    let python = std::env::var("TEST_PYTHON").unwrap_or_else(|_| "python3".into());
    let rows = [
        ("bare signed call", Some(runtime.block_on(bare(&client, &keys)))),
        ("through Keyturn", Some(runtime.block_on(through_keyturn(&console, &client, &keys)))),
        ("Python SDK", by_sdk(&python, "bench.py", address.port())),
        ("JavaScript SDK", by_sdk("node", "bench.mjs", address.port())),
    ];
    println!("{ROUNDS} rounds, {UPSTREAM_MS} ms upstream     list p50     p99    create p50     p99   (ms)");
    for (name, times) in rows {
        match times {
            None => println!("{name:<32} not measured"),
            Some(Times { list, create }) => println!(
                "{name:<32} {:>8.1} {:>7.1} {:>13.1} {:>7.1}",
                percentile(&list, 0.5),
                percentile(&list, 0.99),
                percentile(&create, 0.5),
                percentile(&create, 0.99)
            ),
        }
    }
}
