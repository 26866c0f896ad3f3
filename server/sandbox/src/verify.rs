//! Who signed a request: ACS3-HMAC-SHA256 (V3) and HMAC-SHA1 (V1), checked from the specification, not by the client's code.

use std::collections::{HashSet, VecDeque};

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::ApiError;
use crate::rpc::Rpc;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const SECURITY_TOKEN: &str = "x-acs-security-token";
/// How far a request's date may lie from now, either way.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
const MAX_NONCE_BYTES: usize = 128;
/// Nonces kept at the most; the oldest are forgotten first.
const MAX_NONCES: usize = 200_000;

/// What a request says about its signer, before it is proven.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) access_key_id: String,
    /// Comes with temporary credentials.
    pub(crate) security_token: Option<String>,
    date: String,
    nonce: String,
    signature: Vec<u8>,
    scheme: Scheme,
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claim({})", self.access_key_id)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Scheme {
    V3 { signed_headers: Vec<String> },
    V1,
}

/// The nonces of the last half hour.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    seen: HashSet<String>,
    by_age: VecDeque<(Timestamp, String)>,
}

impl Claim {
    /// Reads the claim; an unsigned or ill-formed request is an error of the vendor's.
    pub(crate) fn read(request: &Rpc) -> Result<Self, ApiError> {
        match request.header("authorization") {
            Some(authorization) => Self::read_v3(request, authorization),
            None => Self::read_v1(request),
        }
    }

    fn read_v3(request: &Rpc, authorization: &str) -> Result<Self, ApiError> {
        let fields = authorization.strip_prefix("ACS3-HMAC-SHA256 ").ok_or_else(|| {
            let sent = authorization.split(' ').next().unwrap_or_default();
            incomplete(&format!(
                "The sandbox verifies ACS3-HMAC-SHA256 and HMAC-SHA1, not {}; leave the client's signature \
                     version at its default.",
                sent.chars().take(32).collect::<String>()
            ))
        })?;
        let field = |name: &str| {
            fields
                .split(',')
                .filter_map(|field| field.trim().split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value)
                .ok_or_else(|| {
                    incomplete("The request signature does not conform to Alibaba Cloud standards.")
                })
        };
        let signed_headers: Vec<String> = field("SignedHeaders")?.split(';').map(str::to_owned).collect();
        for needed in ["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce"] {
            if !signed_headers.iter().any(|name| name == needed) {
                return Err(incomplete(&format!("The header {needed} must be signed.")));
            }
        }
        // It decides whether the body holds parameters.
        let is_form_unsigned = request.is_form && !signed_headers.iter().any(|name| name == "content-type");
        if is_form_unsigned && !request.body.is_empty() {
            return Err(incomplete("The header content-type must be signed."));
        }
        let header = |name: &str| request.header(name).ok_or_else(|| ApiError::missing(name));
        let security_token = request.header(SECURITY_TOKEN).map(str::to_owned);
        if security_token.is_some() && !signed_headers.iter().any(|name| name == SECURITY_TOKEN) {
            return Err(incomplete(&format!("The header {SECURITY_TOKEN} must be signed.")));
        }
        Ok(Self {
            access_key_id: field("Credential")?.to_owned(),
            security_token,
            date: header("x-acs-date")?.to_owned(),
            nonce: header("x-acs-signature-nonce")?.to_owned(),
            signature: hex::decode(field("Signature")?).unwrap_or_default(),
            scheme: Scheme::V3 { signed_headers },
        })
    }

    fn read_v1(request: &Rpc) -> Result<Self, ApiError> {
        let parameters = &request.parameters;
        let access_key_id = parameters.required("AccessKeyId")?.to_owned();
        for (name, only) in [("SignatureMethod", "HMAC-SHA1"), ("SignatureVersion", "1.0")] {
            if parameters.get(name).is_some_and(|value| value != only) {
                return Err(ApiError::invalid(name));
            }
        }
        Ok(Self {
            access_key_id,
            security_token: parameters.get("SecurityToken").map(str::to_owned),
            date: parameters.required("Timestamp")?.to_owned(),
            nonce: parameters.required("SignatureNonce")?.to_owned(),
            signature: BASE64.decode(parameters.required("Signature")?).unwrap_or_default(),
            scheme: Scheme::V1,
        })
    }

    /// Proves the claim with the secret of its AccessKey: date, signature, then nonce.
    pub(crate) fn prove(
        &self,
        request: &Rpc,
        access_key_secret: &str,
        now: Timestamp,
        nonces: &mut Nonces,
    ) -> Result<(), ApiError> {
        let bad_request = StatusCode::BAD_REQUEST;
        let date: Timestamp = self.date.parse().map_err(|_| {
            ApiError::new(
                bad_request,
                "IllegalTimestamp",
                "The input parameter \"Timestamp\" that is mandatory for processing this request is not supplied.",
            )
        })?;
        if now.duration_since(date).abs() > WINDOW {
            return Err(ApiError::new(
                bad_request,
                "InvalidTimeStamp.Expired",
                "Specified time stamp or date value is expired.",
            ));
        }
        let (expected, string_to_sign) = match &self.scheme {
            Scheme::V3 { signed_headers } => {
                let hash = hex::encode(Sha256::digest(&request.body));
                if request.header("x-acs-content-sha256").is_some_and(|sent| sent != hash) {
                    return Err(mismatch("x-acs-content-sha256 is not the hash of the body"));
                }
                let to_sign = v3_string_to_sign(&v3_canonical_request(request, signed_headers, &hash));
                (hmac_sha256(access_key_secret, &to_sign), to_sign)
            }
            Scheme::V1 => {
                let to_sign = v1_string_to_sign(request.method.as_str(), request.parameters.0.iter());
                (hmac_sha1(access_key_secret, &to_sign), v1_redacted(request))
            }
        };
        if !bool::from(expected.ct_eq(&self.signature)) {
            return Err(mismatch(&string_to_sign));
        }
        if self.nonce.len() > MAX_NONCE_BYTES {
            return Err(ApiError::invalid("SignatureNonce"));
        }
        if nonces.is_used(&self.nonce, now) {
            return Err(ApiError::new(
                bad_request,
                "SignatureNonceUsed",
                "Specified signature nonce was used already.",
            ));
        }
        Ok(())
    }
}

impl Nonces {
    /// Notes a nonce; true where it was there already.
    fn is_used(&mut self, nonce: &str, now: Timestamp) -> bool {
        while self
            .by_age
            .front()
            .is_some_and(|(at, _)| now.duration_since(*at) > WINDOW * 2 || self.by_age.len() >= MAX_NONCES)
        {
            if let Some((_, old)) = self.by_age.pop_front() {
                self.seen.remove(&old);
            }
        }
        if !self.seen.insert(nonce.to_owned()) {
            return true;
        }
        self.by_age.push_back((now, nonce.to_owned()));
        false
    }
}

pub(crate) fn v3_canonical_request(request: &Rpc, signed_headers: &[String], payload_hash: &str) -> String {
    let mut pairs: Vec<&(String, String)> = request.query.iter().collect();
    // By name, not as text: `Tag` stands before `Tag.1`, though `=` stands behind `.`.
    pairs.sort();
    let headers: String = signed_headers
        .iter()
        .map(|name| format!("{name}:{}\n", request.header(name).unwrap_or_default().trim()))
        .collect();
    format!(
        "{}\n/\n{}\n{headers}\n{}\n{payload_hash}",
        request.method,
        joined(pairs.into_iter().map(|(name, value)| (name, value))),
        signed_headers.join(";")
    )
}

pub(crate) fn v3_string_to_sign(canonical_request: &str) -> String {
    format!("ACS3-HMAC-SHA256\n{}", hex::encode(Sha256::digest(canonical_request)))
}

/// The parameters come sorted by name.
pub(crate) fn v1_string_to_sign<'a>(
    method: &str,
    parameters: impl Iterator<Item = (&'a String, &'a String)>,
) -> String {
    let signed = parameters.filter(|(name, _)| *name != "Signature");
    format!("{method}&%2F&{}", encode(&joined(signed)))
}

fn joined<'a>(parameters: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    let pairs: Vec<String> =
        parameters.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// The vendor's error shows the string to sign; the value of a secret must not be in it.
fn v1_redacted(request: &Rpc) -> String {
    let shown = request.parameters.0.iter().filter(|(name, _)| *name != "SecretData");
    v1_string_to_sign(request.method.as_str(), shown)
}

pub(crate) fn hmac_sha256(secret: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn hmac_sha1(secret: &str, text: &str) -> Vec<u8> {
    let key = format!("{secret}&");
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

fn incomplete(message: &str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "IncompleteSignature", message)
}

fn mismatch(string_to_sign: &str) -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "SignatureDoesNotMatch",
        format!(
            "Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}"
        ),
    )
}

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;
