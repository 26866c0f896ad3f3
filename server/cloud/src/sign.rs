//! ACS3-HMAC-SHA256: request, credentials, time and nonce in; signed headers out. No I/O, no clock, no randomness.
//!
//! The steps bear the names of the vendor's specification, "V3 request structure & signature" (read 2026-11-24).

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_encode};
use sha2::{Digest, Sha256};

use crate::credentials::Credentials;

/// The algorithm's name, as it stands in `Authorization` and in the string to sign.
pub const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// RFC 3986: everything but the unreserved characters is encoded.
const RFC3986: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Header names in lower case and their values, in the order in which they are signed.
pub type Headers = BTreeMap<String, String>;

/// What is to be signed: an RPC-style request.
#[derive(Clone, Debug, Default)]
pub struct Unsigned<'a> {
    pub method: &'a str,
    /// With its port where it is not the scheme's own.
    pub host: &'a str,
    pub action: &'a str,
    pub version: &'a str,
    /// Decoded parameters; their order does not matter.
    pub query: &'a [(String, String)],
    /// The raw bytes of the body.
    pub body: &'a [u8],
    pub content_type: Option<&'a str>,
}

/// All headers of the request, `authorization` among them where there are credentials to sign it with.
///
/// `date` is `yyyy-MM-ddTHH:mm:ssZ` in UTC; `nonce` must differ in every call.
pub fn sign(request: &Unsigned<'_>, credentials: Option<&Credentials>, date: &str, nonce: &str) -> Headers {
    let payload = hashed_payload(request.body);
    let mut headers = Headers::from(
        [
            ("host", request.host),
            ("x-acs-action", request.action),
            ("x-acs-version", request.version),
            ("x-acs-date", date),
            ("x-acs-signature-nonce", nonce),
            ("x-acs-content-sha256", &payload),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    if let Some(content_type) = request.content_type {
        headers.insert("content-type".into(), content_type.into());
    }
    let Some(credentials) = credentials else { return headers };
    if let Some(token) = &credentials.security_token {
        headers.insert("x-acs-accesskey-id".into(), credentials.access_key_id.clone());
        headers.insert("x-acs-security-token".into(), token.expose().into());
    }
    let canonical = canonical_request(request.method, request.query, &headers, &payload);
    let signature = signature(&string_to_sign(&canonical), credentials);
    headers.insert("authorization".into(), authorization(&credentials.access_key_id, &headers, &signature));
    headers
}

/// Parameters percent-encoded, sorted by name, joined with `&`.
pub fn canonical_query(query: &[(String, String)]) -> String {
    let text = |text: &str| encode(text.as_bytes()).to_string();
    let mut pairs: Vec<_> = query.iter().map(|(name, value)| (text(name), text(value))).collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// `name:value` and a line feed for each header, values trimmed.
pub fn canonical_headers(headers: &Headers) -> String {
    headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect()
}

/// The header names joined with `;`.
pub fn signed_headers(headers: &Headers) -> String {
    headers.keys().map(String::as_str).collect::<Vec<_>>().join(";")
}

/// SHA-256 of the body in lower-case hex.
pub fn hashed_payload(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

/// Method, path, query, headers, signed headers and payload hash, a line each.
pub fn canonical_request(
    method: &str,
    query: &[(String, String)],
    headers: &Headers,
    hashed_payload: &str,
) -> String {
    format!(
        "{method}\n/\n{}\n{}\n{}\n{hashed_payload}",
        canonical_query(query),
        canonical_headers(headers),
        signed_headers(headers),
    )
}

/// The algorithm and the hash of the canonical request.
pub fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", hashed_payload(canonical_request.as_bytes()))
}

/// HMAC-SHA256 in lower-case hex, keyed with the AccessKey secret as it is.
pub fn signature(string_to_sign: &str, credentials: &Credentials) -> String {
    let key = credentials.access_key_secret.expose().as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(string_to_sign.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// The value of the `Authorization` header.
pub fn authorization(access_key_id: &str, headers: &Headers, signature: &str) -> String {
    format!(
        "{ALGORITHM} Credential={access_key_id},SignedHeaders={},Signature={signature}",
        signed_headers(headers)
    )
}

/// Percent-encoded, piece by piece.
pub(crate) fn encode(text: &[u8]) -> PercentEncode<'_> {
    percent_encode(text, RFC3986)
}
