//! OpenID Connect: the authorisation code with PKCE, state and nonce; and the provider's back-channel logout.
//!
//! ```text
//! begin ──► the provider's page ──► finish: the flow of this browser ──► code for tokens ──► the ID token, verified
//! ```
//! Tokens stay here, and only as long as it takes to read them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sqlx::Row;
use zeroize::Zeroizing;

use super::token;
use crate::audit::is_odd;
use crate::config::LOOPBACK;
use crate::storage::{Database, now_ms};

const CONNECT_LIMIT: Duration = Duration::from_secs(3);
const ANSWER_LIMIT: Duration = Duration::from_secs(8);
const MOST_BYTES: usize = 256 << 10;
/// How long a person may take at the provider.
const FLOW_LIMIT_MS: i64 = 600_000;
/// Flows that are open at a time. If there are more, the network with the most loses its oldest.
const MOST_FLOWS: i64 = 10_000;
/// How often flows that have expired are deleted.
const CLEAN_EVERY_MS: i64 = 60_000;
/// How long ago a token may have been issued.
const MAX_TOKEN_AGE_SECONDS: i64 = 600;
/// How long a logout token may be valid; OpenID Connect Back-Channel Logout 1.0, 2.4, recommends two minutes at most.
const MAX_LOGOUT_SECONDS: i64 = 3_600;
/// How long what a provider says of itself serves, and how soon an unknown key has it asked again.
const KNOWN_FOR: Duration = Duration::from_secs(600);
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(10);
/// How long one that has failed is not asked.
const FAILED_FOR: Duration = Duration::from_secs(2);
/// Clocks differ by this much.
const LEEWAY_SECONDS: i64 = 60;
/// Who confirms has signed in at the provider this recently.
const CONFIRMED_SECONDS: i64 = 60;
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// OpenID Connect Core 1.0, 2: at most 255 ASCII characters.
const MAX_SUBJECT_CHARS: usize = 255;
const MAX_NAME_CHARS: usize = 200;
/// What the header of a token may call it (`typ`); it may also call it nothing.
const ID_TOKEN_TYPES: &[&str] = &["JWT"];
const LOGOUT_TOKEN_TYPES: &[&str] = &["JWT", "logout+jwt"];
/// Signed with a key pair: what a shared secret signs, we could have signed ourselves.
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

/// A provider, as `[[oidc]]` in the configuration file has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// In addresses: small letters, digits and hyphens.
    pub(crate) id: String,
    /// As people know it.
    pub(crate) name: String,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    /// Without one it is a public client.
    pub(crate) client_secret: Option<Secret>,
    #[serde(default = "Provider::scopes")]
    pub(crate) scopes: Vec<String>,
    /// The claims of the ID token that hold a person's groups and name.
    #[serde(default = "Provider::groups_claim")]
    pub(crate) groups_claim: String,
    #[serde(default = "Provider::name_claim")]
    pub(crate) name_claim: String,
    /// One of these must be the token's `acr`, where there are any.
    #[serde(default)]
    pub(crate) acr_values: Vec<String>,
    /// All of these must be among the token's `amr`.
    #[serde(default)]
    pub(crate) amr_values: Vec<String>,
    /// How many seconds ago the person may have signed in at the provider.
    pub(crate) max_age: Option<i64>,
}

/// Shown nowhere, zeroed when done with.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(Zeroizing<String>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Provider {
    fn scopes() -> Vec<String> {
        ["openid", "profile", "email", "groups"].map(str::to_owned).into()
    }

    fn groups_claim() -> String {
        "groups".into()
    }

    fn name_claim() -> String {
        "name".into()
    }

    /// What is wrong with it, in words for who wrote it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(is_id) {
            return Err(format!(
                "the id “{}” has other signs than small letters, digits and hyphens",
                self.id
            ));
        }
        if !is_https(&self.issuer) {
            return Err(format!("the issuer “{}” must be https://", self.issuer));
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            return Err("the scopes lack openid".into());
        }
        Ok(())
    }
}

/// Whom a provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Vouched {
    /// The ID of the provider.
    pub(crate) provider: String,
    /// `oidc:` with issuer and subject: an e-mail address can be somebody else's next year.
    pub(crate) person: String,
    pub(crate) name: String,
    pub(crate) groups: Vec<String>,
    /// The provider's session, for its back-channel logout.
    pub(crate) sid: Option<String>,
    pub(crate) return_to: String,
    /// The ID token itself, for whom calls are made by it.
    pub(crate) token: Zeroizing<String>,
}

/// Why nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failed {
    /// Nobody here has begun this, it took too long, or it was used already.
    #[error("no sign-in of this browser is under way")]
    NoFlow,
    /// The provider says no: the person called it off, or may not.
    #[error("the provider refused")]
    Refused,
    /// What came is no proof.
    #[error("{0}")]
    Invalid(&'static str),
    /// The provider, or our own database, does not answer.
    #[error("the provider or the database does not answer")]
    Unavailable,
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "the database failed at sign-in");
        Self::Unavailable
    }
}

/// All providers.
pub(crate) struct Oidc {
    providers: Vec<Provider>,
    database: Database,
    http: reqwest::Client,
    /// The console's own.
    origin: String,
    /// By the provider's ID.
    metadata: HashMap<String, Metadata>,
    /// When expired flows were last deleted; milliseconds since 1970.
    cleaned_ms: AtomicI64,
}

/// The last metadata of one provider. Each provider has its own, so that a slow one does not delay sign-ins at another.
#[derive(Default)]
struct Metadata {
    known: Mutex<Option<Arc<Known>>>,
    /// Held while the provider is asked: one request at a time. The content is the time of the last failure.
    failed: tokio::sync::Mutex<Option<Instant>>,
}

impl Metadata {
    /// Returns the metadata if it is younger than `age`.
    fn known(&self, age: Duration) -> Option<Arc<Known>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        known.filter(|known| known.since.elapsed() < age)
    }
}

/// What a provider says of itself, with its keys.
struct Known {
    discovery: Discovery,
    keys: JwkSet,
    since: Instant,
}

#[derive(Clone, Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    /// OpenID Connect RP-Initiated Logout 1.0.
    end_session_endpoint: Option<String>,
    /// RFC 9207: whether each authorization response says whose it is.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Discovery {
    /// Whether no endpoint would have the client secret, a code or the keys travel in clear.
    fn is_safe(&self) -> bool {
        // A provider elsewhere has no business with this machine.
        let is_allowed = if self.issuer.starts_with("https://") { is_https_url } else { is_https };
        [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri]
            .into_iter()
            .chain(&self.end_session_endpoint)
            .all(|endpoint| is_allowed(endpoint))
    }
}

#[derive(Deserialize)]
struct Tokens {
    id_token: Zeroizing<String>,
}

/// What the provider sends the browser back with.
#[derive(Default)]
pub(crate) struct Callback {
    pub(crate) state: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) iss: Option<String>,
}

/// What a logout token says.
pub(crate) struct LoggedOut {
    /// The ID of the provider that signed it, and its issuer.
    pub(crate) provider: String,
    pub(crate) issuer: String,
    /// The person, and the provider's session; at least one of the two.
    pub(crate) person: Option<String>,
    pub(crate) sid: Option<String>,
    /// Hash of the token's own ID: it is accepted once.
    jti_hash: String,
    /// In seconds since 1970.
    expires: i64,
}

impl Oidc {
    /// `origin` is the console's own.
    pub(crate) fn new(providers: Vec<Provider>, database: Database, origin: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .timeout(ANSWER_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let metadata = providers.iter().map(|provider| (provider.id.clone(), Metadata::default())).collect();
        let oidc = Self {
            providers,
            database,
            http,
            origin: origin.to_owned(),
            metadata,
            cleaned_ms: AtomicI64::new(0),
        };
        for (id, _, redirect_uri) in oidc.redirect_uris() {
            tracing::info!(provider = id, redirect_uri, "the redirect address to register at the provider");
        }
        Ok(oidc)
    }

    /// Returns ID, name and redirect address of each provider. Each provider has an address of its own: one that redirects
    /// a browser to another provider cannot have that provider's code brought to itself (mix-up, RFC 9700, 4.4).
    pub(crate) fn redirect_uris(&self) -> impl Iterator<Item = (&str, &str, String)> {
        self.providers().map(|(id, name)| (id, name, self.redirect_uri(id)))
    }

    fn redirect_uri(&self, id: &str) -> String {
        format!("{}/sign-in/callback/{id}", self.origin)
    }

    /// ID and name of each.
    pub(crate) fn providers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.providers.iter().map(|provider| (provider.id.as_str(), provider.name.as_str()))
    }

    /// The provider that vouches for this person.
    pub(crate) fn of_person(&self, person: &str) -> Option<&str> {
        let of = |provider: &&Provider| person.starts_with(&format!("oidc:{}|", provider.issuer));
        self.providers.iter().find(of).map(|provider| provider.id.as_str())
    }

    /// The provider's name, and where one signs out there; `None` for an unknown one, and where it has no such page or does not
    /// answer.
    pub(crate) async fn way_out(&self, id: &str) -> Option<(String, String)> {
        let provider = self.provider(id)?;
        let endpoint = self.known(provider, false).await.ok()?.discovery.end_session_endpoint.clone()?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &provider.client_id);
        Some((provider.name.clone(), with_query(&endpoint, &query.finish())))
    }

    /// Begins a flow: the state, for a cookie, and the address at the provider. `only` is who must sign in, anew, where
    /// somebody confirms that it is them; `None` for an unknown provider.
    pub(crate) async fn begin(
        &self,
        id: &str,
        return_to: &str,
        only: Option<&str>,
        network: &str,
    ) -> Result<Option<(String, String)>, Failed> {
        let Some(provider) = self.provider(id) else { return Ok(None) };
        // Asked anew, so that nobody is sent to one that is down.
        let known = self.known(provider, true).await?;
        let (state, nonce, verifier) = (token::new(), token::new(), token::new());
        let now_ms = now_ms();
        self.make_room(now_ms).await?;
        sqlx::query(
            "INSERT INTO oidc_flows (state_hash, provider, nonce, verifier, return_to, only_person, created_ms, network) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(token::hash(&state))
        .bind(id)
        .bind(&nonce)
        .bind(&verifier)
        .bind(return_to)
        .bind(only)
        .bind(now_ms)
        .bind(network)
        .execute(self.database.pool())
        .await?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", &self.redirect_uri(id))
            .append_pair("scope", &provider.scopes.join(" "))
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if !provider.acr_values.is_empty() {
            query.append_pair("acr_values", &provider.acr_values.join(" "));
        }
        match (only, provider.max_age) {
            (Some(_), _) => {
                query.append_pair("prompt", "login").append_pair("max_age", "0");
            }
            (None, Some(seconds)) => {
                query.append_pair("max_age", &seconds.to_string());
            }
            (None, None) => {}
        }
        Ok(Some((state, with_query(&known.discovery.authorization_endpoint, &query.finish()))))
    }

    /// Deletes expired flows, once a minute; and if there are too many flows, the oldest of the network with the most.
    async fn make_room(&self, now_ms: i64) -> Result<(), sqlx::Error> {
        let cleaned_ms = self.cleaned_ms.load(Ordering::Relaxed);
        if now_ms - cleaned_ms >= CLEAN_EVERY_MS {
            self.cleaned_ms.store(now_ms, Ordering::Relaxed);
            sqlx::query("DELETE FROM oidc_flows WHERE created_ms < $1")
                .bind(now_ms - FLOW_LIMIT_MS)
                .execute(self.database.pool())
                .await?;
        }
        sqlx::query(
            "DELETE FROM oidc_flows WHERE (SELECT COUNT(*) FROM oidc_flows) >= $1 AND state_hash IN \
             (SELECT state_hash FROM oidc_flows WHERE COALESCE(network, '') = \
              (SELECT COALESCE(network, '') FROM oidc_flows GROUP BY COALESCE(network, '') \
               ORDER BY COUNT(*) DESC LIMIT 1) \
              ORDER BY created_ms LIMIT 1)",
        )
        .bind(MOST_FLOWS)
        .execute(self.database.pool())
        .await
        .map(drop)
    }

    /// Ends a flow of this browser, which came back to the address of the provider `id`. It is used up, whatever comes of it.
    pub(crate) async fn finish(
        &self,
        id: &str,
        cookie: Option<&str>,
        callback: Callback,
    ) -> Result<Vouched, Failed> {
        let state = callback.state.filter(|state| cookie == Some(state)).ok_or(Failed::NoFlow)?;
        let row = sqlx::query(
            "DELETE FROM oidc_flows WHERE state_hash = $1 AND created_ms >= $2 \
             RETURNING provider, nonce, verifier, return_to, only_person",
        )
        .bind(token::hash(&state))
        .bind(now_ms() - FLOW_LIMIT_MS)
        .fetch_optional(self.database.pool())
        .await?
        .ok_or(Failed::NoFlow)?;
        let (begun_with, nonce, verifier): (String, String, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let (return_to, only): (String, Option<String>) = (row.try_get(3)?, row.try_get(4)?);
        let provider = self.provider(&begun_with).ok_or(Failed::NoFlow)?;
        let known = self.known(provider, false).await?;
        let is_iss_missing =
            callback.iss.is_none() && known.discovery.authorization_response_iss_parameter_supported;
        if id != begun_with || is_iss_missing || callback.iss.is_some_and(|iss| iss != provider.issuer) {
            return Err(Failed::Invalid("another provider responded than the one the sign-in began with"));
        }
        if callback.error.is_some() {
            return Err(Failed::Refused);
        }
        let code = callback.code.ok_or(Failed::Invalid("the answer has no code"))?;
        let tokens = self.tokens(provider, &known.discovery, &code, &verifier).await?;
        let claims = self.verified(provider, &tokens.id_token, ID_TOKEN_TYPES).await?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if text("nonce") != Some(nonce.as_str()) {
            return Err(Failed::Invalid("the ID token is of another sign-in"));
        }
        check_audience(&claims, &provider.client_id)?;
        check_freshness(provider, &claims, only.is_some(), now_ms() / 1_000)?;
        check_age(&claims, now_ms() / 1_000)?;
        let subject = text("sub").filter(|sub| is_subject(sub)).ok_or(Failed::Invalid(
            "the ID token has no subject, or one that is not visible ASCII and could look like another one",
        ))?;
        let person = format!("oidc:{}|{subject}", provider.issuer);
        if only.is_some_and(|only| only != person) {
            return Err(Failed::Invalid("somebody else confirmed"));
        }
        let name =
            text(&provider.name_claim).or(text("preferred_username")).or(text("email")).unwrap_or(subject);
        let name = shown_name(name);
        Ok(Vouched {
            provider: provider.id.clone(),
            name: if name.is_empty() { subject.to_owned() } else { name },
            groups: groups(claims.get(&provider.groups_claim)),
            sid: text("sid").map(str::to_owned),
            person,
            return_to,
            token: tokens.id_token,
        })
    }

    /// Returns what a logout token says, once for each token.
    pub(crate) async fn logged_out(&self, token: &str) -> Result<LoggedOut, Failed> {
        let unverified = unverified_issuer(token).ok_or(Failed::Invalid("it is no token"))?;
        let provider = self.providers.iter().find(|provider| provider.issuer == unverified);
        let provider = provider.ok_or(Failed::Invalid("no provider of ours signs so"))?;
        let claims = self.verified(provider, token, LOGOUT_TOKEN_TYPES).await?;
        check_audience(&claims, &provider.client_id)?;
        let expires = check_logout_lifetime(&claims, now_ms() / 1_000)?;
        let is_logout =
            claims.get("events").and_then(|events| events.get(LOGOUT_EVENT)).is_some_and(Value::is_object);
        // An ID token has a nonce, and must not end anything.
        if !is_logout || claims.contains_key("nonce") {
            return Err(Failed::Invalid("it is no logout token"));
        }
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        if text("sub").is_some_and(|sub| !is_subject(&sub)) {
            return Err(Failed::Invalid("its subject is not visible ASCII"));
        }
        let person = text("sub").map(|sub| format!("oidc:{}|{sub}", provider.issuer));
        let sid = text("sid");
        if person.is_none() && sid.is_none() {
            return Err(Failed::Invalid("it names nobody"));
        }
        let jti = text("jti").filter(|jti| !jti.is_empty()).ok_or(Failed::Invalid("it has no ID (jti)"))?;
        let logged_out = LoggedOut {
            provider: provider.id.clone(),
            issuer: provider.issuer.clone(),
            person,
            sid,
            jti_hash: token::hash(&jti),
            expires,
        };
        let used = sqlx::query("SELECT 1 FROM logout_tokens WHERE provider = $1 AND jti_hash = $2")
            .bind(&logged_out.provider)
            .bind(&logged_out.jti_hash)
            .fetch_optional(self.database.pool())
            .await?;
        match used {
            None => Ok(logged_out),
            Some(_) => Err(Failed::Invalid("it was used before")),
        }
    }

    /// Remembers a logout token until it has expired, once its sessions have ended: one whose effect failed can be sent again.
    pub(crate) async fn use_up(&self, of: &LoggedOut) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM logout_tokens WHERE expires_ms < $1")
            .bind(now_ms())
            .execute(self.database.pool())
            .await?;
        sqlx::query(
            "INSERT INTO logout_tokens (provider, jti_hash, expires_ms) VALUES ($1, $2, $3) \
             ON CONFLICT (provider, jti_hash) DO NOTHING",
        )
        .bind(&of.provider)
        .bind(&of.jti_hash)
        // The leeway counts on both sides.
        .bind((of.expires + 2 * LEEWAY_SECONDS) * 1_000)
        .execute(self.database.pool())
        .await
        .map(drop)
    }

    fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// Signature, issuer, audience, expiry; with the keys read anew where the token's is not among them.
    async fn verified(
        &self,
        provider: &Provider,
        token: &str,
        types: &[&str],
    ) -> Result<Map<String, Value>, Failed> {
        let known = self.known(provider, false).await?;
        let header = decode_header(token).map_err(|_| Failed::Invalid("it is no token"))?;
        if header.typ.as_deref().is_some_and(|typ| !types.iter().any(|of| of.eq_ignore_ascii_case(typ))) {
            return Err(Failed::Invalid("it is a token of another type (typ)"));
        }
        let has_key = |known: &Known| match &header.kid {
            Some(kid) => known.keys.find(kid).is_some(),
            None => true,
        };
        match has_key(&known) {
            true => verify(token, &known.keys, provider),
            false => verify(token, &self.known(provider, true).await?.keys, provider),
        }
    }

    async fn known(&self, provider: &Provider, has_new_key: bool) -> Result<Arc<Known>, Failed> {
        let age = if has_new_key { ASKED_AGAIN_AFTER } else { KNOWN_FOR };
        let metadata = self.metadata.get(&provider.id).ok_or(Failed::NoFlow)?;
        if let Some(known) = metadata.known(age) {
            return Ok(known);
        }
        let mut failed = metadata.failed.lock().await;
        // Another request asked in the meantime.
        if let Some(known) = metadata.known(age) {
            return Ok(known);
        }
        // Leave a provider that has just failed alone: clients without a session begin sign-ins.
        if failed.is_some_and(|since| since.elapsed() < FAILED_FOR) {
            return Err(Failed::Unavailable);
        }
        match self.ask(provider).await {
            Ok(known) => {
                *metadata.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
                Ok(known)
            }
            Err(error) => {
                *failed = Some(Instant::now());
                Err(error)
            }
        }
    }

    /// Asks a provider for its discovery document and its keys.
    async fn ask(&self, provider: &Provider) -> Result<Arc<Known>, Failed> {
        let address = format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'));
        let discovery: Discovery = self.json(self.http.get(address)).await?;
        if discovery.issuer != provider.issuer {
            tracing::error!(
                provider = provider.id,
                "the provider calls itself another issuer than the configuration"
            );
            return Err(Failed::Unavailable);
        }
        if !discovery.is_safe() {
            tracing::error!(
                provider = provider.id,
                "the provider's discovery document has an endpoint that is not https://"
            );
            return Err(Failed::Unavailable);
        }
        let keys = self.json(self.http.get(&discovery.jwks_uri)).await?;
        Ok(Arc::new(Known { discovery, keys, since: Instant::now() }))
    }

    async fn tokens(
        &self,
        provider: &Provider,
        discovery: &Discovery,
        code: &str,
        verifier: &str,
    ) -> Result<Tokens, Failed> {
        let redirect_uri = self.redirect_uri(&provider.id);
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri.as_str()),
            ("code_verifier", verifier),
        ];
        let mut request = self.http.post(&discovery.token_endpoint);
        match &provider.client_secret {
            // RFC 6749, 2.3.1: both are encoded as form fields first.
            Some(Secret(secret)) => {
                let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
                let pair = Zeroizing::new(format!("{}:{}", encoded(&provider.client_id), encoded(secret)));
                request =
                    request.header("authorization", format!("Basic {}", STANDARD.encode(pair.as_bytes())));
            }
            None => fields.push(("client_id", &provider.client_id)),
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(body);
        self.json(request).await
    }

    /// A JSON document of a bounded size. A refusal (4xx) is told from a failure.
    async fn json<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, Failed> {
        let down = |error: reqwest::Error| {
            tracing::warn!(error = %error.without_url(), "a provider of OpenID Connect does not answer");
            Failed::Unavailable
        };
        let mut answer = request.send().await.map_err(down)?;
        if answer.status().is_client_error() {
            tracing::warn!(status = answer.status().as_u16(), "a provider of OpenID Connect refused");
            return Err(Failed::Refused);
        }
        if !answer.status().is_success() {
            tracing::warn!(status = answer.status().as_u16(), "a provider of OpenID Connect failed");
            return Err(Failed::Unavailable);
        }
        let mut body = Zeroizing::new(Vec::new());
        while let Some(piece) = answer.chunk().await.map_err(down)? {
            if body.len() + piece.len() > MOST_BYTES {
                return Err(Failed::Unavailable);
            }
            body.extend_from_slice(&piece);
        }
        serde_json::from_slice(&body).map_err(|_| Failed::Unavailable)
    }
}

/// An address of the provider's, which may have a query already.
fn with_query(endpoint: &str, query: &str) -> String {
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{joint}{query}")
}

/// The claims of a token that one of these keys has signed for us.
fn verify(token: &str, keys: &JwkSet, provider: &Provider) -> Result<Map<String, Value>, Failed> {
    let header = decode_header(token).map_err(|_| Failed::Invalid("it is no token"))?;
    // RFC 7515, 4.1.11: extensions that must be understood. None is.
    if header.crit.is_some() {
        return Err(Failed::Invalid("it demands extensions that Keyturn does not know (crit)"));
    }
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Failed::Invalid("it is signed in a way that proves nothing"));
    }
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[&provider.client_id]);
    validation.set_issuer(&[&provider.issuer]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY_SECONDS.unsigned_abs();
    keys.keys
        .iter()
        .filter(|key| header.kid.is_none() || key.common.key_id == header.kid)
        .filter_map(|key| DecodingKey::from_jwk(key).ok())
        .find_map(|key| decode::<Map<String, Value>>(token, &key, &validation).ok())
        .map(|token| token.claims)
        // One issuer, not a list that has it.
        .filter(|claims| claims.get("iss").is_some_and(Value::is_string))
        .ok_or(Failed::Invalid("its signature, issuer, audience or date is not what it should be"))
}

/// Whether an address is https.
fn is_https_url(address: &str) -> bool {
    reqwest::Url::parse(address).is_ok_and(|url| url.scheme() == "https")
}

/// Whether an address is https, or http on this machine.
fn is_https(address: &str) -> bool {
    let is_on_loopback = |url: reqwest::Url| {
        url.scheme() == "http" && url.host_str().is_some_and(|host| LOOPBACK.contains(&host))
    };
    is_https_url(address) || reqwest::Url::parse(address).is_ok_and(is_on_loopback)
}

/// Whether a subject can be told from every other one by its looks: visible ASCII, spaces only inside.
fn is_subject(sub: &str) -> bool {
    let is_visible = sub.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    is_visible && !sub.is_empty() && sub.len() <= MAX_SUBJECT_CHARS && sub.trim() == sub
}

/// Returns a name for display: without control and invisible characters, and with single spaces.
fn shown_name(name: &str) -> String {
    let visible: String = name.chars().filter(|c| c.is_whitespace() || !is_odd(*c)).collect();
    let name = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    name.chars().take(MAX_NAME_CHARS).collect()
}

/// Checks that a token was issued in the last minutes.
fn check_age(claims: &Map<String, Value>, now_seconds: i64) -> Result<i64, Failed> {
    let issued = claims.get("iat").and_then(Value::as_f64).map(|at| at as i64);
    let range = now_seconds - MAX_TOKEN_AGE_SECONDS - LEEWAY_SECONDS..=now_seconds + LEEWAY_SECONDS;
    issued.filter(|issued| range.contains(issued)).ok_or(Failed::Invalid(
        "it was not issued in the last minutes (iat): the provider's clock and this machine's may differ",
    ))
}

/// Checks that a logout token is new and not valid for long. Returns when it expires, in seconds since 1970.
fn check_logout_lifetime(claims: &Map<String, Value>, now_seconds: i64) -> Result<i64, Failed> {
    let issued = check_age(claims, now_seconds)?;
    let expires = claims.get("exp").and_then(Value::as_f64).map(|at| at as i64);
    let expires = expires.filter(|expires| expires.saturating_sub(issued) <= MAX_LOGOUT_SECONDS);
    expires.ok_or(Failed::Invalid("it is valid for too long (exp)"))
}

/// For us alone, or for several and made for us.
fn check_audience(claims: &Map<String, Value>, client_id: &str) -> Result<(), Failed> {
    if claims.get("azp").is_some_and(|azp| !azp.is_string()) {
        return Err(Failed::Invalid("it does not say as a text which application it was made for (azp)"));
    }
    let azp = claims.get("azp").and_then(Value::as_str);
    let is_for_others = claims.get("aud").and_then(Value::as_array).is_some_and(|all| all.len() > 1);
    match (azp, is_for_others) {
        (Some(azp), _) if azp != client_id => Err(Failed::Invalid("it was made for another application")),
        (None, true) => Err(Failed::Invalid("it does not say whom of several it was made for")),
        _ => Ok(()),
    }
}

/// What the configuration demands of how and when the person signed in at the provider.
fn check_freshness(
    provider: &Provider,
    claims: &Map<String, Value>,
    is_confirmation: bool,
    now_seconds: i64,
) -> Result<(), Failed> {
    let acr = claims.get("acr").and_then(Value::as_str);
    if !provider.acr_values.is_empty()
        && !acr.is_some_and(|acr| provider.acr_values.iter().any(|of| of == acr))
    {
        return Err(Failed::Invalid("the person did not sign in as strongly as is demanded (acr)"));
    }
    let amr = groups(claims.get("amr"));
    if !provider.amr_values.iter().all(|of| amr.contains(of)) {
        return Err(Failed::Invalid("the person did not sign in by the means that are demanded (amr)"));
    }
    let most = if is_confirmation { Some(CONFIRMED_SECONDS) } else { provider.max_age };
    let auth_time = claims.get("auth_time").and_then(Value::as_i64);
    match (most, auth_time) {
        (None, _) => Ok(()),
        (Some(most), Some(at)) if now_seconds - at <= most + LEEWAY_SECONDS => Ok(()),
        _ => Err(Failed::Invalid("the person signed in at the provider too long ago")),
    }
}

/// A list of texts, or one.
fn groups(claim: Option<&Value>) -> Vec<String> {
    match claim {
        Some(Value::Array(all)) => all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

/// To know whose keys to look for.
fn unverified_issuer(token: &str) -> Option<String> {
    let payload = token.split('.').nth(1)?;
    let claims: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    claims.get("iss")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::storage::tests::databases;

    use super::*;

    fn provider(more: &str) -> Provider {
        let text = format!(
            "id = 'a'\nname = 'A'\nissuer = 'https://a'\nclient_id = 'c'\nclient_secret = 'hunter2'\n{more}"
        );
        toml::from_str(&text).unwrap()
    }

    fn claims(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[tokio::test]
    async fn pt12_the_network_with_the_most_flows_loses_its_oldest() {
        for database in databases().await {
            let oidc = Oidc::new(Vec::new(), database.clone(), "http://localhost").unwrap();
            let fill = sqlx::AssertSqlSafe(format!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MOST_FLOWS}) \
                 INSERT INTO oidc_flows (state_hash, provider, nonce, verifier, return_to, created_ms, network) \
                 SELECT 'h' || i, 'p', '', '', '', {now} + i, \
                 CASE WHEN i <= 3 THEN 'office' WHEN i <= 5 THEN NULL ELSE 'attacker' END FROM n",
                now = now_ms()
            ));
            sqlx::query(fill).execute(database.pool()).await.unwrap();
            let count = async |of: &'static str| {
                let row = sqlx::query(of).fetch_one(database.pool()).await.unwrap();
                row.try_get::<i64, _>(0).unwrap()
            };
            for _ in 0..3 {
                oidc.make_room(now_ms()).await.unwrap();
            }
            assert_eq!(count("SELECT COUNT(*) FROM oidc_flows").await, MOST_FLOWS - 1, "one at a time");
            assert_eq!(count("SELECT COUNT(*) FROM oidc_flows WHERE network = 'office'").await, 3);
            assert_eq!(
                count("SELECT COUNT(*) FROM oidc_flows WHERE state_hash = 'h6'").await,
                0,
                "its oldest"
            );
            let expired = now_ms() + MOST_FLOWS + FLOW_LIMIT_MS + CLEAN_EVERY_MS;
            oidc.make_room(expired).await.unwrap();
            assert_eq!(count("SELECT COUNT(*) FROM oidc_flows").await, 0);
        }
    }

    #[tokio::test]
    async fn pt12_a_provider_that_does_not_respond_delays_no_other() {
        use axum::{Json, Router, routing::get};

        // Accepts connections into its queue and never responds.
        let slow = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fast = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = |listener: &tokio::net::TcpListener| {
            format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port())
        };
        let at = issuer(&fast);
        let discovery = json!({
            "issuer": at, "authorization_endpoint": format!("{at}/authorize"), "token_endpoint": format!("{at}/token"),
            "jwks_uri": format!("{at}/jwks"),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async || Json(discovery)))
            .route("/jwks", get(async || Json(json!({ "keys": [] }))));
        let providers = [("slow", &slow), ("fast", &fast)];
        let providers = providers.map(|(id, listener)| Provider {
            id: id.into(),
            issuer: issuer(listener),
            ..provider("")
        });
        tokio::spawn(async move { axum::serve(fast, router).await });
        let database = databases().await.remove(0);
        let oidc = Arc::new(Oidc::new(providers.into(), database, "http://localhost").unwrap());
        let asked = tokio::spawn({
            let oidc = oidc.clone();
            async move { oidc.begin("slow", "/", None, "").await.is_ok() }
        });
        let _connection = slow.accept().await.unwrap();
        let begun = tokio::time::timeout(ANSWER_LIMIT / 2, oidc.begin("fast", "/", None, "")).await;
        assert!(begun.expect("it does not wait for the slow one").is_ok());
        assert!(!asked.is_finished());
    }

    #[test]
    fn s43_a_token_is_for_us_alone_or_made_for_us() {
        let is_ours = |value: Value| check_audience(&claims(value), "c").is_ok();
        assert!(is_ours(json!({"aud": "c"})));
        assert!(is_ours(json!({"aud": ["c"]})));
        assert!(is_ours(json!({"aud": ["c", "d"], "azp": "c"})));
        assert!(!is_ours(json!({"aud": ["c", "d"]})));
        assert!(!is_ours(json!({"aud": ["c", "d"], "azp": "d"})));
        assert!(!is_ours(json!({"aud": "c", "azp": "d"})));
    }

    #[test]
    fn s45_how_and_when_somebody_signed_in_can_be_demanded() {
        let is_enough = |more: &str, value: Value| {
            check_freshness(&provider(more), &claims(value), false, 10_000).is_ok()
        };
        assert!(is_enough("", json!({})));
        assert!(is_enough("acr_values = ['mfa']", json!({"acr": "mfa"})));
        assert!(!is_enough("acr_values = ['mfa']", json!({"acr": "pwd"})));
        assert!(!is_enough("acr_values = ['mfa']", json!({})));
        assert!(is_enough("amr_values = ['otp']", json!({"amr": ["pwd", "otp"]})));
        assert!(!is_enough("amr_values = ['otp']", json!({"amr": ["pwd"]})));
        assert!(is_enough("max_age = 600", json!({"auth_time": 9_400})));
        assert!(!is_enough("max_age = 600", json!({"auth_time": 9_000})));
        assert!(!is_enough("max_age = 600", json!({})));
        let confirms =
            |at: i64| check_freshness(&provider(""), &claims(json!({"auth_time": at})), true, 10_000).is_ok();
        assert!(confirms(9_990) && !confirms(9_000));
    }

    #[test]
    fn a_provider_of_the_file_is_checked_and_its_secret_shown_nowhere() {
        assert!(provider("").check().is_ok());
        assert!(!format!("{:?}", provider("")).contains("hunter2"));
        for wrong in [
            "id = 'A b'",
            "issuer = 'http://a'",
            "issuer = 'http://localhost.evil.example'",
            "scopes = ['email']",
        ] {
            let (key, _) = wrong.split_once(' ').unwrap();
            let text = "id = 'a'\nname = 'A'\nissuer = 'https://a'\nclient_id = 'c'\n";
            let text: String =
                text.lines().filter(|line| !line.starts_with(key)).map(|line| format!("{line}\n")).collect();
            let provider: Provider = toml::from_str(&(text + wrong)).unwrap();
            assert!(provider.check().is_err(), "{wrong}");
        }
    }

    /// Ours by a key that the provider has: made once, as keys are slow to make.
    fn signed() -> (String, JwkSet) {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        let claims = json!({"iss": "https://a", "aud": "c", "sub": "pia", "exp": 4_000_000_000_u32});
        let header =
            jsonwebtoken::Header { kid: Some("k".into()), ..jsonwebtoken::Header::new(Algorithm::EdDSA) };
        let private = jsonwebtoken::EncodingKey::from_ed_der(&key.serialize_der());
        let token = jsonwebtoken::encode(&header, &claims, &private).unwrap();
        let x = URL_SAFE_NO_PAD.encode(rcgen::PublicKeyData::der_bytes(&key));
        let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k", "alg": "EdDSA", "x": x}]});
        (token, serde_json::from_value(keys).unwrap())
    }

    #[test]
    fn s59_no_text_and_no_changed_token_is_one() {
        use proptest::prelude::*;
        use proptest::test_runner::{Config, TestRunner};

        let (token, keys) = signed();
        assert_eq!(verify(&token, &keys, &provider("")).ok().unwrap()["sub"], "pia");
        let changed = (any::<prop::sample::Index>(), prop::char::range('!', '~')).prop_map({
            let token = token.clone();
            move |(place, by)| {
                let mut bytes = token.clone().into_bytes();
                let place = place.index(bytes.len());
                bytes[place] = by as u8;
                String::from_utf8(bytes).unwrap()
            }
        });
        let any_text = prop_oneof![
            "[ -~é]{0,80}",
            "[A-Za-z0-9_=-]{0,60}[.][A-Za-z0-9_=-]{0,60}[.][A-Za-z0-9_=-]{0,60}",
            changed
        ];
        TestRunner::new(Config::default())
            .run(&any_text, |text| {
                // The last character of a part has bits that say nothing.
                let same = |text: &str| {
                    text.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok()).collect::<Vec<_>>()
                };
                prop_assume!(same(&text) != same(&token));
                prop_assert!(verify(&text, &keys, &provider("")).is_err(), "{text}");
                Ok(())
            })
            .unwrap();
    }
}
