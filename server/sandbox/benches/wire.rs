//! What the sandbox costs beside a bare axum that answers so many bytes: one call after another, and many at once. The same
//! client signs for both.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::routing::any;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures::future::join_all;
use jiff::Timestamp;
use keyturn_cloud::Credentials;
use keyturn_cloud::sign::{Unsigned, canonical_query, sign};
use keyturn_sandbox::{ADMIN_ACCESS_KEY_ID, ADMIN_ACCESS_KEY_SECRET, Dataset, Options, Sandbox};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const REGION: &str = "cn-hangzhou";
const SECRET: &str = "acs/ram/user/checkout-api";
const CONNECTIONS: usize = 32;
const CALLS_EACH: usize = 16;

struct Target {
    address: SocketAddr,
    http: reqwest::Client,
    key: (String, String),
}

impl Target {
    async fn call(&self, action: &str, parameters: &[(&str, String)]) -> String {
        static NONCE: AtomicU64 = AtomicU64::new(0);
        let nonce = NONCE.fetch_add(1, Ordering::Relaxed).to_string();
        let query: Vec<(String, String)> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let host = self.address.to_string();
        let unsigned = Unsigned {
            method: "POST",
            host: &host,
            action,
            version: "2016-01-20",
            query: &query,
            ..Unsigned::default()
        };
        let date = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let credentials = Credentials::access_key(&self.key.0, &self.key.1);
        let mut request = self.http.post(format!("http://{host}/?{}", canonical_query(&query)));
        for (name, value) in sign(&unsigned, Some(&credentials), &date, &nonce) {
            request = request.header(name, value);
        }
        let answer = request.send().await.expect("it answers");
        assert_eq!(answer.status(), 200, "{action}");
        answer.text().await.expect("a whole answer")
    }

    async fn describe(&self) -> String {
        self.call("DescribeSecret", &[("SecretName", SECRET.into())]).await
    }
}

fn admin() -> (String, String) {
    (ADMIN_ACCESS_KEY_ID.into(), ADMIN_ACCESS_KEY_SECRET.into())
}

async fn sandbox(data: Option<PathBuf>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let options = Options { region_ids: vec![REGION.into()], dataset: Dataset::Demo, data };
    let sandbox = Sandbox::open(options).expect("a file that can be written");
    tokio::spawn(sandbox.serve(listener.into()));
    address
}

/// Answers so many bytes of JSON to everything, and knows nothing.
async fn echo(size: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let body = format!("\"{}\"", "x".repeat(size - 2));
    let answer = move || async move { ([("content-type", "application/json;charset=utf-8")], body) };
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", any(answer))).await });
    address
}

fn wire(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("threads can be started");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let target = |address, key| Target { address, http: http.clone(), key };

    let plain = target(runtime.block_on(sandbox(None)), admin());
    // The one user of the demo data whose own policies let it describe secrets.
    let pair = runtime.block_on(async {
        let url = format!("http://{}/_sandbox/access-keys", plain.address);
        let keys: Vec<Value> = http.get(url).send().await.expect("it answers").json().await.expect("JSON");
        let key =
            keys.into_iter().find(|key| key["userName"] == "checkout-api").expect("a user of the demo data");
        ["accessKeyId", "accessKeySecret"].map(|name| key[name].as_str().expect("a text").to_owned())
    });
    let user = target(plain.address, pair.clone().into());
    let data = std::env::temp_dir().join(format!("keyturn-bench-{}.sqlite", std::process::id()));
    let durable = target(runtime.block_on(sandbox(Some(data.clone()))), admin());
    runtime.block_on(async {
        let pairs = json!({"AccessKeys": [{"AccessKeyId": pair[0], "AccessKeySecret": pair[1]}]}).to_string();
        let config = json!({"SecretSubType": "RamUserAccessKey", "UserName": "checkout-api"}).to_string();
        let new = [
            ("SecretName", "$Auto".to_owned()),
            ("SecretType", "RAMCredentials".into()),
            ("SecretData", pairs),
            ("ExtendedConfig", config),
            ("VersionId", "v1".into()),
        ];
        for sandbox in [&plain, &durable] {
            sandbox.call("CreateSecret", &new).await;
            let mail =
                [("SecretName", "mail".to_owned()), ("SecretData", "x".into()), ("VersionId", "0".into())];
            sandbox.call("CreateSecret", &mail).await;
        }
    });
    let size = runtime.block_on(plain.describe()).len();
    let bare = target(runtime.block_on(echo(size)), admin());

    let version = AtomicU64::new(1);
    let put = async |target: &Target| {
        let id = version.fetch_add(1, Ordering::Relaxed).to_string();
        let new = [("SecretName", "mail".to_owned()), ("SecretData", "x".repeat(400)), ("VersionId", id)];
        target.call("PutSecretValue", &new).await
    };
    let mut group = criterion.benchmark_group(format!("one call after another, {size} bytes"));
    group.bench_function("bare axum", |bencher| bencher.iter(|| runtime.block_on(bare.describe())));
    group.bench_function("DescribeSecret", |bencher| bencher.iter(|| runtime.block_on(plain.describe())));
    group.bench_function("DescribeSecret by a RAM user", |bencher| {
        bencher.iter(|| runtime.block_on(user.describe()));
    });
    group.bench_function("PutSecretValue in memory", |bencher| {
        bencher.iter(|| runtime.block_on(put(&plain)));
    });
    group.bench_function("PutSecretValue to a file", |bencher| {
        bencher.iter(|| runtime.block_on(put(&durable)));
    });
    group.finish();

    let mut group = criterion.benchmark_group(format!("{CONNECTIONS} connections at once"));
    group.sample_size(20);
    group.throughput(Throughput::Elements(u64::try_from(CONNECTIONS * CALLS_EACH).expect("it is small")));
    for (name, target) in
        [("bare axum", &bare), ("DescribeSecret", &plain), ("DescribeSecret by a RAM user", &user)]
    {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                runtime.block_on(join_all((0..CONNECTIONS).map(|_| async {
                    for _ in 0..CALLS_EACH {
                        target.describe().await;
                    }
                })))
            });
        });
    }
    group.finish();
    for beside in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{beside}", data.display()));
    }
}

criterion_group!(benches, wire);
criterion_main!(benches);
