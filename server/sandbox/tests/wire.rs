//! What stands on the wire, byte by byte.

use std::net::SocketAddr;

use keyturn_sandbox::{Dataset, Options, Sandbox};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn start() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let options = Options { region_ids: vec!["cn-hangzhou".into()], dataset: Dataset::Demo, data: None };
    tokio::spawn(Sandbox::open(options).expect("no file is needed").serve(listener.into()));
    address
}

/// All that comes before the connection ends.
async fn send(address: SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET {head}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn half_a_body_is_a_head_with_the_whole_length_and_half_of_it() {
    let address = start().await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let fault = json!({"service": "sts", "kind": "half-body", "times": 1});
    let url = format!("http://{address}/_sandbox/faults");
    reqwest::Client::new().post(url).json(&fault).send().await.expect("it is added");
    // Unsigned, so that it is told before who asks: the fault hits calls that were let in alone.
    let assume = "/?Action=AssumeRoleWithSAML&Version=2015-04-01 HTTP/1.1";
    let answer = send(address, &format!("{assume}\r\nhost: {address}")).await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let length: usize = head
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned))
        .and_then(|length| length.parse().ok())
        .expect("a length");
    assert_eq!(body.len(), length / 2, "{answer}");
}

#[tokio::test]
async fn a_web_page_a_foreign_host_and_a_doubled_name_are_refused() {
    let address = start().await;
    let call = "/?Action=DescribeRegions&Version=2016-01-20 HTTP/1.1";
    for (head, status) in [
        (format!("{call}\r\nhost: {address}"), 400),
        (format!("{call}\r\nhost: kms.cn-hangzhou.localhost:{}", address.port()), 400),
        (format!("{call}\r\nhost: evil.example:{}", address.port()), 421),
        (format!("{call}\r\nhost: {address}\r\norigin: https://evil.example"), 421),
        (format!("{call}\r\nhost: {address}\r\nsec-fetch-site: cross-site"), 421),
        (format!("/?Action=DescribeRegions&Action=ListSecrets HTTP/1.1\r\nhost: {address}"), 400),
    ] {
        let answer = send(address, &head).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{head}: {answer}");
    }
    let doubled = send(address, &format!("/?Action=a&Action=b HTTP/1.1\r\nhost: {address}")).await;
    assert!(doubled.contains("stands twice"), "{doubled}");
}
