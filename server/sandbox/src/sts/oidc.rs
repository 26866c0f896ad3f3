//! Tokens of OpenID Connect, checked against their issuer's keys: those that were registered with it, or those that it
//! serves by discovery.

use std::sync::OnceLock;
use std::time::Duration;

use axum::http::StatusCode;
use jiff::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ACCOUNT_ID;
use crate::account::{Account, OidcProvider};
use crate::error::ApiError;
use crate::rpc::Parameters;

const CONNECT_LIMIT: Duration = Duration::from_secs(2);
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 256 << 10;
const MOST_TOKEN: usize = 20_000;
/// Signed with a key pair; a shared secret proves nothing here.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// What a token says that is as it should be.
#[derive(Clone, Debug)]
pub(crate) struct Verified {
    pub(crate) provider_arn: String,
    pub(crate) issuer: String,
    pub(crate) audiences: Vec<String>,
    pub(crate) subject: String,
    pub(crate) issued: Option<Timestamp>,
    pub(crate) expires: Timestamp,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
    iat: Option<i64>,
}

/// The part of the discovery document that is needed.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// The vendor's refusals of foreign tokens, all 401.
pub(crate) fn failed(kind: &str, message: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, &format!("AuthenticationFail.{kind}"), message)
}

/// The provider that a call names, with its ARN.
pub(crate) fn provider(
    account: &Account,
    parameters: &Parameters,
) -> Result<(String, OidcProvider), ApiError> {
    let arn = parameters.required("OIDCProviderArn")?;
    let name = arn
        .strip_prefix(&arn_of(""))
        .ok_or_else(|| failed("NoPermission", "Parameter OIDCProviderArn is not valid"))?;
    let provider = account.oidc_providers.get(name).cloned();
    let provider = provider.ok_or_else(|| failed("NoPermission", "No such OIDC Provider registered."))?;
    Ok((arn.to_owned(), provider))
}

pub(crate) fn arn_of(name: &str) -> String {
    format!("acs:ram::{ACCOUNT_ID}:oidc-provider/{name}")
}

/// Checks a token; its issuer is asked for its keys where none are registered.
pub(crate) async fn verify(
    arn: String,
    provider: OidcProvider,
    token: Option<&str>,
) -> Result<Verified, ApiError> {
    let invalid = |message: &str| failed("OIDCToken.Invalid", message);
    let token = token.ok_or_else(|| invalid("The OIDCToken can not empty."))?;
    if token.len() > MOST_TOKEN {
        return Err(invalid("The Jwt content is invalid that cannot be recognized."));
    }
    if token.split('.').count() != 3 {
        return Err(invalid("The number of Jwt field should be divided into 3 parts with '.' ."));
    }
    let header =
        decode_header(token).map_err(|_| invalid("The Jwt content is invalid that cannot be recognized."))?;
    if !ALGORITHMS.contains(&header.alg) {
        let message = format!("The algorithm {:?} that be specified in Jwt header is unknown.", header.alg);
        return Err(invalid(&message));
    }
    let keys = match &provider.jwks {
        Some(keys) => serde_json::from_value(keys.clone()).map_err(|_| broken(&provider.issuer))?,
        None => fetch(&provider.issuer).await?,
    };
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&provider.client_ids);
    validation.set_issuer(&[&provider.issuer]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    let keys: Vec<DecodingKey> = keys
        .keys
        .iter()
        .filter(|key| header.kid.is_none() || key.common.key_id == header.kid)
        .filter_map(|key| DecodingKey::from_jwk(key).ok())
        .collect();
    let mut error = failed("OIDCToken.InvalidSignature", "OIDC token validate failed: invalid signature.");
    for key in keys {
        match decode::<Claims>(token, &key, &validation) {
            Ok(token) => return verified(arn, token.claims),
            Err(why) => match why.kind() {
                // Another key may be the one.
                ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => {}
                _ => error = refusal(why.kind()),
            },
        }
    }
    Err(error)
}

fn verified(provider_arn: String, claims: Claims) -> Result<Verified, ApiError> {
    let date = |seconds| Timestamp::from_second(seconds).ok();
    let audiences = match &claims.aud {
        Value::Array(all) => all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        one => one.as_str().map(|one| vec![one.to_owned()]).unwrap_or_default(),
    };
    Ok(Verified {
        provider_arn,
        issuer: claims.iss,
        audiences,
        subject: claims.sub,
        issued: claims.iat.and_then(date),
        expires: date(claims.exp).ok_or_else(|| refusal(&ErrorKind::InvalidToken))?,
    })
}

fn refusal(why: &ErrorKind) -> ApiError {
    match why {
        ErrorKind::ExpiredSignature => failed("OIDCToken.Expired", "This JsonWebToken is expired."),
        ErrorKind::InvalidAudience => failed("OIDCToken.AudienceNotMatch", "Invalid audience."),
        ErrorKind::InvalidIssuer => failed(
            "OIDCToken.IssuerNotMatch",
            "The issuer in the OIDC Token doesn't match the OIDC Provider registered.",
        ),
        _ => failed("OIDCToken.Invalid", "The Jwt content is invalid that cannot be recognized."),
    }
}

fn broken(issuer: &str) -> ApiError {
    let message = format!("Get public keys from OIDC Provider failed, the issuer is {issuer}.");
    failed("OIDCToken.IssuerConfigurationBroken", &message)
}

/// The issuer's keys by its discovery document. Redirects are not followed.
async fn fetch(issuer: &str) -> Result<JwkSet, ApiError> {
    let client = client().ok_or_else(|| broken(issuer))?;
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let discovery: Discovery = get(client, &address).await.ok_or_else(|| broken(issuer))?;
    if discovery.issuer != issuer {
        return Err(broken(issuer));
    }
    get(client, &discovery.jwks_uri).await.ok_or_else(|| broken(issuer))
}

/// Made when it is first needed; `None` where the machine has no TLS roots.
fn client() -> Option<&'static reqwest::Client> {
    static CLIENT: OnceLock<Option<reqwest::Client>> = OnceLock::new();
    let make = || {
        // Already installed is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .timeout(ANSWER_LIMIT)
            .redirect(reqwest::redirect::Policy::none());
        builder.build().ok()
    };
    CLIENT.get_or_init(make).as_ref()
}

/// A JSON document of a bounded size; nothing where it is none.
async fn get<T: DeserializeOwned>(client: &reqwest::Client, address: &str) -> Option<T> {
    let mut answer = client.get(address).send().await.ok()?.error_for_status().ok()?;
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.ok()? {
        if body.len() + piece.len() > MOST_BYTES {
            return None;
        }
        body.extend_from_slice(&piece);
    }
    serde_json::from_slice(&body).ok()
}
