//! Calls that may get no answer.

use std::sync::atomic::{AtomicU64, Ordering};

use keyturn_cloud::Credentials;
use keyturn_cloud::sign::{Unsigned, canonical_query, sign};
use serde_json::Value;

#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    address: String,
}

impl Client {
    pub(crate) fn new(address: &str) -> Self {
        // Already installed is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { http: reqwest::Client::new(), address: address.to_owned() }
    }

    /// Nothing where no whole answer came; panics where the call was refused.
    pub(crate) async fn call(
        &self,
        version: &str,
        action: &str,
        parameters: &[(&str, String)],
    ) -> Option<Value> {
        static NONCE: AtomicU64 = AtomicU64::new(0);
        let query: Vec<(String, String)> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let unsigned = Unsigned {
            method: "POST",
            host: &self.address,
            action,
            version,
            query: &query,
            ..Default::default()
        };
        let credentials = Credentials::access_key(
            keyturn_sandbox::ADMIN_ACCESS_KEY_ID,
            keyturn_sandbox::ADMIN_ACCESS_KEY_SECRET,
        );
        let date = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let nonce = format!("{}-{}", std::process::id(), NONCE.fetch_add(1, Ordering::Relaxed));
        let mut request = self.http.post(format!("http://{}/?{}", self.address, canonical_query(&query)));
        for (name, value) in sign(&unsigned, Some(&credentials), &date, &nonce) {
            request = request.header(name, value);
        }
        let answer = request.send().await.ok()?;
        let status = answer.status();
        let body: Value = answer.json().await.ok()?;
        assert!(status.is_success(), "{action}: {body}");
        Some(body)
    }

    pub(crate) async fn control(&self, path: &str, body: Option<Value>) -> Option<Value> {
        let url = format!("http://{}/_sandbox/{path}", self.address);
        let request = match body {
            Some(body) => self.http.post(url).json(&body),
            None => self.http.get(url),
        };
        request.send().await.ok()?.json().await.ok()
    }
}
