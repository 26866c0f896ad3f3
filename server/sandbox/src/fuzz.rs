//! What is read from strangers, for `cargo fuzz` (`fuzz/`): any bytes must be taken or refused, never panic.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;

use crate::policy::{Context, Document, Purpose, Request};
use crate::rpc::{Parameters, Rpc};
use crate::sts::saml::Assertion;
use crate::verify::{Claim, Nonces};

/// A request: the first line is the query, the second the `Authorization`, the rest the body.
pub fn request(data: &[u8]) {
    let mut parts = data.splitn(3, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let (query, authorization, body) = (part(), part(), part());
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
    for name in ["host", "x-acs-action", "x-acs-version", "x-acs-signature-nonce"] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static("kms.cn-hangzhou.localhost:3999"),
        );
    }
    headers.insert("x-acs-date", HeaderValue::from_static("2026-01-01T00:00:00Z"));
    if let Ok(value) = HeaderValue::from_bytes(authorization) {
        headers.insert("authorization", value);
    }
    let request = Rpc::parse(Method::POST, &String::from_utf8_lossy(query), headers, body.to_vec());
    let _ = (request.action(), request.version(), request.region(&["cn-hangzhou".into()]));
    if let Ok(claim) = Claim::read(&request) {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a date");
        let proven = claim.prove(&request, "a secret that nobody guesses", now, &mut Nonces::default());
        assert!(proven.is_err());
    }
}

/// A policy document of each kind.
pub fn policy(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let context = Context::default();
    for purpose in [Purpose::Identity, Purpose::Trust, Purpose::Secret] {
        if let Ok(document) = Document::parse(&text, purpose) {
            let request = Request { action: "kms:GetSecretValue", resource: "acs:kms:*", context: &context };
            let _ = document.verdict(None, &request);
        }
    }
}

/// An assertion, before its base64.
pub fn saml(data: &[u8]) {
    let parameters = [("SAMLAssertion".to_owned(), BASE64.encode(data))];
    let _ = Assertion::read(&Parameters(parameters.into()));
}
