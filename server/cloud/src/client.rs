//! Sends one action and reads its answer: endpoint, signature, HTTP, time limit, retry of reads, error.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::asked::left;
use crate::circuit::{Circuits, Retries};
use crate::clock::Clock;
use crate::credentials::{Credentials, Provider};
use crate::endpoint::{Endpoints, LoopbackFirst, Service};
use crate::error::{CloudError, ErrorKind};
use crate::quota::Quotas;
use crate::sign;

const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// The limit of one attempt, connection and answer together.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(8);
/// How long a read waits before it is tried again; where the cloud asks for more, the answer is that.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// For who signs a call: a source that is slower than this gives nothing.
const CREDENTIALS_LIMIT: Duration = Duration::from_secs(15);
/// With less time left than this for who asks, nothing is sent: no answer would come in it.
const LEAST_LEFT: Duration = Duration::from_millis(500);
/// The same for a write, whose answer may be lost and then has to be looked for.
const LEAST_LEFT_TO_WRITE: Duration = Duration::from_secs(12);
/// Idle connections are left before the other side leaves them: a call on one that is being closed has no known outcome.
const IDLE_LIMIT: Duration = Duration::from_secs(10);
const MAX_ANSWER_BYTES: usize = 4 << 20;
/// Reads are tried again this often at the most; writes never are (`design.md`: an answer can be lost).
const READ_RETRIES: u32 = 2;

/// Told of each call when it ends; metrics hang on it.
pub trait Observer: Send + Sync {
    /// `outcome` is `ok`, or the vendor's code, or the error's kind.
    fn called(
        &self,
        service: Service,
        action: &'static str,
        region: &str,
        outcome: &str,
        request_id: Option<&str>,
        took: Duration,
    );

    /// The cloud refused this machine's time; from now on calls are signed so many milliseconds later.
    fn clock_corrected(&self, ahead_ms: i64);
}

/// A signed client for one account. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    endpoints: Arc<Endpoints>,
    provider: Arc<dyn Provider>,
    pub(crate) clock: Arc<Clock>,
    circuits: Arc<Circuits>,
    retries: Arc<Retries>,
    quotas: Arc<Quotas>,
    /// Whose quotas they are; empty for the account of Keyturn's own credentials.
    account: Arc<str>,
    observer: Option<Arc<dyn Observer>>,
}

/// An answer, the vendor's request ID, and the sandbox's clock where it is the sandbox that answers.
#[derive(Clone, Debug)]
pub struct Reply<T> {
    pub body: T,
    pub request_id: String,
    /// The header `x-sandbox-time`, which rules the dates of secrets there.
    pub sandbox_time: Option<Timestamp>,
}

/// What an action sends.
#[derive(Default)]
pub(crate) struct Parameters {
    pub(crate) query: Vec<(String, String)>,
    /// The form body: the vendor's clients send `SecretData` there, so that it is in no URL.
    form: Zeroizing<String>,
    is_unsigned: bool,
}

impl Parameters {
    /// Of an action that no credentials sign.
    pub(crate) fn unsigned() -> Self {
        Self { is_unsigned: true, ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Adds to the form. There is room for all of it before it is written: a value is not left behind by growing.
    pub(crate) fn with_form(mut self, name: &str, value: &[u8]) -> Self {
        let mut form =
            Zeroizing::new(String::with_capacity(self.form.len() + name.len() + 2 + 3 * value.len()));
        form.push_str(&self.form);
        if !form.is_empty() {
            form.push('&');
        }
        form.push_str(name);
        form.push('=');
        form.extend(sign::encode(value));
        self.form = form;
        self
    }

    pub(crate) fn with_option(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

/// Whether an action may be repeated without a second effect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Read,
    Write,
}

/// Whatever an answer holds.
#[derive(Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VendorError {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
    request_id: Option<String>,
}

impl Client {
    /// Fails only where the TLS roots of the machine cannot be read, or what the endpoints trust beside them is no certificate.
    pub fn new(
        endpoints: Endpoints,
        provider: impl Provider + 'static,
        observer: Option<Arc<dyn Observer>>,
    ) -> Result<Self, reqwest::Error> {
        // Already installed is as good as installed now.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .timeout(ATTEMPT_LIMIT)
            .pool_idle_timeout(IDLE_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            .dns_resolver(LoopbackFirst)
            .user_agent(concat!("keyturn/", env!("CARGO_PKG_VERSION")));
        // No proxy leads to this machine.
        if endpoints.are_on_this_machine() {
            http = http.no_proxy();
        }
        for root in reqwest::Certificate::from_pem_bundle(endpoints.roots_pem.as_bytes())? {
            http = http.add_root_certificate(root);
        }
        let http = http.build()?;
        Ok(Self {
            http,
            endpoints: Arc::new(endpoints),
            provider: Arc::new(provider),
            clock: Arc::default(),
            circuits: Arc::default(),
            retries: Arc::default(),
            quotas: Arc::new(Quotas::new(None)),
            account: Arc::from(""),
            observer,
        })
    }

    /// The same client in another name: one pool of connections, one clock, and the same quotas.
    pub fn signed_by(&self, provider: impl Provider + 'static) -> Self {
        Self { provider: Arc::new(provider), ..self.clone() }
    }

    /// The same client in another account, which has quotas of its own.
    pub fn of_account(self, account: &str) -> Self {
        Self { account: Arc::from(account), ..self }
    }

    /// No faster than this share of the vendor's quotas, in percent; without one, at any speed.
    pub fn with_share(self, percent: Option<u32>) -> Self {
        Self { quotas: Arc::new(Quotas::new(percent)), ..self }
    }

    /// The same client for STS in `region`, which the operator's own credentials may name beside the configured ones; within a
    /// VPC where nothing else was configured for STS.
    pub(crate) fn for_sts(&self, region: &str, is_vpc: bool) -> Self {
        let mut endpoints = (*self.endpoints).clone();
        if is_vpc && endpoints.sts == Endpoints::aliyun(Vec::new()).sts {
            endpoints.sts = "https://sts-vpc.{region}.aliyuncs.com".into();
        }
        if is_region(region) && !endpoints.regions.iter().any(|of| of == region) {
            endpoints.regions.push(region.to_owned());
        }
        Self { endpoints: Arc::new(endpoints), ..self.clone() }
    }

    /// How far the cloud's clock was ahead of this machine's at the last answer, in milliseconds; to a second or two. `None`
    /// before there was one.
    pub fn cloud_is_ahead_ms(&self) -> Option<i64> {
        self.clock.seen_ahead_ms()
    }

    /// The same client for other regions, the default first; those whose names are none are left out. Where none is left it stays
    /// as it is.
    pub fn for_regions(&self, regions: Vec<String>) -> Self {
        let regions: Vec<String> = regions.into_iter().filter(|region| is_region(region)).collect();
        if regions.is_empty() {
            return self.clone();
        }
        Self { endpoints: Arc::new(Endpoints { regions, ..(*self.endpoints).clone() }), ..self.clone() }
    }

    /// The regions that can be called, the default first.
    pub fn regions(&self) -> &[String] {
        &self.endpoints.regions
    }

    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        service: Service,
        action: &'static str,
        region: &str,
        effect: Effect,
        parameters: Parameters,
    ) -> Result<Reply<T>, CloudError> {
        let mut attempt = 0;
        let mut may_correct_clock = true;
        let mut may_renew = true;
        self.retries.called();
        loop {
            let ahead_ms = self.clock.ahead_ms();
            if let Err(wait) = self.circuits.may_ask(service, region, Instant::now()) {
                let why = "nobody has answered there for a while";
                let error = CloudError::new(ErrorKind::Unreachable, service, action, why);
                return Err(CloudError { retry_after: Some(wait), ..error });
            }
            if self.quotas.turn(&self.account, service, region, action, effect).await.is_err() {
                let why = "too many calls wait already to stay below the quota";
                let error = CloudError::new(ErrorKind::Throttled, service, action, why);
                return Err(CloudError { retry_after: Some(Duration::from_secs(5)), ..error });
            }
            let credentials = self.credentials(&parameters).await;
            let least = if effect == Effect::Write { LEAST_LEFT_TO_WRITE } else { LEAST_LEFT };
            if left(least) < least {
                let why = "the time of who asks is over before the call";
                return Err(CloudError::new(ErrorKind::OutOfTime, service, action, why));
            }
            let started = Instant::now();
            let result = match &credentials {
                Ok(credentials) => {
                    let result =
                        self.attempt(service, action, region, &parameters, credentials.as_deref()).await;
                    self.note(service, region, &result);
                    result.map_err(|error| error.of(effect))
                }
                // Nothing is sent.
                Err(error) => Err(error.clone()),
            };
            if let Some(observer) = &self.observer {
                let outcome = match &result {
                    Ok(_) => "ok".to_owned(),
                    Err(error) => error.code.clone().unwrap_or_else(|| format!("{:?}", error.kind)),
                };
                let request_id = match &result {
                    Ok(reply) => Some(reply.request_id.as_str()),
                    Err(error) => error.request_id.as_deref(),
                };
                observer.called(service, action, region, &outcome, request_id, started.elapsed());
            }
            match result {
                // It was refused, so that even a write may be sent again.
                Err(error)
                    if error.kind == ErrorKind::ClockWrong
                        && self.clock.ahead_ms() != ahead_ms
                        && may_correct_clock =>
                {
                    may_correct_clock = false;
                }
                // Refused, too: the credentials have ended, and there are new ones by now.
                Err(error)
                    if error.kind == ErrorKind::BadCredentials
                        && may_renew
                        && self.has_others(credentials.ok().flatten().as_deref()).await =>
                {
                    may_renew = false;
                }
                Err(error)
                    if effect == Effect::Read
                        && error.kind.is_transient()
                        // A connection that broke is tried again, a silence that lasted is not.
                        && (error.kind != ErrorKind::UnknownOutcome || started.elapsed() < ATTEMPT_LIMIT / 2)
                        && attempt < READ_RETRIES
                        && self.retries.take() =>
                {
                    attempt += 1;
                    let wait =
                        error.retry_after.unwrap_or_else(|| jitter(Duration::from_millis(200 << attempt)));
                    // Who is told to wait for longer says so, and does not ask before.
                    if wait > LONGEST_WAIT || left(wait + LEAST_LEFT) < wait + LEAST_LEFT {
                        return Err(error);
                    }
                    tokio::time::sleep(wait).await;
                }
                other => return other,
            }
        }
    }

    /// A write whose answer holds nothing of use but its request's ID, which it answers. Never repeated by itself.
    pub(crate) async fn order(
        &self,
        service: Service,
        action: &'static str,
        region: &str,
        parameters: Parameters,
    ) -> Result<String, CloudError> {
        let reply: Reply<Nothing> = self.call(service, action, region, Effect::Write, parameters).await?;
        Ok(reply.request_id)
    }

    /// What signs now; nothing for what no credentials sign.
    async fn credentials(&self, parameters: &Parameters) -> Result<Option<Arc<Credentials>>, CloudError> {
        match parameters.is_unsigned {
            true => Ok(None),
            false => {
                let asked = tokio::time::timeout(left(CREDENTIALS_LIMIT), self.provider.credentials()).await;
                let slow = || CloudError::without_credentials("they did not come in time".into());
                asked.unwrap_or_else(|_| Err(slow())).map(Some).map_err(CloudError::before_the_call)
            }
        }
    }

    /// Whether there are other credentials by now than those that were used.
    async fn has_others(&self, used: Option<&Credentials>) -> bool {
        let Some(used) = used else { return false };
        let now = tokio::time::timeout(left(CREDENTIALS_LIMIT), self.provider.credentials()).await;
        matches!(now, Ok(Ok(now)) if now.access_key_id != used.access_key_id)
    }

    /// What came of an attempt, for those who ask there next.
    fn note<T>(&self, service: Service, region: &str, result: &Result<Reply<T>, CloudError>) {
        let is_answered = match result {
            Err(error) => {
                error.status.is_some()
                    || !matches!(error.kind, ErrorKind::Unreachable | ErrorKind::UnknownOutcome)
            }
            Ok(_) => true,
        };
        // Who had no time to wait for an answer has not learnt that there is none.
        if is_answered || left(ATTEMPT_LIMIT) > Duration::ZERO {
            self.circuits.note(service, region, is_answered, Instant::now());
        }
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        service: Service,
        action: &'static str,
        region: &str,
        parameters: &Parameters,
        credentials: Option<&Credentials>,
    ) -> Result<Reply<T>, CloudError> {
        let fail = |kind, message: String| CloudError::new(kind, service, action, message);
        let base = self
            .endpoints
            .url(service, region)
            .ok_or_else(|| fail(ErrorKind::NotFound, format!("the region {region} is not configured")))?;
        let host = base.split_once("://").map_or(base.as_str(), |(_, host)| host).trim_end_matches('/');
        let form = &parameters.form;
        let headers = sign::sign(
            &sign::Unsigned {
                method: "POST",
                host,
                action,
                version: service.version(),
                query: &parameters.query,
                body: form.as_bytes(),
                content_type: (!form.is_empty()).then_some("application/x-www-form-urlencoded"),
            },
            credentials,
            &self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            &nonce(),
        );
        let url = match sign::canonical_query(&parameters.query) {
            query if query.is_empty() => format!("{}/", base.trim_end_matches('/')),
            query => format!("{}/?{query}", base.trim_end_matches('/')),
        };
        // What is sent is wiped too when the connection is done with it.
        let body = Bytes::from_owner(Zeroizing::new(form.as_bytes().to_vec()));
        let request =
            self.http.post(url).timeout(left(ATTEMPT_LIMIT)).headers(header_map(&headers)).body(body);
        let mut response = request.send().await.map_err(|error| {
            if error.is_connect() {
                let code = Some(why_unreachable(&error).to_owned());
                CloudError { code, ..fail(ErrorKind::Unreachable, "no connection could be made".into()) }
            } else {
                fail(ErrorKind::UnknownOutcome, "no answer came in time".into())
            }
        })?;
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let date = header("date").and_then(|date| self.clock.saw(date));
        let retry_after = header("x-acs-retry-after")
            .and_then(|value| value.parse().ok().map(Duration::from_millis))
            .or_else(|| header("retry-after").and_then(|value| self.clock.wait(value)));
        let sandbox_time = header("x-sandbox-time").and_then(|value| value.parse().ok());
        let header_request_id = header("x-acs-request-id").map(str::to_owned);

        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| {
            fail(ErrorKind::UnknownOutcome, "the connection broke while the answer was read".into())
        })? {
            if bytes.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(fail(ErrorKind::UnreadableAnswer, "the answer is too large".into()));
            }
            bytes.extend_from_slice(&chunk);
        }
        if (200..300).contains(&status) {
            let value: serde_json::Value = serde_json::from_slice(&bytes)
                .map_err(|_| fail(ErrorKind::UnreadableAnswer, "the answer is not JSON".into()))?;
            let request_id = value
                .get("RequestId")
                .and_then(|id| id.as_str().map(str::to_owned))
                .or(header_request_id)
                .unwrap_or_default();
            let body = serde_json::from_value(value).map_err(|error| {
                fail(ErrorKind::UnreadableAnswer, format!("the answer is not as documented: {error}"))
            })?;
            return Ok(Reply { body, request_id, sandbox_time });
        }
        let vendor: VendorError = serde_json::from_slice(&bytes).unwrap_or_else(|_| VendorError {
            code: String::new(),
            message: format!("HTTP status {status} without the vendor's error body"),
            request_id: None,
        });
        let kind = ErrorKind::of(status, &vendor.code);
        if kind == ErrorKind::ClockWrong
            && date.is_some_and(|ahead_ms| self.clock.correct(ahead_ms))
            && let Some(observer) = &self.observer
        {
            observer.clock_corrected(self.clock.ahead_ms());
        }
        if let Some(credentials) = credentials.filter(|_| kind == ErrorKind::BadCredentials) {
            self.provider.refused(credentials);
        }
        Err(CloudError {
            kind,
            service,
            action,
            status: Some(status),
            code: Some(vendor.code).filter(|code| !code.is_empty()),
            message: vendor.message,
            request_id: vendor.request_id.or(header_request_id),
            retry_after,
        })
    }
}

/// Why no connection could be made, as a code: the words of the libraries are for the log.
fn why_unreachable(error: &reqwest::Error) -> &'static str {
    let mut causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes
        .find_map(|cause| {
            let words = cause.to_string().to_lowercase();
            let is_io = |kind| cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == kind);
            [
                (words.contains("certificate"), "CertificateNotTrusted"),
                (words.contains("dns error") || words.contains("lookup"), "HostNotFound"),
                (words.contains("tunnel") || words.contains("proxy"), "ProxyRefused"),
                (words.contains("invalidcontenttype") || words.contains("corrupt message"), "NoTls"),
                (is_io(std::io::ErrorKind::ConnectionRefused), "ConnectionRefused"),
            ]
            .into_iter()
            .find_map(|(is_it, code)| is_it.then_some(code))
        })
        .unwrap_or("NoConnection")
}

fn header_map(headers: &sign::Headers) -> HeaderMap {
    headers
        .iter()
        .filter_map(|(name, value)| {
            Some((HeaderName::try_from(name.as_str()).ok()?, HeaderValue::try_from(value.as_str()).ok()?))
        })
        .collect()
}

/// 128 random bits in hex.
pub(crate) fn nonce() -> String {
    hex::encode(random())
}

/// Whether it can be a part of a host's name and no more.
fn is_region(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 40
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Full jitter: anything from nothing to the limit.
pub(crate) fn jitter(limit: Duration) -> Duration {
    let fraction = f64::from(u32::from_le_bytes(*random().first_chunk().expect("16 bytes hold 4")))
        / f64::from(u32::MAX);
    limit.mul_f64(fraction)
}

fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has a random source");
    bytes
}
