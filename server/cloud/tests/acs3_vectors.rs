//! Every recorded ACS3 signature, with one assertion for each step of the specification.

use keyturn_cloud::credentials::{Credentials, Secret};
use keyturn_cloud::sign;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
    js_cases: Vec<Case>,
    doc_example: DocExample,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    method: String,
    query: std::collections::BTreeMap<String, String>,
    body: String,
    access_key_id: String,
    access_key_secret: String,
    headers_before_authorization: sign::Headers,
    canonical_query: String,
    canonical_headers: String,
    signed_headers: String,
    hashed_payload: String,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
    authorization: String,
}

#[derive(Deserialize)]
struct DocExample {
    access_key_id: String,
    access_key_secret: String,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("cases/acs3_vectors.json")).expect("the vectors are JSON")
}

#[test]
fn every_step_of_every_recorded_case_agrees() {
    let Vectors { cases, js_cases, .. } = vectors();
    assert_eq!((cases.len(), js_cases.len()), (15, 11), "no case went missing");
    // The Python clients sign every header they send, the JavaScript ones only these.
    let js_signs = |header: &str| matches!(header, "host" | "content-type") || header.starts_with("x-acs-");
    let python = cases.iter().map(|case| (case, false));
    for (case, is_js) in python.chain(js_cases.iter().map(|case| (case, true))) {
        let name = &case.name;
        let query: Vec<_> = case.query.clone().into_iter().collect();
        let headers: &sign::Headers = &case
            .headers_before_authorization
            .iter()
            .map(|(header, value)| (header.to_lowercase(), value.clone()))
            .filter(|(header, _)| !is_js || js_signs(header))
            .collect();
        let credentials = Credentials::access_key(&case.access_key_id, &case.access_key_secret);

        assert_eq!(sign::canonical_query(&query), case.canonical_query, "{name}: canonical query");
        assert_eq!(sign::canonical_headers(headers), case.canonical_headers, "{name}: canonical headers");
        assert_eq!(sign::signed_headers(headers), case.signed_headers, "{name}: signed headers");
        let payload = sign::hashed_payload(case.body.as_bytes());
        assert_eq!(payload, case.hashed_payload, "{name}: hashed payload");
        let canonical = sign::canonical_request(&case.method, &query, headers, &payload);
        assert_eq!(canonical, case.canonical_request, "{name}: canonical request");
        let to_sign = sign::string_to_sign(&canonical);
        assert_eq!(to_sign, case.string_to_sign, "{name}: string to sign");
        let signature = sign::signature(&to_sign, &credentials);
        assert_eq!(signature, case.signature, "{name}: signature");
        assert_eq!(
            sign::authorization(&case.access_key_id, headers, &signature),
            case.authorization,
            "{name}: authorization"
        );
    }
}

#[test]
fn the_vendors_published_example_agrees() {
    let DocExample { access_key_id, access_key_secret, canonical_request, string_to_sign, signature } =
        vectors().doc_example;
    assert_eq!(sign::string_to_sign(&canonical_request), string_to_sign);
    let credentials = Credentials::access_key(access_key_id, access_key_secret);
    assert_eq!(sign::signature(&string_to_sign, &credentials), signature);
}

#[test]
fn the_whole_signer_agrees_with_the_javascript_clients() {
    for case in vectors().js_cases {
        let headers = &case.headers_before_authorization;
        let of = |name: &str| headers.get(name).map(String::as_str).unwrap_or_default();
        let query: Vec<_> = case.query.clone().into_iter().collect();
        let request = sign::Unsigned {
            method: &case.method,
            host: of("host"),
            action: of("x-acs-action"),
            version: of("x-acs-version"),
            query: &query,
            body: case.body.as_bytes(),
            content_type: headers.get("content-type").map(String::as_str),
        };
        let mut credentials = Credentials::access_key(&case.access_key_id, &case.access_key_secret);
        credentials.security_token = headers.get("x-acs-security-token").cloned().map(Secret::new);
        let signed = sign::sign(&request, Some(&credentials), of("x-acs-date"), of("x-acs-signature-nonce"));
        assert_eq!(signed["authorization"], case.authorization, "{}", case.name);
    }
}
