//! The sandbox as a process: how long it takes from its start to its first answer, and what it holds with 100,000 secrets.

#[path = "../tests/crash/process.rs"]
mod process;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::json;
use tokio::runtime::Runtime;

use process::Running;

/// Resident memory in MiB, as the system counts it.
fn memory(running: &Running) -> u64 {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", running.process.id())).expect("it is running");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("the system tells it");
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).expect("a number of kB") / 1_024
}

fn sandbox(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("threads can be started");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let mut group = criterion.benchmark_group("keyturn sandbox");
    group.sample_size(20);
    group.bench_function("from its start to its first answer", |bencher| {
        bencher.iter(|| {
            let running = Running::start(&[]);
            let answer =
                runtime.block_on(http.get(format!("http://{}/_sandbox/clock", running.address)).send());
            assert!(answer.expect("it answers").status().is_success());
        });
    });
    group.finish();

    let running = Running::start(&[]);
    let before = memory(&running);
    for secrets in [10_000, 100_000] {
        let reset = http
            .post(format!("http://{}/_sandbox/reset", running.address))
            .json(&json!({"secrets": secrets}));
        assert!(runtime.block_on(reset.send()).expect("it answers").status().is_success());
        println!(
            "keyturn sandbox/memory with {secrets} secrets: {} MiB ({before} MiB with 41)",
            memory(&running)
        );
    }
}

criterion_group!(benches, sandbox);
criterion_main!(benches);
