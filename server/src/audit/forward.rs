//! Forwards the audit log to a syslog server and to a webhook, each record at least once and in order.
//!
//! The log is its own outbox: the database keeps how far each destination has come, so that a restart, a lost connection or
//! another replica goes on from there. Nothing that people do waits for it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sqlx::Row;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use zeroize::Zeroizing;

use super::query::Kept;
use super::{Outcome, Record};
use crate::config::LOOPBACK;
use crate::storage::{Database, now_ms};

/// So many records in one message of the webhook, and between two notes of how far it is.
const AT_ONCE: i64 = 100;
/// How long a delivery may take.
const LIMIT: Duration = Duration::from_secs(10);
/// How often it is looked whether there is more.
const EVERY: Duration = Duration::from_secs(1);
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How long a replica that is gone keeps others from going on.
const LEASE: Duration = Duration::from_secs(60);
/// Facility 13, log audit, with the severities of RFC 5424.
const NOTICE: u8 = 13 * 8 + 5;
const WARNING: u8 = 13 * 8 + 4;

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    Syslog(Syslog),
    Webhook(Webhook),
}

/// A server that takes RFC 5424.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syslog {
    transport: Transport,
    /// Host and port.
    authority: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    /// RFC 5426: one datagram a record; what is lost on the way is lost.
    Udp,
    /// RFC 6587, counted octets.
    Tcp,
    /// RFC 5425; the certificate is verified.
    Tls,
}

/// Signed as `standardwebhooks.com` has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    url: String,
    secret: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Webhook({})", self.url)
    }
}

impl Syslog {
    /// `udp://`, `tcp://` or `tls://`, a host and a port.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let transport = match scheme {
            "udp" => Transport::Udp,
            "tcp" => Transport::Tcp,
            "tls" => Transport::Tls,
            _ => return None,
        };
        let (host, port) = authority.rsplit_once(':')?;
        let is_plain = !host.is_empty() && !host.contains(['/', '@', '?', '#', ' ']);
        (is_plain && port.parse::<u16>().is_ok()).then(|| Self { transport, authority: authority.to_owned() })
    }
}

impl Webhook {
    /// `https://` and an address; `http://` on loopback only. The secret signs, at least 24 bytes, in base64 behind `whsec_`.
    pub(crate) fn new(url: &str, secret: &str) -> Option<Self> {
        let parsed = reqwest::Url::parse(url).ok()?;
        let is_loopback = LOOPBACK.contains(&parsed.host_str()?);
        let is_safe = parsed.scheme() == "https" || (parsed.scheme() == "http" && is_loopback);
        let secret = BASE64_STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
        (is_safe && parsed.username().is_empty() && secret.len() >= 24)
            .then(|| Self { url: url.to_owned(), secret: Zeroizing::new(secret) })
    }

    /// Of `id`, time and body, so that none can be put in place of another.
    fn signature(&self, id: &str, seconds: i64, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("any length is a key");
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl Destination {
    fn name(&self) -> &'static str {
        match self {
            Self::Syslog(_) => "syslog",
            Self::Webhook(_) => "webhook",
        }
    }
}

/// A connection that is kept as long as it holds.
type Stream = Box<dyn Both>;

trait Both: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Both for T {}

/// One destination's courier.
pub(crate) struct Forward {
    database: Database,
    destination: Destination,
    http: reqwest::Client,
    stream: Option<Stream>,
    /// The last that was written to it: the protocol has no answer that says it arrived.
    unproven: Vec<String>,
    holder: String,
    host: String,
    /// Told how many records wait, for `/metrics`.
    waiting: Arc<dyn Fn(&'static str, i64) + Send + Sync>,
}

/// What a round came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    /// All that there is was forwarded before.
    Idle,
    /// Another replica is at it.
    Held,
    Sent,
}

impl Forward {
    /// `public_url` names the console in syslog's lines.
    pub(crate) fn new(
        database: Database,
        destination: Destination,
        public_url: &str,
        waiting: Arc<dyn Fn(&'static str, i64) + Send + Sync>,
    ) -> anyhow::Result<Self> {
        // Already installed is as good.
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("the HTTP client could not be made")?;
        let authority = public_url.split_once("://").map_or(public_url, |(_, authority)| authority);
        Ok(Self {
            database,
            destination,
            http,
            stream: None,
            unproven: Vec::new(),
            holder: ulid::Ulid::new().to_string(),
            host: authority.chars().filter(char::is_ascii_graphic).take(255).collect(),
            waiting,
        })
    }

    /// Goes on for ever.
    pub(crate) async fn run(mut self) {
        let name = self.destination.name();
        let mut failures = 0_u32;
        loop {
            match self.round().await {
                Ok(round) => {
                    if failures > 0 {
                        tracing::info!(destination = name, "the audit log is forwarded again");
                        failures = 0;
                    }
                    if round != Round::Sent {
                        tokio::time::sleep(EVERY).await;
                    }
                }
                Err(error) => {
                    self.stream = None;
                    // Once: a server that is away for a day fills no log.
                    if failures == 0 {
                        tracing::warn!(
                            destination = name,
                            error = format!("{error:#}"),
                            "the audit log cannot be forwarded; nothing is lost, it is tried again"
                        );
                    }
                    let pause = EVERY * 2_u32.pow(failures.min(10));
                    failures = failures.saturating_add(1);
                    tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
                }
            }
        }
    }

    async fn round(&mut self) -> anyhow::Result<Round> {
        let Some(seq) = self.lease().await? else { return Ok(Round::Held) };
        let rows = sqlx::query("SELECT record, hash FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(seq)
            .bind(AT_ONCE)
            .fetch_all(self.database.pool())
            .await?;
        let records = rows.iter().map(Kept::read).collect::<Result<Vec<_>, _>>()?;
        let Some(last) = records.last().map(|kept| kept.seq) else {
            (self.waiting)(self.destination.name(), 0);
            return Ok(Round::Idle);
        };
        (self.waiting)(self.destination.name(), self.newest().await? - seq);
        tokio::time::timeout(LIMIT, self.deliver(&records)).await.context("no answer in time")??;
        sqlx::query("UPDATE audit_forwarded SET seq = $1 WHERE destination = $2 AND holder = $3")
            .bind(last)
            .bind(self.destination.name())
            .bind(&self.holder)
            .execute(self.database.pool())
            .await?;
        Ok(Round::Sent)
    }

    /// How far it is, where no other replica is at it.
    async fn lease(&self) -> Result<Option<i64>, sqlx::Error> {
        let until = now_ms() + i64::try_from(LEASE.as_millis()).unwrap_or_default();
        let row = sqlx::query(
            "INSERT INTO audit_forwarded (destination, seq, holder, held_until_ms) VALUES ($1, 0, $2, $3) \
             ON CONFLICT (destination) DO UPDATE SET holder = $2, held_until_ms = $3 \
             WHERE audit_forwarded.holder = $2 OR audit_forwarded.held_until_ms < $4 RETURNING seq",
        )
        .bind(self.destination.name())
        .bind(&self.holder)
        .bind(until)
        .bind(now_ms())
        .fetch_optional(self.database.pool())
        .await?;
        row.map(|row| row.try_get(0)).transpose()
    }

    async fn newest(&self) -> Result<i64, sqlx::Error> {
        let row =
            sqlx::query("SELECT seq FROM audit_head WHERE id = 1").fetch_one(self.database.pool()).await?;
        row.try_get(0)
    }

    async fn deliver(&mut self, records: &[Kept]) -> anyhow::Result<()> {
        match self.destination.clone() {
            Destination::Webhook(webhook) => self.post(&webhook, records).await,
            Destination::Syslog(syslog) => {
                let lines =
                    records.iter().map(|kept| line(&self.host, kept)).collect::<Result<Vec<_>, _>>()?;
                self.log(&syslog, &lines).await
            }
        }
    }

    /// The ID is that of the first record: what is sent again can be told from what is new.
    async fn post(&self, webhook: &Webhook, records: &[Kept]) -> anyhow::Result<()> {
        let seq = |kept: Option<&Kept>| kept.map_or(0, |kept| kept.seq);
        let id = format!("audit-{}-{}", seq(records.first()), seq(records.last()));
        let body = serde_json::json!({ "type": "keyturn.audit", "records": records }).to_string();
        let seconds = now_ms() / 1_000;
        let signature = webhook.signature(&id, seconds, &body);
        let answer = self
            .http
            .post(&webhook.url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await
            // The address may hold a token.
            .map_err(reqwest::Error::without_url)?;
        match answer.status().is_success() {
            true => Ok(()),
            false => bail!("it answered {}", answer.status()),
        }
    }

    async fn log(&mut self, syslog: &Syslog, lines: &[String]) -> anyhow::Result<()> {
        if syslog.transport == Transport::Udp {
            let socket = UdpSocket::bind(("::", 0)).await.or(UdpSocket::bind("0.0.0.0:0").await)?;
            for line in lines {
                socket.send_to(line.as_bytes(), &syslog.authority).await?;
            }
            return Ok(());
        }
        if let Some(stream) = &mut self.stream
            && has_ended(stream).await
        {
            self.stream = None;
        }
        let (stream, again) = match &mut self.stream {
            Some(stream) => (stream, &[][..]),
            // What was written last to a connection that has ended may never have arrived.
            none => (none.insert(connected(syslog).await?), &self.unproven[..]),
        };
        let framed: String = again.iter().chain(lines).map(|line| format!("{} {line}", line.len())).collect();
        stream.write_all(framed.as_bytes()).await?;
        stream.flush().await?;
        self.unproven = lines.to_vec();
        Ok(())
    }
}

/// Whether the other side has closed it. It says nothing else.
async fn has_ended(stream: &mut Stream) -> bool {
    let mut byte = [0];
    tokio::time::timeout(Duration::ZERO, stream.read(&mut byte))
        .await
        .is_ok_and(|read| read.is_err() || read.is_ok_and(|length| length == 0))
}

async fn connected(syslog: &Syslog) -> anyhow::Result<Stream> {
    let stream = TcpStream::connect(&syslog.authority).await?;
    if syslog.transport == Transport::Tcp {
        return Ok(Box::new(stream));
    }
    use rustls_platform_verifier::ConfigVerifierExt;
    let config = tokio_rustls::rustls::ClientConfig::with_platform_verifier()?;
    let host = syslog.authority.rsplit_once(':').map_or(syslog.authority.as_str(), |(host, _)| host);
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())?;
    Ok(Box::new(TlsConnector::from(Arc::new(config)).connect(name, stream).await?))
}

/// One line of RFC 5424, its message the record as it is exported.
fn line(host: &str, kept: &Kept) -> Result<String, serde_json::Error> {
    let Record { at, event, outcome, .. } = &**kept;
    let priority = if *outcome == Outcome::Refused { WARNING } else { NOTICE };
    let (process, message) = (std::process::id(), serde_json::to_string(kept)?);
    Ok(format!("<{priority}>1 {at} {host} keyturn {process} {event} - {message}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicI64, AtomicU16, Ordering};

    use axum::Router;
    use axum::extract::State;
    use axum::http::{HeaderMap, StatusCode};
    use axum::routing::post;
    use serde_json::Value;
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::super::{Audit, End, What, Who};
    use super::*;
    use crate::networks::ClientNetworks;
    use crate::storage::tests::databases;

    fn courier(database: &Database, destination: Destination) -> Forward {
        Forward::new(database.clone(), destination, "https://keyturn.example", Arc::new(|_, _| {})).unwrap()
    }

    async fn happen(audit: &Audit, event: &str, outcome: Outcome) {
        let who = Who { person: "local:eva".into(), name: "a\nb".into(), ..Who::default() };
        audit.happened(&who, event, &What::default(), End { outcome, ..End::default() }).await.unwrap();
    }

    /// A webhook that answers what it is told, and keeps what it was sent.
    #[derive(Default)]
    struct Hook {
        status: AtomicU16,
        taken: Mutex<Vec<(HeaderMap, String)>>,
    }

    async fn hook() -> (Arc<Hook>, String) {
        async fn take(State(hook): State<Arc<Hook>>, headers: HeaderMap, body: String) -> StatusCode {
            let status = StatusCode::from_u16(hook.status.load(Ordering::SeqCst)).unwrap_or(StatusCode::OK);
            if status.is_success() {
                hook.taken.lock().unwrap().push((headers, body));
            }
            status
        }
        let hook = Arc::new(Hook::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?token=canary", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", post(take)).with_state(hook.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (hook, url)
    }

    fn sequence(hook: &Hook) -> Vec<i64> {
        let taken = hook.taken.lock().unwrap();
        let bodies = taken.iter().map(|(_, body)| serde_json::from_str::<Value>(body).unwrap());
        bodies
            .flat_map(|body| body["records"].as_array().unwrap().clone())
            .map(|record| record["seq"].as_i64().unwrap())
            .collect()
    }

    #[tokio::test]
    async fn nothing_is_lost_while_the_webhook_is_away_and_each_post_is_signed() {
        let secret = format!("whsec_{}", BASE64_STANDARD.encode([7_u8; 24]));
        for database in databases().await {
            let audit = Audit::new(database.clone(), ClientNetworks::default());
            let (hook, url) = hook().await;
            let webhook = Webhook::new(&url, &secret).unwrap();
            let mut courier = courier(&database, Destination::Webhook(webhook.clone()));
            assert_eq!(courier.round().await.unwrap(), Round::Idle);
            happen(&audit, "sign_in", Outcome::Done).await;
            hook.status.store(503, Ordering::SeqCst);
            let refused = format!("{:#}", courier.round().await.unwrap_err());
            assert!(refused.contains("503") && !refused.contains("canary"), "{refused}");
            for _ in 0..149 {
                happen(&audit, "sign_out", Outcome::Done).await;
            }
            hook.status.store(302, Ordering::SeqCst);
            assert!(courier.round().await.is_err(), "a redirect is not followed, and is no success");
            hook.status.store(200, Ordering::SeqCst);
            assert_eq!(courier.round().await.unwrap(), Round::Sent);
            // The process ends, another goes on where it was.
            drop(courier);
            let mut next = super::tests::courier(&database, Destination::Webhook(webhook.clone()));
            assert_eq!(next.round().await.unwrap(), Round::Held, "as long as the lease of the first runs");
            sqlx::query("UPDATE audit_forwarded SET held_until_ms = 0")
                .execute(database.pool())
                .await
                .unwrap();
            assert_eq!(next.round().await.unwrap(), Round::Sent);
            assert_eq!(next.round().await.unwrap(), Round::Idle);
            assert_eq!(sequence(&hook), (1..=150).collect::<Vec<i64>>());
            let taken = hook.taken.lock().unwrap();
            let (headers, body) = &taken[0];
            let header = |name: &str| headers[name].to_str().unwrap().to_owned();
            let expected =
                webhook.signature(&header("webhook-id"), header("webhook-timestamp").parse().unwrap(), body);
            assert_eq!(header("webhook-signature"), expected);
            assert_eq!(header("webhook-id"), "audit-1-100");
            assert!(body.contains("\"hash\":\"") && !body.contains("\\n"), "{body}");
        }
    }

    /// Reads frames of counted octets.
    fn frames(mut text: &str) -> Vec<String> {
        let mut all = Vec::new();
        while let Some((length, rest)) = text.split_once(' ') {
            let length: usize = length.parse().unwrap();
            all.push(rest[..length].to_owned());
            text = &rest[length..];
        }
        all
    }

    async fn syslog_server() -> (TcpListener, Syslog) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = Syslog::parse(&format!("tcp://{}", listener.local_addr().unwrap())).unwrap();
        (listener, target)
    }

    #[tokio::test]
    async fn syslog_gets_each_record_as_a_line_of_rfc_5424() {
        let database = databases().await.remove(0);
        let audit = Audit::new(database.clone(), ClientNetworks::default());
        let (listener, target) = syslog_server().await;
        let waiting = Arc::new(AtomicI64::new(-1));
        let mut courier = courier(&database, Destination::Syslog(target));
        let told = waiting.clone();
        courier.waiting = Arc::new(move |_, records| told.store(records, Ordering::SeqCst));
        happen(&audit, "sign_in", Outcome::Refused).await;
        happen(&audit, "rotate_secret", Outcome::Done).await;
        assert_eq!(courier.round().await.unwrap(), Round::Sent);
        assert_eq!(waiting.load(Ordering::SeqCst), 2);
        assert_eq!(courier.round().await.unwrap(), Round::Idle);
        assert_eq!(waiting.load(Ordering::SeqCst), 0);
        let (mut stream, _) = listener.accept().await.unwrap();
        drop(courier);
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let lines = frames(&text);
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("<108>1 20") && lines[1].starts_with("<109>1 20"), "{text}");
        assert!(
            lines[1].contains(" keyturn.example keyturn ")
                && lines[1].contains(" rotate_secret - {\"seq\":2,")
        );
        assert!(!text.contains('\n'), "no record forges a line");
    }

    #[tokio::test]
    async fn a_record_that_was_written_to_a_connection_that_had_ended_is_written_again() {
        let database = databases().await.remove(0);
        let audit = Audit::new(database.clone(), ClientNetworks::default());
        let (listener, target) = syslog_server().await;
        let mut courier = courier(&database, Destination::Syslog(target));
        courier.round().await.unwrap();
        happen(&audit, "first", Outcome::Done).await;
        let mut got = String::new();
        {
            courier.round().await.unwrap();
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = [0; 4_096];
            let length = stream.read(&mut bytes).await.unwrap();
            got += &String::from_utf8_lossy(&bytes[..length]);
            // It goes away here.
        }
        for event in ["second", "third"] {
            happen(&audit, event, Outcome::Done).await;
            let _ = courier.round().await;
        }
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = [0; 8_192];
        tokio::time::sleep(Duration::from_millis(50)).await;
        let length = stream.read(&mut bytes).await.unwrap();
        got += &String::from_utf8_lossy(&bytes[..length]);
        for event in ["first", "second", "third"] {
            assert!(got.contains(&format!(" {event} - ")), "{event} is lost: {got}");
        }
    }

    #[tokio::test]
    async fn s42_a_syslog_server_with_a_certificate_of_nobody_gets_nothing() {
        let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = tokio_rustls::rustls::pki_types::PrivateKeyDer::Pkcs8(
            certificate.signing_key.serialize_der().into(),
        );
        let config = tokio_rustls::rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut text = String::new();
            match tokio_rustls::TlsAcceptor::from(Arc::new(config)).accept(stream).await {
                Ok(mut stream) => stream.read_to_string(&mut text).await.map_or(0, |read| read),
                Err(_) => 0,
            }
        });
        let database = databases().await.remove(0);
        happen(&Audit::new(database.clone(), ClientNetworks::default()), "sign_in", Outcome::Done).await;
        let target = Syslog::parse(&format!("tls://localhost:{port}")).unwrap();
        let refused = courier(&database, Destination::Syslog(target)).round().await;
        assert!(refused.is_err());
        assert_eq!(server.await.unwrap(), 0);
    }

    #[test]
    fn where_to_is_read_strictly() {
        for good in ["udp://localhost:514", "tcp://[::1]:601", "tls://log.example.com:6514"] {
            assert!(Syslog::parse(good).is_some(), "{good}");
        }
        for bad in [
            "localhost:514",
            "http://a:1",
            "tcp://a",
            "tcp://:1",
            "tcp://a/b:1",
            "tcp://u@a:1",
            "tls://a:99999",
        ] {
            assert!(Syslog::parse(bad).is_none(), "{bad}");
        }
        let secret = format!("whsec_{}", BASE64_STANDARD.encode([7_u8; 24]));
        for good in ["https://siem.example/in", "http://127.0.0.1:1/", "http://localhost:1/x"] {
            assert!(Webhook::new(good, &secret).is_some(), "{good}");
        }
        for bad in ["http://siem.example/in", "ftp://a/", "https://u:p@a/", "nonsense"] {
            assert!(Webhook::new(bad, &secret).is_none(), "{bad}");
        }
        assert!(Webhook::new("https://a/", "whsec_c2hvcnQ=").is_none());
        assert!(Webhook::new("https://a/", "").is_none());
    }
}
