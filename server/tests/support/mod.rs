//! The real console over the real sandbox, on free ports.

use std::sync::atomic::{AtomicUsize, Ordering};

use keyturn::config::{Config, Raw};

/// A running console; it ends with the test.
pub(crate) struct Running {
    pub(crate) url: String,
    /// Empty where another cloud answers.
    pub(crate) sandbox_url: String,
    pub(crate) http: reqwest::Client,
}

/// With these settings (the vendor's own variables among them), and a configuration file; what it runs with, and the first
/// administrator's link.
pub(crate) async fn start_with(
    settings: &[(&'static str, &str)],
    file: Option<&str>,
) -> (Running, Config, Option<String>) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("keyturn-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let data_dir = std::env::temp_dir().join(name);
    let given = [
        ("listen", Some("127.0.0.1:0".to_owned())),
        ("sandbox_listen", Some("127.0.0.1:0".to_owned())),
        ("data_dir", Some(data_dir.display().to_string())),
    ];
    let (environment, more): (Vec<_>, Vec<_>) =
        settings.iter().partition(|(name, _)| name.starts_with("ALIBABA_CLOUD_"));
    let environment = environment.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let more = more.into_iter().map(|(name, value)| (name, Some(value.to_owned())));
    let raw = Raw::gather(given.into_iter().chain(more), environment, file).expect("known keys");
    let config = Config::resolve(&raw, &keyturn::known_regions(), data_dir).expect("a valid configuration");
    let console = keyturn::build(&config).await.expect("free ports");
    let first_link = console.first_link.clone();
    let port = console.listener.local_addr().expect("a bound listener").port();
    let sandbox = console.sandbox.as_ref().map(|(listeners, _)| listeners.http.local_addr().expect("bound"));
    tokio::spawn(console.serve(std::future::pending()));
    let running = Running {
        url: format!("http://127.0.0.1:{port}"),
        sandbox_url: sandbox.map_or_else(String::new, |address| format!("http://{address}")),
        http: reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // Before Keyturn leaves them: what is sent on one that is being closed is lost.
            .pool_idle_timeout(std::time::Duration::from_secs(5))
            .build()
            .expect("a client"),
    };
    (running, config, first_link)
}

impl Running {
    /// A server function as the page calls it.
    pub(crate) fn call(&self, function: &str, body: &serde_json::Value) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}/api/{function}", self.url))
            .header("sec-fetch-site", "same-origin")
            .json(body)
    }
}
