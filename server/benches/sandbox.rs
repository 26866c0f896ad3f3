//! The sandbox as a process: how long it takes from its start to its first answer, and what it holds with 100,000 secrets.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::json;
use tokio::runtime::Runtime;

struct Running(Child, String);

impl Running {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_keyturn"))
            .args(["sandbox", "--sandbox-listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit_once("http://").expect("it says its address").1.to_owned();
        Self(process, format!("http://{address}/_sandbox"))
    }

    /// Resident memory in MiB, as the system counts it.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("it is running");
        let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("the system tells it");
        line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).expect("a number of kB")
            / 1_024
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn process(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("threads can be started");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let mut group = criterion.benchmark_group("keyturn sandbox");
    group.sample_size(20);
    group.bench_function("from its start to its first answer", |bencher| {
        bencher.iter(|| {
            let running = Running::start();
            let answer = runtime.block_on(http.get(format!("{}/clock", running.1)).send());
            assert!(answer.expect("it answers").status().is_success());
        });
    });
    group.finish();

    let running = Running::start();
    let before = running.memory();
    for secrets in [10_000, 100_000] {
        let reset = http.post(format!("{}/reset", running.1)).json(&json!({"secrets": secrets}));
        assert!(runtime.block_on(reset.send()).expect("it answers").status().is_success());
        println!(
            "keyturn sandbox/memory with {secrets} secrets: {} MiB ({before} MiB with 41)",
            running.memory()
        );
    }
}

criterion_group!(benches, process);
criterion_main!(benches);
