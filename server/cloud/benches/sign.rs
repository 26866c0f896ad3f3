//! Signatures a second, beside the bare cost of the SHA-256 blocks that one signature needs.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use keyturn_cloud::{Credentials, sign};
use sha2::{Digest, Sha256};

fn signing(criterion: &mut Criterion) {
    let credentials = Credentials::access_key("LTAI5tExampleKeyId00001", "ExampleSecretExampleSecret0001");
    let query: Vec<(String, String)> =
        [("SecretName", "acs/ram/user/payroll-exporter"), ("FetchTags", "true")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
    let request = sign::Unsigned {
        method: "POST",
        host: "kms.cn-hangzhou.aliyuncs.com",
        action: "DescribeSecret",
        version: "2016-01-20",
        query: &query,
        body: b"",
        content_type: None,
    };
    let sign_it = || {
        sign::sign(&request, Some(&credentials), "2026-01-02T03:04:05Z", "0123456789abcdef0123456789abcdef")
    };

    let mut headers = sign_it();
    headers.remove("authorization");
    let canonical = sign::canonical_request("POST", &query, &headers, &sign::hashed_payload(b""));
    // SHA-256 pads with 9 bytes at least; HMAC adds a key block to each of its two hashes.
    let blocks = |bytes: usize| (bytes + 9).div_ceil(64);
    let needed = blocks(0)
        + blocks(canonical.len())
        + (1 + blocks(sign::string_to_sign(&canonical).len()))
        + (1 + blocks(32));
    // The digest itself pads with one more block.
    let bare = vec![0u8; (needed - 1) * 64];

    let mut group = criterion.benchmark_group("sign");
    group.throughput(Throughput::Elements(1));
    group.bench_function("DescribeSecret", |bencher| bencher.iter(|| black_box(sign_it())));
    group.bench_function(format!("bare SHA-256 of its {needed} blocks"), |bencher| {
        bencher.iter(|| black_box(Sha256::digest(black_box(&bare))));
    });
    group.finish();
}

criterion_group!(benches, signing);
criterion_main!(benches);
