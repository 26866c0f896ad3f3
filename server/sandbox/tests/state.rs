//! The whole state goes out as JSON and comes back: a test suite can keep a world in its repository.

use keyturn_sandbox::{Dataset, Options, Sandbox};
use serde_json::{Value, json};

struct Running(String);

impl Running {
    async fn start(dataset: Dataset) -> Self {
        // reqwest wants one; already installed is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener");
        let region_ids = ["cn-hangzhou", "cn-shanghai", "ap-southeast-1"].map(str::to_owned).to_vec();
        let sandbox = Sandbox::open(Options { region_ids, dataset, data: None }).expect("no file is needed");
        tokio::spawn(sandbox.serve(listener.into()));
        Self(format!("http://{address}/_sandbox"))
    }

    async fn get(&self, path: &str) -> Value {
        let answer = reqwest::get(format!("{}/{path}", self.0)).await.expect("the sandbox answers");
        answer.json().await.expect("JSON")
    }

    async fn put(&self, body: &Value) -> (u16, Value) {
        let request = reqwest::Client::new().put(format!("{}/state", self.0)).json(body);
        let answer = request.send().await.expect("the sandbox answers");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    async fn advance(&self, by: &str) {
        let request = reqwest::Client::new().post(format!("{}/clock", self.0)).json(&json!({"advance": by}));
        assert!(request.send().await.expect("the sandbox answers").status().is_success());
    }
}

#[tokio::test]
async fn what_was_exported_is_the_same_world_elsewhere_and_lives_on() {
    let one = Running::start(Dataset::Demo).await;
    one.advance("2d").await;
    let state = one.get("state").await;
    let other = Running::start(Dataset::Empty).await;
    assert_eq!(other.put(&state).await, (200, json!({"secrets": 41, "users": 60})));
    assert_eq!(other.get("state").await, state);
    // What falls due is planned again: both worlds go on alike.
    for running in [&one, &other] {
        running.advance("30d").await;
    }
    let (one, other) = (one.get("state").await, other.get("state").await);
    assert_eq!(one["world"]["secrets"], other["world"]["secrets"]);
    assert_ne!(one["world"]["secrets"], state["world"]["secrets"]);
}

#[tokio::test]
async fn a_state_that_is_not_one_is_refused_and_nothing_lost() {
    let running = Running::start(Dataset::Demo).await;
    let before = running.get("state").await;
    let mut of_another_version = before.clone();
    of_another_version["version"] = json!(1);
    let mut with_more = before.clone();
    with_more["world"]["colour"] = json!("red");
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut state = before.clone();
        change(&mut state);
        state
    };
    let name = "acs/ram/user/payroll-exporter";
    let secret = |state: &mut Value, field: &str, value: Value| {
        state["world"]["secrets"]["cn-hangzhou"][name][field] = value;
    };
    // What would not end, or break, what the clock makes happen.
    let broken = [
        changed(&|state| secret(state, "interval", json!("PT0S"))),
        changed(&|state| secret(state, "interval", json!("PT1000000H"))),
        changed(&|state| secret(state, "name", json!("acs/ram/user/another"))),
        changed(&|state| secret(state, "next_rotation", json!("9999-01-01T00:00:00Z"))),
        changed(&|state| secret(state, "versions", json!([]))),
        changed(&|state| state["world"]["account"]["windows"]["automatic"] = json!("-PT1H")),
        changed(&|state| {
            state["world"]["account"]["roles"]["auditor"]["max_session_seconds"] = json!(u64::MAX)
        }),
        changed(&|state| state["clock"]["frozen_at"] = json!("9999-12-30T00:00:00Z")),
    ];
    for wrong in
        broken.into_iter().chain([json!({}), json!([]), json!({"version": 1}), of_another_version, with_more])
    {
        let (status, answer) = running.put(&wrong).await;
        assert_eq!(status, 400);
        assert!(answer["message"].as_str().is_some_and(|text| !text.is_empty()));
    }
    assert_eq!(running.get("state").await["world"], before["world"]);
}

#[tokio::test]
async fn the_clock_goes_as_far_as_dates_hold_and_no_further() {
    let running = Running::start(Dataset::Demo).await;
    for (body, is_taken) in [
        (json!({"set": "9999-12-29T00:00:00Z"}), false),
        (json!({"advance": "3000000d"}), false),
        (json!({"set": "1970-01-01T00:00:00Z"}), false),
        (json!({"set": "2199-12-31T00:00:00Z"}), true),
        (json!({"set": "1990-01-02T00:00:00Z"}), true),
    ] {
        let request = reqwest::Client::new().post(format!("{}/clock", running.0)).json(&body);
        let answer = request.send().await.expect("the sandbox answers");
        assert_eq!(answer.status().is_success(), is_taken, "{body}");
    }
    assert_eq!(running.get("summary").await["users"], json!(60));
}

#[tokio::test]
async fn each_region_has_its_address() {
    let running = Running::start(Dataset::Demo).await;
    let regions = running.get("regions").await;
    let address = regions["cn-shanghai"].as_str().expect("an address");
    assert!(address.starts_with("kms.cn-shanghai.localhost:"), "{address}");
}
