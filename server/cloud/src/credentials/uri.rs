//! An address that answers temporary credentials, as a program beside Keyturn may.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::header::DATE;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::chain::{Found, Link, Surroundings, fixed};
use super::{Refreshing, Source, Temporary};
use crate::clock::Clock;
use crate::error::CloudError;

const LIMIT: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 64 << 10;

struct Uri {
    http: reqwest::Client,
    url: String,
}

/// What such an address and the metadata of an instance answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    code: String,
    access_key_id: String,
    access_key_secret: Zeroizing<String>,
    security_token: Zeroizing<String>,
    expiration: Timestamp,
}

pub(super) fn find(surroundings: &Surroundings) -> Found {
    let Some(url) = surroundings.get("CREDENTIALS_URI") else { return Ok(None) };
    let parsed = reqwest::Url::parse(url).map_err(|_| "it is no address".to_owned())?;
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && is_near(&parsed)) {
        return Err("it is https://, or http:// on this machine or its link: nothing else keeps credentials to itself".into());
    }
    let source = Uri { http: http(LIMIT)?, url: url.to_owned() };
    Ok(Some(Link::new("credentials URI", Refreshing::new(source))))
}

/// Whether what is sent there leaves neither the machine nor its own network.
fn is_near(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => {
            ip.is_loopback() || ip.is_link_local() || ip.is_private() || ip.octets() == [100, 100, 100, 200]
        }
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => host == "localhost",
    }
}

/// Never by a proxy: it would read what is answered.
pub(super) fn http(limit: Duration) -> Result<reqwest::Client, String> {
    reqwest::Client::builder()
        .connect_timeout(limit)
        .timeout(limit)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|error| format!("no HTTP client could be made: {error}"))
}

/// A small answer, and the clock of who gave it.
pub(super) struct Said {
    pub(super) text: Zeroizing<String>,
    clock: Clock,
}

pub(super) async fn said(mut answer: reqwest::Response) -> Result<Said, CloudError> {
    let clock = Clock::default();
    if let Some(date) = answer.headers().get(DATE).and_then(|date| date.to_str().ok()) {
        clock.saw(date);
    }
    let broken = |_| CloudError::without_credentials("the answer broke off".into());
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST_BYTES {
            return Err(CloudError::without_credentials("the answer is too large".into()));
        }
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| CloudError::without_credentials("the answer is no text".into()))?;
    Ok(Said { text: Zeroizing::new(text), clock })
}

/// Reads credentials. What is wrong with them is not repeated: it could be a part of them.
pub(super) fn answered(said: &Said, who: &str) -> Result<Temporary, CloudError> {
    let answer: Option<Answer> = serde_json::from_str(&said.text).ok();
    let Some(answer) = answer.filter(|answer| answer.code == "Success" && !answer.access_key_id.is_empty())
    else {
        return Err(CloudError::without_credentials(format!("{who} answered no credentials")));
    };
    let Answer { access_key_id, access_key_secret, security_token, expiration, .. } = answer;
    let credentials = fixed(&access_key_id, &access_key_secret, Some(&security_token));
    Ok(Temporary { credentials, life: said.clock.left_until(expiration) })
}

#[async_trait]
impl Source for Uri {
    async fn fetch(&self) -> Result<Temporary, CloudError> {
        let no =
            |why: String| CloudError::without_credentials(format!("ALIBABA_CLOUD_CREDENTIALS_URI {why}"));
        let answer = self.http.get(&self.url).send().await.map_err(|_| no("cannot be reached".into()))?;
        if !answer.status().is_success() {
            return Err(no(format!("answers {}", answer.status().as_u16())));
        }
        answered(&said(answer).await?, "ALIBABA_CLOUD_CREDENTIALS_URI")
    }
}
