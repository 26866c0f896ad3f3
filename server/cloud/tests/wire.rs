//! The client over real HTTP, against a listener that answers from a script and keeps what it was sent.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use keyturn_cloud::asked::{Asked, asked_by};
use keyturn_cloud::credentials::Secret;
use keyturn_cloud::kms::{AccessKeyPair, Deletion, NewRamSecret};
use keyturn_cloud::{Client, Credentials, Endpoints, ErrorKind};

const REGION: &str = "cn-hangzhou";
const CANARY: &str = "CanarySecretCanarySecret000001";

/// Answers one request on a connection with each of the texts, and gives back the requests.
fn service(answers: Vec<String>) -> (Client, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let read = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&request);
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head
                    .to_lowercase()
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: ").map(|n| n.parse().unwrap()))
                    .unwrap_or(0);
                if body.len() >= length {
                    break;
                }
            }
            requests.push(String::from_utf8(request).unwrap());
            stream.write_all(answer.as_bytes()).unwrap();
        }
        requests
    });
    let credentials = Credentials::access_key("LTAI5tExampleKeyId00001", "ExampleSecretExampleSecret0001");
    let client =
        Client::new(Endpoints::sandbox(address, vec![REGION.into()]), Arc::new(credentials), None).unwrap();
    (client, thread)
}

fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A refusal of the signature's date, by a service whose clock is so far ahead.
fn refused_date(ahead: jiff::SignedDuration) -> String {
    let date = (jiff::Timestamp::now() + ahead).strftime("%a, %d %b %Y %H:%M:%S GMT");
    let refused =
        answer("400 Bad Request", r#"{"Code":"InvalidTimeStamp.Expired","Message":"…","RequestId":"r"}"#);
    refused.replacen("\r\n", &format!("\r\ndate: {date}\r\n"), 1)
}

/// The date that a request was signed with, beside this machine's.
fn ahead(request: &str) -> jiff::SignedDuration {
    let date = request.lines().find_map(|line| line.strip_prefix("x-acs-date: ")).unwrap();
    date.parse::<jiff::Timestamp>().unwrap().duration_since(jiff::Timestamp::now())
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_by_the_clouds_date_for_this_call_and_all_later_ones() {
    let hours = jiff::SignedDuration::from_hours(-3);
    let done = || answer("200 OK", r#"{"RequestId":"r"}"#);
    let (client, requests) = service(vec![refused_date(hours), done(), done()]);
    client.delete_access_key(REGION, "user", "LTAI5tX").await.unwrap();
    client.delete_access_key(REGION, "user", "LTAI5tX").await.unwrap();
    let requests = requests.join().unwrap();
    let off: Vec<i64> = requests.iter().map(|request| ahead(request).as_secs()).collect();
    assert!(off[0].abs() < 60, "{off:?}");
    assert!(off[1..].iter().all(|off| (off - hours.as_secs()).abs() < 60), "{off:?}");
}

#[tokio::test]
async fn a_date_that_is_refused_though_the_clocks_agree_is_not_sent_again() {
    for ahead in [jiff::SignedDuration::ZERO, jiff::SignedDuration::from_secs(30)] {
        let (client, requests) = service(vec![refused_date(ahead)]);
        let error = client.delete_access_key(REGION, "user", "LTAI5tX").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::ClockWrong);
        assert_eq!(requests.join().unwrap().len(), 1);
    }
    // Nor more than once, however the service's clock jumps.
    let hours = |hours| refused_date(jiff::SignedDuration::from_hours(hours));
    let (client, requests) = service(vec![hours(3), hours(6)]);
    assert_eq!(
        client.delete_access_key(REGION, "user", "LTAI5tX").await.unwrap_err().kind,
        ErrorKind::ClockWrong
    );
    assert_eq!(requests.join().unwrap().len(), 2);
}

fn page(names: &[&str], total: usize) -> String {
    let secrets: Vec<_> = names
        .iter()
        .map(|name| {
            serde_json::json!({"SecretName": name, "SecretType": "RAMCredentials",
                "CreateTime": "2026-01-01T00:00:00Z", "UpdateTime": "2026-01-01T00:00:00Z"})
        })
        .collect();
    let body =
        serde_json::json!({"SecretList": {"Secret": secrets}, "TotalCount": total, "RequestId": "r-1"});
    answer("200 OK", &body.to_string())
}

#[tokio::test]
async fn a_list_is_read_to_its_last_page() {
    let (client, service) =
        service(vec![page(&["acs/ram/user/a", "acs/ram/user/b"], 3), page(&["acs/ram/user/c"], 3)]);
    let secrets = client.list_secrets(REGION).await.unwrap().body;
    assert_eq!(secrets.len(), 3);
    let requests = service.join().unwrap();
    assert!(requests[0].contains("PageNumber=1"));
    assert!(requests[1].contains("PageNumber=2"));
    assert!(requests[0].contains("host: kms.cn-hangzhou.localhost:"), "the region stands in the host name");
}

#[tokio::test]
async fn a_throttled_read_is_tried_again() {
    let throttled = answer(
        "429 Too Many Requests",
        r#"{"HttpStatus":429,"Code":"Rejected.Throttling","Message":"QPS Limit Exceeded","RequestId":"r-1"}"#,
    );
    let (client, service) = service(vec![throttled, page(&[], 0)]);
    assert!(client.list_secrets(REGION).await.unwrap().body.is_empty());
    assert_eq!(service.join().unwrap().len(), 2);
}

#[tokio::test]
async fn a_failed_write_is_sent_once_and_tells_the_vendors_code_and_request_id() {
    let failure = answer(
        "500 Internal Server Error",
        r#"{"Code":"InternalFailure","Message":"Internal Failure.","RequestId":"r-7"}"#,
    );
    let (client, service) = service(vec![failure]);
    let deletion = Deletion::Planned { recovery_window_in_days: 7 };
    let error = client.delete_secret(REGION, "acs/ram/user/a", deletion).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::ServiceFailure);
    assert_eq!(error.code.as_deref(), Some("InternalFailure"));
    assert_eq!(error.request_id.as_deref(), Some("r-7"));
    let requests = service.join().unwrap();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].contains("RecoveryWindowInDays=7"));
}

#[tokio::test]
async fn s37_the_accesskey_secret_stands_in_the_body_alone_and_in_no_error() {
    let refusal = answer(
        "409 Conflict",
        r#"{"Code":"Rejected.ResourceExist","Message":"The resource already exists.","RequestId":"r-2"}"#,
    );
    let (client, service) = service(vec![refusal]);
    let secret = NewRamSecret {
        user_name: "checkout-api".into(),
        access_keys: vec![AccessKeyPair {
            access_key_id: "LTAI5tOne".into(),
            access_key_secret: Secret::new(CANARY.into()),
        }],
        description: String::new(),
        rotation_interval_seconds: Some(604_800),
        version_id: "v1".into(),
        dkms_instance_id: None,
        encryption_key_id: None,
        tags: Vec::new(),
    };
    let error = client.create_secret(REGION, &secret).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::AlreadyExists);
    assert!(!format!("{error} {error:?} {secret:?}").contains(CANARY));
    let requests = service.join().unwrap();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(!head.contains(CANARY));
    assert!(body.contains(CANARY));
    assert!(head.contains("RotationInterval=604800s") && head.contains("SecretName=%24Auto"));
}

#[tokio::test]
async fn a_connection_cut_after_a_write_is_an_unknown_outcome() {
    let (client, service) = service(vec![String::new()]);
    let error = client.restore_secret(REGION, "acs/ram/user/a").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::UnknownOutcome);
    assert_eq!(service.join().unwrap().len(), 1);
}

#[tokio::test]
async fn s41_a_region_that_is_not_configured_is_never_called() {
    let (client, service) = service(Vec::new());
    let error = client.list_secrets("evil.example/").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(service.join().unwrap().is_empty());
}

/// What a redirect names could be anybody: the signature and what it signs go where they were meant to go, or nowhere.
#[tokio::test]
async fn s41_a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let away = format!("location: http://{}/\r\n", elsewhere.local_addr().unwrap());
        let moved = answer(status, "").replacen("\r\n", &format!("\r\n{away}"), 1);
        let (client, requests) = service(vec![moved]);
        let error = client.delete_secret(REGION, "a", Deletion::Immediate).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::ServiceFailure, "{status}");
        assert_eq!(requests.join().unwrap().len(), 1);
        assert!(elsewhere.accept().is_err(), "{status}: nobody came there");
    }
}

/// Nobody waits longer than they have time, and a write that could not be settled in it is not begun.
#[tokio::test]
async fn the_time_of_who_asks_bounds_the_call() {
    let within = async |time: Duration, call: &dyn Fn(Client) -> Pending| {
        // It takes connections, and says nothing.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let credentials =
            Credentials::access_key("LTAI5tExampleKeyId00001", "ExampleSecretExampleSecret0001");
        let endpoints = Endpoints::sandbox(listener.local_addr().unwrap(), vec![REGION.into()]);
        let client = Client::new(endpoints, Arc::new(credentials), None).unwrap();
        let asked = Asked { person: Arc::from("p"), until: Some(tokio::time::Instant::now() + time) };
        let began = std::time::Instant::now();
        (asked_by(asked, call(client)).await.unwrap_err(), began.elapsed())
    };
    let read = |client: Client| -> Pending {
        Box::pin(
            async move { client.describe_secret(REGION, "s").await.map(drop).map_err(|error| error.kind) },
        )
    };
    let write = |client: Client| -> Pending {
        Box::pin(async move {
            client.delete_access_key(REGION, "u", "LTAI5tX").await.map(drop).map_err(|error| error.kind)
        })
    };
    let (kind, took) = within(Duration::from_millis(700), &read).await;
    assert_eq!(kind, ErrorKind::UnknownOutcome);
    assert!((600..1_500).contains(&took.as_millis()), "{took:?}");
    let (kind, took) = within(Duration::from_millis(100), &read).await;
    assert!(kind == ErrorKind::OutOfTime && took < Duration::from_millis(500), "{kind:?} {took:?}");
    let (kind, took) = within(Duration::from_secs(5), &write).await;
    assert!(kind == ErrorKind::OutOfTime && took < Duration::from_secs(1), "{kind:?} {took:?}");
}

type Pending = std::pin::Pin<Box<dyn Future<Output = Result<(), ErrorKind>>>>;

#[tokio::test]
async fn a_write_whose_answer_cannot_be_read_may_have_taken_effect() {
    for lost in [
        answer("200 OK", "{not json"),
        answer("504 Gateway Time-out", "<html>"),
        answer("502 Bad Gateway", ""),
        String::new(),
    ] {
        let (client, requests) = service(vec![lost.clone()]);
        let error = client.delete_access_key(REGION, "u", "LTAI5tX").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnknownOutcome, "{lost}");
        assert_eq!(requests.join().unwrap().len(), 1, "a write is sent once");
    }
    // The vendor says itself that it failed.
    let (client, _) =
        service(vec![answer("500 Internal Server Error", r#"{"Code":"InternalFailure","Message":"…"}"#)]);
    let error = client.delete_access_key(REGION, "u", "LTAI5tX").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::ServiceFailure);
}

#[tokio::test]
async fn a_read_whose_connection_broke_is_tried_again_and_one_that_is_to_wait_long_is_not() {
    let (client, requests) = service(vec![
        String::new(),
        answer("200 OK", "{half"),
        answer("200 OK", r#"{"UserName":"u","AccessKeys":{"AccessKey":[]},"RequestId":"r"}"#),
    ]);
    client.list_access_keys(REGION, "u").await.unwrap();
    assert_eq!(requests.join().unwrap().len(), 3);

    let busy = answer("429 Too Many Requests", r#"{"Code":"Throttling.User","Message":"…","RequestId":"r"}"#);
    for (header, wait) in [("retry-after: 10", 10_000), ("x-acs-retry-after: 9000", 9_000)] {
        let (client, requests) = service(vec![busy.replacen("\r\n", &format!("\r\n{header}\r\n"), 1)]);
        let error = client.list_access_keys(REGION, "u").await.unwrap_err();
        assert_eq!(
            (error.kind, error.retry_after),
            (ErrorKind::Throttled, Some(Duration::from_millis(wait)))
        );
        assert_eq!(requests.join().unwrap().len(), 1, "who is told to wait does not ask before");
    }
}

#[tokio::test]
async fn why_nobody_was_reached_is_said() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let credentials = Credentials::access_key("LTAI5tExampleKeyId00001", "ExampleSecretExampleSecret0001");
    let client =
        Client::new(Endpoints::sandbox(address, vec![REGION.into()]), Arc::new(credentials), None).unwrap();
    let error = client.list_access_keys(REGION, "u").await.unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Unreachable, Some("ConnectionRefused")));
}
