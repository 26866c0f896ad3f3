//! People at a console with sign-in, as tests need them.

use keyturn::config::Config;
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{self, Running};

pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const REGION: &str = "cn-hangzhou";
pub(crate) const SECRET: &str = "acs/ram/user/payroll-exporter";

/// The people of the tests: each is in the group of the same name.
pub(crate) const GRANTS: &str = r#"
[[grant]]
role = "viewer"
group = "viewers"
[[grant]]
role = "operator"
group = "operators"
[[grant]]
role = "operator"
group = "others"
names = ["acs/ram/user/other-*", "acs/ram/user/search-indexer"]
"#;

/// A console with sign-in.
pub(crate) struct Console {
    pub(crate) running: Running,
    pub(crate) config: Config,
    pub(crate) first_link: String,
}

impl std::ops::Deref for Console {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

/// Somebody who has signed in.
pub(crate) struct Browser<'a> {
    pub(crate) console: &'a Console,
    pub(crate) cookie: String,
    /// The value of `page-of` in the forms of this person's pages.
    pub(crate) mark: String,
}

impl Browser<'_> {
    pub(crate) fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.console.http.get(format!("{}{path}", self.console.url)).header("cookie", &self.cookie)
    }

    /// A form of a page of this person.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let fields: Vec<_> = fields.iter().copied().chain([("page-of", self.mark.as_str())]).collect();
        form(self.console, path, &fields).header("cookie", &self.cookie)
    }

    pub(crate) async fn call(&self, function: &str, body: &Value) -> (u16, Value) {
        let answer = self.console.call(function, body).header("cookie", &self.cookie).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }
}

pub(crate) fn form(console: &Console, path: &str, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    console
        .http
        .post(format!("{}{path}", console.url))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
}

/// With these settings beside sign-in, and this configuration file.
pub(crate) async fn start_with(settings: &[(&'static str, &str)], file: &str) -> Console {
    let settings: Vec<_> = [("auth", "local")].into_iter().chain(settings.iter().copied()).collect();
    let (running, config, first_link) = support::start_with(&settings, Some(file)).await;
    Console { running, config, first_link: first_link.unwrap() }
}

pub(crate) fn token(link: &str) -> String {
    link.split_once("token=").unwrap().1.chars().take(64).collect()
}

pub(crate) async fn choose_password(console: &Console, token: &str) {
    let fields = [("token", token), ("password", PASSWORD), ("again", PASSWORD)];
    let answer = form(console, "/invitation", &fields).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
}

pub(crate) async fn sign_in<'a>(console: &'a Console, name: &str) -> Browser<'a> {
    let answer = form(console, "/sign-in", &[("name", name), ("password", PASSWORD)]).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let mark = mark_of(console, &cookie).await;
    Browser { console, cookie, mark }
}

/// Whom a page of this session says that it is for.
pub(crate) async fn mark_of(console: &Console, cookie: &str) -> String {
    let page =
        console.http.get(format!("{}/account", console.url)).header("cookie", cookie).send().await.unwrap();
    let page = page.text().await.unwrap();
    page.split_once("data-person=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

/// The first administrator.
pub(crate) async fn administrator(console: &Console) -> Browser<'_> {
    choose_password(console, &token(&console.first_link)).await;
    sign_in(console, "admin").await
}

/// An account in a group, made by the administrator as it is made in the console.
pub(crate) async fn member<'a>(admin: &Browser<'a>, name: &str, group: &str) -> Browser<'a> {
    let answer =
        admin.post("/access/create-account", &[("name", name), ("groups", group)]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    choose_password(admin.console, &token(&answer.text().await.unwrap())).await;
    sign_in(admin.console, name).await
}
