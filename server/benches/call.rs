//! What Keyturn adds to a call, and what the sandbox's clock takes. The bare signed call beside the same one through a server function, over a cloud that
//! takes 20 ms to answer, in pairs of writes: planning a deletion and taking it back.

#[path = "../tests/support/mod.rs"]
mod support;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use keyturn_cloud::kms::Deletion;
use keyturn_cloud::{Client, Credentials, Endpoints};
use serde_json::json;

const REGION: &str = "cn-hangzhou";
const NAME: &str = "acs/ram/user/route-planner";

fn calls(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    let console = runtime.block_on(support::start_with(&[], None)).0;
    let sandbox = console.sandbox_url.strip_prefix("http://").and_then(|address| address.parse().ok());
    let client = Client::new(
        Endpoints::sandbox(sandbox.expect("an address"), vec![REGION.into()]),
        std::sync::Arc::new(Credentials::access_key(
            keyturn_sandbox::ADMIN_ACCESS_KEY_ID,
            keyturn_sandbox::ADMIN_ACCESS_KEY_SECRET,
        )),
        None,
    )
    .expect("the machine has TLS roots");
    let delay = json!({"service": "kms", "kind": "delay", "millis": 20});
    let fault = console.http.post(format!("{}/_sandbox/faults", console.sandbox_url)).json(&delay).send();
    assert!(runtime.block_on(fault).expect("the sandbox answers").status().is_success());

    let mut group = criterion.benchmark_group("plan a deletion and take it back, 20 ms upstream");
    group.sample_size(60);
    group.bench_function("bare signed calls", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let planned = Deletion::Planned { recovery_window_in_days: 7 };
                client.delete_secret(REGION, NAME, planned).await.expect("it is planned");
                client.restore_secret(REGION, NAME).await.expect("it is restored");
            });
        });
    });
    let delete = json!({"region": REGION, "name": NAME, "deletion": {"planned": 7}, "typed_name": ""});
    let restore = json!({"region": REGION, "name": NAME});
    group.bench_function("through Keyturn", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                for (function, body) in [("delete-secret", &delete), ("restore-secret", &restore)] {
                    let answer = console.call(function, body).send().await.expect("Keyturn answers");
                    assert_eq!(answer.status(), 200);
                    answer.bytes().await.expect("a whole answer");
                }
            });
        });
    });
    group.finish();
}

/// What the clock makes happen in a year of 1,000 secrets, and how long a large reset takes.
fn clock(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    let console = runtime.block_on(support::start_with(&[], None)).0;
    let post = |path: &str, body: serde_json::Value| {
        let request = console.http.post(format!("{}/_sandbox/{path}", console.sandbox_url)).json(&body);
        runtime.block_on(async {
            let answer = request.send().await.expect("the sandbox answers");
            assert!(answer.status().is_success(), "{path}");
        });
    };
    let mut group = criterion.benchmark_group("the sandbox's clock");
    group.sample_size(10);
    group.bench_function("a year of 1,000 secrets", |bencher| {
        bencher.iter_batched(
            || post("reset", json!({"secrets": 1_000})),
            |()| post("clock", json!({"advance": "365d"})),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("a reset with 100,000 secrets and users", |bencher| {
        bencher.iter(|| post("reset", json!({"secrets": 100_000, "users": 100_000})));
    });
    group.finish();
}

criterion_group!(benches, calls, clock);
criterion_main!(benches);
