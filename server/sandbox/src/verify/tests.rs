//! Every recorded signature of the vendor's clients is accepted; a changed one is not.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{Claim, Nonces};
use crate::error::ApiError;
use crate::rpc::Rpc;

#[derive(Deserialize)]
struct V3Cases {
    cases: Vec<V3Case>,
    js_cases: Vec<V3Case>,
}

#[derive(Deserialize)]
struct V3Case {
    name: String,
    method: String,
    query: BTreeMap<String, String>,
    body: String,
    access_key_id: String,
    access_key_secret: String,
    date: String,
    headers_before_authorization: BTreeMap<String, String>,
    authorization: String,
}

#[derive(Deserialize)]
struct V1Cases {
    cases: Vec<V1Case>,
}

#[derive(Deserialize)]
struct V1Case {
    name: String,
    method: String,
    url: String,
    /// The recorded body of a JavaScript client; the Python cases have their parameters instead.
    #[serde(default)]
    body: String,
    #[serde(default)]
    body_params: BTreeMap<String, String>,
    access_key_id: String,
    access_key_secret: String,
    timestamp: String,
    string_to_sign: String,
}

fn v3_request(case: &V3Case) -> Rpc {
    let mut headers: HeaderMap = case
        .headers_before_authorization
        .iter()
        .map(|(name, value)| {
            (HeaderName::try_from(name.as_str()).unwrap(), HeaderValue::try_from(value.as_str()).unwrap())
        })
        .collect();
    headers.insert("authorization", HeaderValue::try_from(case.authorization.as_str()).unwrap());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&case.query).finish();
    Rpc::parse(
        Method::try_from(case.method.as_str()).unwrap(),
        &query,
        headers,
        case.body.clone().into_bytes(),
    )
}

fn prove(request: &Rpc, secret: &str, at: &str, nonces: &mut Nonces) -> Result<Claim, ApiError> {
    let claim = Claim::read(request)?;
    claim.prove(request, secret, at.parse().unwrap(), nonces).map(|()| claim)
}

fn v3_cases() -> Vec<V3Case> {
    let cases: V3Cases =
        serde_json::from_str(include_str!("../../../cloud/tests/cases/acs3_vectors.json")).unwrap();
    cases.cases.into_iter().chain(cases.js_cases).collect()
}

fn v1_cases() -> Vec<V1Case> {
    let cases: V1Cases = serde_json::from_str(include_str!("../../tests/cases/rpc_v1_vectors.json")).unwrap();
    cases.cases
}

#[test]
fn every_recorded_v3_signature_is_accepted() {
    let cases = v3_cases();
    assert_eq!(cases.len(), 26, "no case went missing");
    for case in &cases {
        let request = v3_request(case);
        let claim = prove(&request, &case.access_key_secret, &case.date, &mut Nonces::default());
        assert_eq!(claim.map(|claim| claim.access_key_id).as_ref(), Ok(&case.access_key_id), "{}", case.name);
    }
}

#[test]
fn a_v3_request_that_was_changed_is_refused() {
    for case in v3_cases() {
        let at = &case.date;
        let code = |request: &Rpc, secret: &str| {
            prove(request, secret, at, &mut Nonces::default()).expect_err(&case.name).code
        };
        assert_eq!(code(&v3_request(&case), "another secret"), "SignatureDoesNotMatch", "{}", case.name);

        let mut other_body = v3_request(&case);
        other_body.body.push(b'x');
        assert_eq!(code(&other_body, &case.access_key_secret), "SignatureDoesNotMatch", "{}", case.name);

        let mut other_query = v3_request(&case);
        other_query.query.push(("SecretName".into(), "another".into()));
        assert_eq!(code(&other_query, &case.access_key_secret), "SignatureDoesNotMatch", "{}", case.name);

        let mut other_action = v3_request(&case);
        other_action.headers.insert("x-acs-action", HeaderValue::from_static("DeleteSecret"));
        assert_eq!(code(&other_action, &case.access_key_secret), "SignatureDoesNotMatch", "{}", case.name);
    }
}

#[test]
fn a_date_beyond_the_window_and_a_used_nonce_are_refused() {
    let case = &v3_cases()[0];
    let request = v3_request(case);
    let date: Timestamp = case.date.parse().unwrap();
    for late in [SignedDuration::from_mins(16), SignedDuration::from_mins(-16)] {
        let at = (date + late).to_string();
        let error = prove(&request, &case.access_key_secret, &at, &mut Nonces::default()).unwrap_err();
        assert_eq!(error.code, "InvalidTimeStamp.Expired");
    }
    let mut nonces = Nonces::default();
    prove(&request, &case.access_key_secret, &case.date, &mut nonces).unwrap();
    let replay = prove(&request, &case.access_key_secret, &case.date, &mut nonces).unwrap_err();
    assert_eq!(replay.code, "SignatureNonceUsed");
}

#[test]
fn every_recorded_v1_signature_is_accepted_and_a_changed_one_is_not() {
    let cases = v1_cases();
    assert_eq!(cases.len(), 11, "no case went missing");
    for case in cases {
        let body = match case.body_params.is_empty() {
            true => case.body.clone(),
            false => form_urlencoded::Serializer::new(String::new()).extend_pairs(&case.body_params).finish(),
        };
        let query = case.url.split_once('?').map_or("", |(_, query)| query);
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        let method = Method::try_from(case.method.as_str()).unwrap();
        let request = Rpc::parse(method, query, headers, body.into_bytes());

        let to_sign = super::v1_string_to_sign(request.method.as_str(), request.parameters.0.iter());
        assert_eq!(to_sign, case.string_to_sign, "{}", case.name);
        let claim = prove(&request, &case.access_key_secret, &case.timestamp, &mut Nonces::default());
        assert_eq!(claim.map(|claim| claim.access_key_id).as_ref(), Ok(&case.access_key_id), "{}", case.name);
        let error = prove(&request, "another", &case.timestamp, &mut Nonces::default()).unwrap_err();
        assert_eq!(error.code, "SignatureDoesNotMatch", "{}", case.name);
        assert!(!error.message.contains("SecretData"), "the value of a secret is in no error: {}", case.name);
    }
}
