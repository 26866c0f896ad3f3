//! Every line that was recorded from the vendor's clients, as it stood on the wire; and what becomes of requests that were
//! made up, or changed on their way.

use std::cell::Cell;
use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use keyturn_cloud::Credentials;
use keyturn_cloud::sign::{Unsigned, sign};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::Deserialize;

use super::{BASE64, Claim, Nonces, Scheme, encode, hmac_sha1};
use crate::error::ApiError;
use crate::rpc::Rpc;
use base64::Engine;

const SECRET: &str = "ExampleSecretExampleSecret0001";
/// Of the temporary credentials in the records.
const STS_SECRET: &str = "sk";
const CASES: u32 = 2_000;

#[derive(Clone, Deserialize)]
struct Line {
    tag: String,
    method: String,
    raw_path: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Line {
    fn request(&self) -> Rpc {
        let query = self.raw_path.split_once('?').map_or("", |(_, query)| query);
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name.as_str()).unwrap();
            headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let method = Method::try_from(self.method.as_str()).unwrap();
        Rpc::parse(method, query, headers, self.body.clone().into_bytes())
    }
}

fn lines() -> Vec<Line> {
    let text = include_str!("../../tests/cases/dumps.jsonl");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn prove(request: &Rpc) -> Result<Claim, ApiError> {
    let claim = Claim::read(request)?;
    let at: Timestamp = claim.date.parse().map_err(|_| ApiError::invalid("Timestamp"))?;
    let secret = if claim.access_key_id.starts_with("STS.") { STS_SECRET } else { SECRET };
    claim.prove(request, secret, at, &mut Nonces::default()).map(|()| claim)
}

/// What a signature covers: a request that differs in it must be refused.
fn covered(request: &Rpc) -> String {
    match Claim::read(request).map(|claim| claim.scheme) {
        Ok(Scheme::V3 { signed_headers }) => {
            let mut query = request.query.clone();
            query.sort();
            let headers: Vec<_> =
                signed_headers.iter().map(|name| request.header(name).map(str::trim)).collect();
            format!("{} {query:?} {headers:?} {:?}", request.method, request.body)
        }
        _ => format!("{} {:?}", request.method, request.parameters.0),
    }
}

#[test]
fn every_recorded_line_is_accepted_but_the_fourth_version() {
    let (mut signed, mut anonymous, mut unknown) = (0, 0, 0);
    for line in lines() {
        let request = line.request();
        assert!(request.action().is_some() && request.version().is_some(), "{}", line.tag);
        match prove(&request) {
            Ok(_) => signed += 1,
            Err(error) if error.message.contains("not ACS4-HMAC-SHA256") => {
                assert_eq!((error.status, error.code.as_str()), (400, "IncompleteSignature"));
                unknown += 1;
            }
            Err(error) => {
                let is_open = matches!(request.action(), Some("AssumeRoleWithOIDC" | "AssumeRoleWithSAML"));
                assert!(is_open, "{}: {error:?}", line.tag);
                anonymous += 1;
            }
        }
    }
    assert_eq!((signed, anonymous, unknown), (50, 2, 1), "no line went missing");
}

/// A recorded line with one byte changed, taken out or put in.
#[test]
fn a_recorded_line_that_was_changed_on_its_way_is_refused() {
    let lines: Vec<Line> = lines().into_iter().filter(|line| prove(&line.request()).is_ok()).collect();
    let refused = Cell::new(0);
    let change = (0..lines.len(), any::<prop::sample::Index>(), 0..3_u8, "[ -~]", 0..2_u8);
    run(&change, |(which, place, kind, with, part)| {
        let mut line = lines[which].clone();
        let text = if part == 0 { &mut line.raw_path } else { &mut line.body };
        // The first two characters of a path are `/?`.
        let start = if part == 0 { 2.min(text.len()) } else { 0 };
        if text.len() == start {
            return Ok(());
        }
        let at = start + place.index(text.len() - start);
        match kind {
            0 => text.replace_range(at..=at, &with),
            1 => text.replace_range(at..=at, ""),
            _ => text.insert_str(at, &with),
        }
        let (before, after) = (lines[which].request(), line.request());
        if covered(&before) == covered(&after) {
            return Ok(());
        }
        refused.set(refused.get() + 1);
        prop_assert!(prove(&after).is_err(), "{} {}", line.raw_path, line.body);
        Ok(())
    });
    assert!(refused.get() > CASES / 4);
    println!("{} changed lines were refused", refused.get());
}

#[test]
fn a_header_that_was_signed_and_changed_is_refused() {
    for line in lines() {
        let Ok(Claim { scheme: Scheme::V3 { signed_headers }, .. }) = prove(&line.request()) else {
            continue;
        };
        for name in signed_headers {
            let mut changed = line.request();
            let value =
                HeaderValue::try_from(format!("{}x", changed.header(&name).unwrap_or_default())).unwrap();
            changed.headers.insert(HeaderName::try_from(name.as_str()).unwrap(), value);
            assert!(prove(&changed).is_err(), "{}: {name}", line.tag);
        }
    }
}

/// Names and values as people write them, with what encodings stumble over.
fn parameters() -> impl Strategy<Value = BTreeMap<String, String>> {
    let text = prop_oneof![3 => "[A-Za-z0-9.]{1,12}", 1 => "[ +%&=~*/é山𠀀\n-]{0,8}", 1 => any::<String>()];
    prop::collection::btree_map("[A-Za-z][A-Za-z0-9.]{0,10}", text, 0..8)
}

#[test]
fn what_the_client_signs_is_accepted_in_any_encoding_and_order() {
    run(&(parameters(), any::<bool>(), ".{0,40}"), |(parameters, with_plus, body)| {
        let query: Vec<(String, String)> = parameters.into_iter().collect();
        let unsigned = Unsigned {
            method: "POST",
            host: "127.0.0.1:3999",
            action: "DescribeSecret",
            version: "2016-01-20",
            query: &query,
            body: body.as_bytes(),
            content_type: Some("application/octet-stream"),
        };
        let credentials = Credentials::access_key("LTAI5tExampleKeyId00001", SECRET);
        let mut headers = HeaderMap::new();
        for (name, value) in sign(&unsigned, Some(&credentials), "2026-01-01T00:00:00Z", "nonce") {
            headers.insert(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
        }
        let pair = |(name, value): &(String, String)| format!("{}={}", encode(name), encode(value));
        let mut pairs: Vec<String> = query.iter().map(pair).collect();
        pairs.reverse();
        let mut raw = pairs.join("&");
        if with_plus {
            raw = raw.replace("%20", "+");
        }
        let request = Rpc::parse(Method::POST, &raw, headers, body.into_bytes());
        prop_assert!(prove(&request).is_ok(), "{raw}");
        Ok(())
    });
}

#[test]
fn the_first_version_is_accepted_from_query_or_body() {
    run(&(parameters(), any::<bool>()), |(mut parameters, in_body)| {
        for name in ["Signature", "SignatureMethod", "SecurityToken"] {
            parameters.remove(name);
        }
        parameters.extend(
            [
                ("AccessKeyId", "LTAI5tExampleKeyId00001"),
                ("Timestamp", "2026-01-01T00:00:00Z"),
                ("SignatureNonce", "nonce"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let method = if in_body { "POST" } else { "GET" };
        let pairs: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let to_sign = format!("{method}&%2F&{}", encode(&pairs.join("&")));
        parameters.insert("Signature".into(), BASE64.encode(hmac_sha1(SECRET, &to_sign)));
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&parameters).finish();
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        let (query, body) = if in_body { ("", text.as_str()) } else { (text.as_str(), "") };
        let method = Method::try_from(method).unwrap();
        let request = Rpc::parse(method, query, headers, body.as_bytes().to_vec());
        prop_assert!(prove(&request).is_ok(), "{text}");
        Ok(())
    });
}

/// Nobody can make it panic, whatever is sent.
#[test]
fn anything_at_all_is_read_or_refused() {
    let authorization = prop_oneof![
        any::<String>(),
        "ACS3-HMAC-SHA256 (Credential|SignedHeaders|Signature|x)=[ -~]{0,20},(SignedHeaders=[a-z;-]{0,60})?(,Signature=[0-9a-f]{0,70})?",
        "ACS3-HMAC-SHA256 Credential=[A-Za-z0-9]{0,9},SignedHeaders=content-type;host;x-acs-action;x-acs-date;x-acs-signature-nonce;x-acs-version[a-z;]{0,9},Signature=[0-9a-f]{0,70}",
    ];
    run(
        &(any::<String>(), prop::collection::vec(any::<u8>(), 0..200), authorization),
        |(query, body, authorization)| {
            let mut headers = HeaderMap::new();
            headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
            for name in ["host", "x-acs-action", "x-acs-version", "x-acs-signature-nonce"] {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static("x"));
            }
            headers.insert("x-acs-date", HeaderValue::from_static("2026-01-01T00:00:00Z"));
            if let Ok(value) = HeaderValue::try_from(authorization) {
                headers.insert("authorization", value);
            }
            let request = Rpc::parse(Method::POST, &query, headers, body);
            prop_assert!(prove(&request).is_err());
            let _ = (request.action(), request.version(), request.region(&["cn-hangzhou".into()]));
            Ok(())
        },
    );
}

fn run<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let cases = Config::default().cases.max(CASES);
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
        .run(strategy, test)
        .unwrap();
}
