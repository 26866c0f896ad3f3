//! Each kind of fault, met by the real client over real HTTP: what the caller sees, and what was done.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use keyturn_cloud::kms::Deletion;
use keyturn_cloud::{Client, Credentials, Endpoints, ErrorKind};
use keyturn_sandbox::{ADMIN_ACCESS_KEY_ID, ADMIN_ACCESS_KEY_SECRET, Dataset, Options, Sandbox};
use serde_json::{Value, json};

const REGION: &str = "cn-hangzhou";
const NAME: &str = "acs/ram/user/route-planner";

async fn start() -> (SocketAddr, Client) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let regions = vec![REGION.to_owned()];
    tokio::spawn(
        Sandbox::open(Options { region_ids: regions.clone(), dataset: Dataset::Demo, data: None })
            .expect("no file is needed")
            .serve(listener.into()),
    );
    let credentials = Credentials::access_key(ADMIN_ACCESS_KEY_ID, ADMIN_ACCESS_KEY_SECRET);
    (
        address,
        Client::new(Endpoints::sandbox(address, regions), Arc::new(credentials), None)
            .expect("the machine has TLS roots"),
    )
}

async fn post(address: SocketAddr, path: &str, body: &Value) -> u16 {
    let url = format!("http://{address}/_sandbox/{path}");
    reqwest::Client::new().post(url).json(body).send().await.expect("the sandbox answers").status().as_u16()
}

#[tokio::test]
async fn an_answer_is_lost_or_damaged_as_it_was_asked_for_and_the_work_done_or_not() {
    // Whatever became of the answer, the client does not say that a write was not done.
    let cases = [
        ("drop", false),
        ("lose-answer", true),
        ("half-body", true),
        ("bad-json", true),
        ("wrong-type", true),
    ];
    for (kind, is_done) in cases {
        let (address, client) = start().await;
        let fault = json!({"service": "kms", "action": "DeleteSecret", "kind": kind, "times": 1});
        assert_eq!(post(address, "faults", &fault).await, 200);
        let planned = Deletion::Planned { recovery_window_in_days: 7 };
        let error = client.delete_secret(REGION, NAME, planned).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnknownOutcome, "{kind}");
        let secret = client.describe_secret(REGION, NAME).await.unwrap().body;
        assert_eq!(secret.planned_delete_time.is_some(), is_done, "{kind}");
    }
}

#[tokio::test]
async fn a_slow_answer_comes_in_pieces_and_whole() {
    let (address, client) = start().await;
    let fault =
        json!({"service": "kms", "action": "DescribeSecret", "kind": "slow-body", "millis": 400, "times": 1});
    assert_eq!(post(address, "faults", &fault).await, 200);
    let started = Instant::now();
    assert_eq!(client.describe_secret(REGION, NAME).await.unwrap().body.secret_name, NAME);
    assert!(started.elapsed().as_millis() >= 400);
}

#[tokio::test]
async fn a_fault_or_a_reset_that_makes_no_sense_is_refused() {
    let (address, _) = start().await;
    for (path, body) in [
        ("faults", json!({"kind": "slow-body"})),
        ("faults", json!({"kind": "explode"})),
        ("faults", json!({"kind": "drop", "share": 1.5})),
        ("reset", json!({"immediateWindow": "3d"})),
        ("reset", json!({"secrets": 100_001})),
        ("reset", json!({"colour": "red"})),
    ] {
        assert_eq!(post(address, path, &body).await, 400, "{body}");
    }
    assert_eq!(
        post(address, "reset", &json!({"immediateWindow": "30m", "automaticWindow": "1h"})).await,
        200
    );
}
