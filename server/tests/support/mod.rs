//! The real console over the real sandbox, on free ports.

use keyturn::config::{Config, Raw};

/// A running console; it ends with the test.
pub(crate) struct Running {
    pub(crate) url: String,
    pub(crate) sandbox_url: String,
    pub(crate) http: reqwest::Client,
}

pub(crate) async fn start() -> Running {
    let data_dir = std::env::temp_dir().join(format!("keyturn-test-{}", std::process::id()));
    let given = [
        ("listen", Some("127.0.0.1:0".to_owned())),
        ("sandbox_listen", Some("127.0.0.1:0".to_owned())),
        ("data_dir", Some(data_dir.display().to_string())),
    ];
    let raw = Raw::gather(given, [], None).expect("known keys");
    let config = Config::resolve(&raw, &keyturn::known_regions(), data_dir).expect("a valid configuration");
    let console = keyturn::build(&config).await.expect("free ports");
    let port = console.listener.local_addr().expect("a bound listener").port();
    let sandbox = console.sandbox.as_ref().expect("a sandbox").0.http.local_addr().expect("a bound listener");
    tokio::spawn(console.serve(std::future::pending()));
    Running {
        url: format!("http://127.0.0.1:{port}"),
        sandbox_url: format!("http://{sandbox}"),
        http: reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client"),
    }
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
