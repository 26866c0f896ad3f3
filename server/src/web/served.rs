//! The pages that the server alone renders (`keyturn_app::served`), and the forms on them.

mod access;
mod account;
mod accounts;
mod activity;
mod approvals;
mod factors;
mod oidc;
mod setup;
mod sign_in;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use keyturn_app::model::error::ErrorCode;
use keyturn_app::plain::PlainPage;
use keyturn_app::served::{KeptForm, Served};
use serde::de::DeserializeOwned;

use super::identity::COOKIE;
use super::pages::{form_bytes, parameter, posted, refused_page, render, without_body};
use super::request::{refusal, refusal_of, refused};
use super::{Web, assets, language};
use crate::audit::{End, Outcome, What, Who};
use crate::gateway::Asker;
use crate::identity::{DEVICE_TTL, Identity, Invalid, Refused, SignIn, Started, mark};

/// Where a provider ends sessions: no browser of ours sends it, a signature proves it (`security.md` 13).
pub(super) const BACK_CHANNEL_LOGOUT: &str = "/sign-in/backchannel-logout";

/// Their routes.
pub(super) fn routes(web: &Web) -> Router<Web> {
    Router::new()
        .route("/sign-in", get(sign_in::page).post(sign_in::submit))
        .route("/sign-in/code", post(sign_in::code))
        .route("/sign-in/passkey-options", post(sign_in::passkey_options))
        .route("/sign-in/passkey", post(sign_in::passkey))
        .route("/sign-in/with/{provider}", get(oidc::begin))
        .route("/sign-in/callback", get(oidc::old_callback))
        .route("/sign-in/callback/{provider}", get(oidc::callback))
        .route(BACK_CHANNEL_LOGOUT, post(oidc::logged_out))
        .route("/signed-in", get(sign_in::done))
        .route("/sign-out", post(sign_in::out))
        .route("/invitation", get(sign_in::invitation).post(sign_in::accept))
        .route("/language", post(language::choose))
        .route("/account", get(account::page))
        .route("/account/end-session", post(account::end_session))
        .route("/account/new-password", post(factors::new_password))
        .route("/account/add-app", post(factors::add_app))
        .route("/account/confirm-app", post(factors::confirm_app))
        .route("/account/remove-app", post(factors::remove_app))
        .route("/account/new-recovery-codes", post(factors::new_recovery_codes))
        .route("/account/passkey-options", post(factors::passkey_options))
        .route("/account/add-passkey", post(factors::add_passkey))
        .route("/account/remove-passkey", post(factors::remove_passkey))
        .route("/activity", get(activity::page))
        .route("/activity.csv", get(activity::csv))
        .route("/activity.jsonl", get(activity::json_lines))
        .route("/approvals", get(approvals::page))
        .route("/approvals/approve", post(approvals::approve))
        .route("/approvals/deny", post(approvals::deny))
        .route("/approvals/withdraw", post(approvals::withdraw))
        .route("/setup", get(setup::page).post(setup::check_changes))
        .route("/setup/create-service-role", post(setup::create_service_role))
        .route("/_gallery", get(gallery))
        .route("/access", get(access::page))
        .route("/access/accounts/{name}", get(accounts::page))
        .route("/access/create-account", post(accounts::create))
        .route("/access/new-link", post(accounts::new_link))
        .route("/access/set-groups", post(accounts::set_groups))
        .route("/access/end-sessions", post(accounts::end_sessions))
        .route("/access/remove-factors", post(accounts::remove_factors))
        .route("/access/disable-account", post(accounts::disable))
        .route("/access/enable-account", post(accounts::enable))
        .route("/access/delete-account", post(accounts::delete))
        .route("/access/create-grant", post(access::create_grant))
        .route("/access/delete-grant", post(access::delete_grant))
        .layer(middleware::from_fn_with_state(web.clone(), refused_as_page))
}

/// A form whose session has ended: what was typed stays in the page, to be sent again after signing in.
pub(super) async fn kept_form(web: Web, request: Request) -> Response {
    let action = request.uri().path_and_query().map_or_else(|| "/".into(), ToString::to_string);
    match posted(&web, request).await {
        Ok((request, fields)) => {
            let had_values = fields.has_values();
            let form = KeptForm { action, had_values, fields: fields.without_values() };
            render(web, request, None::<PlainPage>, Some(Served::Kept(form))).await
        }
        Err(code) => refusal(code),
    }
}

/// Who opens a page reads why it is refused; a program reads JSON.
async fn refused_as_page(State(web): State<Web>, request: Request, next: Next) -> Response {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if !accept.is_some_and(|accept| accept.contains("text/html")) {
        return next.run(request).await;
    }
    let again = without_body(&request);
    let response = next.run(request).await;
    match refused(&response) {
        Some(code) => refused_page(web, again, code).await,
        None => response,
    }
}

/// Every component in its states; not in a release build.
async fn gallery(State(web): State<Web>, request: Request) -> Answer {
    match assets::is_release() {
        true => Err(refusal(ErrorCode::NotFound)),
        false => show(web, request, Served::Gallery).await,
    }
}

/// What a handler comes to: a refusal ends it early.
type Answer = Result<Response, Response>;

/// Rows on a page of a list.
const PAGE: usize = 100;

/// Which part of a list is asked for: `find` and `after` in the address.
struct Part {
    find: String,
    /// What the page before ended with; empty for the first.
    after: String,
}

impl Part {
    fn of(uri: &axum::http::Uri) -> Self {
        let of = |name| parameter(uri, name).unwrap_or_default().trim().to_owned();
        Self { find: of("find"), after: of("after") }
    }

    /// One more than a page, to see whether there is another.
    fn most(&self) -> i64 {
        PAGE as i64 + 1
    }

    /// The address of the page after this.
    fn after(&self, list: &str, last: &str) -> String {
        let [find, last] = [&self.find, last].map(keyturn_app::paths::encoded);
        format!("{list}find={find}&after={last}")
    }
}

/// A served page, with the frame and the headers of every page.
async fn show(web: Web, request: Request, served: Served) -> Answer {
    Ok(render(web, request, None::<PlainPage>, Some(served)).await)
}

/// Sign-in as it is set up; 404 where there is none.
fn sign_in(web: &Web) -> Result<&SignIn, Response> {
    match &*web.identity {
        Identity::SignIn(sign_in) => Ok(sign_in),
        Identity::None => Err(refusal(ErrorCode::NotFound)),
    }
}

/// The fields of a form, and the request without its body.
pub(super) async fn form<T: DeserializeOwned>(web: &Web, request: Request) -> Result<(Request, T), Response> {
    let (request, body, _) = form_bytes(web, request).await.map_err(refusal)?;
    let mut whole = Request::new(axum::body::Body::from(body));
    *whole.method_mut() = request.method().clone();
    *whole.headers_mut() = request.headers().clone();
    let read = <Form<T> as axum::extract::FromRequest<()>>::from_request(whole, &()).await;
    let Form(fields) = read.map_err(|_| refusal(ErrorCode::Malformed))?;
    Ok((request, fields))
}

/// The fields of a form that has none of its own.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Refuses whom is no administrator, and writes that down.
async fn administrator(web: &Web, asker: &Asker, event: &str) -> Result<(), Response> {
    if asker.person.is_administrator() {
        return Ok(());
    }
    refused_as(web, &asker.who(), event, What::default(), "forbidden").await;
    Err(refusal(ErrorCode::Forbidden))
}

/// Whether somebody has signed in, or confirmed it, a short while ago; else it is written down that they must.
async fn is_privileged(web: &Web, asker: &Asker, event: &str, what: &What) -> bool {
    let is_privileged = asker.person.is_privileged();
    if !is_privileged {
        refused_as(web, &asker.who(), event, what.clone(), "confirm_identity").await;
    }
    is_privileged
}

/// For what needs that and has no field that could be lost: a sign-in comes first, and leads back to `page`.
async fn confirmed(web: &Web, asker: &Asker, event: &str, what: &What, page: &str) -> Result<(), Response> {
    match is_privileged(web, asker, event, what).await {
        true => Ok(()),
        false => Err(back_to(&format!("/sign-in?return_to={}", keyturn_app::paths::encoded(page)))),
    }
}

/// Writes a refusal down.
pub(super) async fn refused_as(web: &Web, who: &Who, event: &str, what: What, code: &str) {
    if let Err(error) = web.audit.refused(who, event, &what, code).await {
        tracing::error!(%error, "a refusal could not be written to the audit log");
    }
}

/// Writes down that a session has begun, and which older ones ended for it.
async fn signed_in(web: &Web, who: &Who, what: What, started: &Started) -> anyhow::Result<()> {
    let done = || End { outcome: Outcome::Done, ..End::default() };
    let who = &Who { session: Some(started.mark()), ..who.clone() };
    web.audit.happened(who, "sign_in", &what, done()).await?;
    for ended in &started.pushed_out {
        let what = What::about(&mark(ended)).with("tooMany", true);
        web.audit.happened(who, "end_session", &what, done()).await?;
    }
    Ok(())
}

/// What a change of accounts, sessions or rules comes to: recorded as every change is.
async fn recorded<T: Told>(
    web: &Web,
    asker: &Asker,
    event: &str,
    what: What,
    change: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, Response> {
    if asker.is_embedded && !is_privileged(web, asker, event, &what).await {
        return Err(refusal(ErrorCode::ConfirmIdentity));
    }
    limited(web, asker, event, &what).await?;
    recorded_of(web, &asker.who(), event, what, change).await
}

/// Refuses who changes, or takes away, more than hands can.
async fn limited(web: &Web, asker: &Asker, event: &str, what: &What) -> Result<(), Response> {
    web.gateway.limited(asker, event, what).await.map_err(|error| refusal_of(&error))
}

/// The same of somebody who has no session, or not yet.
async fn recorded_of<T: Told>(
    web: &Web,
    who: &Who,
    event: &str,
    what: What,
    change: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, Response> {
    let down = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, request_id = %who.request_id, "a change in the console failed");
        refusal(ErrorCode::AuditDown)
    };
    let intent = web.audit.intended(who, event, &what).await.map_err(|error| down(&error))?;
    let answer = change.await;
    let end = match &answer {
        Ok(told) => match told.why_not() {
            None => End { outcome: Outcome::Done, ..End::default() },
            Some(code) => End { outcome: Outcome::Failed, code: Some(code.into()), ..End::default() },
        },
        Err(_) => End { outcome: Outcome::Failed, code: Some("internal".into()), ..End::default() },
    };
    web.audit.ended(intent, who, event, &what, end).await.map_err(|error| down(&error))?;
    answer.map_err(|error| down(&error))
}

/// What a change comes to, for the log: done, or why not.
trait Told {
    fn why_not(&self) -> Option<&'static str>;
}

impl Told for () {
    fn why_not(&self) -> Option<&'static str> {
        None
    }
}

/// Whether there was something to be changed.
impl Told for bool {
    fn why_not(&self) -> Option<&'static str> {
        (!self).then_some("not_found")
    }
}

impl Told for Vec<String> {
    fn why_not(&self) -> Option<&'static str> {
        None
    }
}

impl Told for Option<Vec<String>> {
    fn why_not(&self) -> Option<&'static str> {
        self.is_none().then_some("wrong_code")
    }
}

impl Told for Option<String> {
    fn why_not(&self) -> Option<&'static str> {
        self.is_none().then_some("not_found")
    }
}

impl<T> Told for Option<Result<T, Invalid>> {
    fn why_not(&self) -> Option<&'static str> {
        match self {
            Some(answer) => answer.why_not(),
            None => Some("internal"),
        }
    }
}

impl<T> Told for Result<T, Refused> {
    fn why_not(&self) -> Option<&'static str> {
        self.as_ref().err().map(|refused| refused.code())
    }
}

impl<T> Told for Result<T, Invalid> {
    fn why_not(&self) -> Option<&'static str> {
        Some(match self.as_ref().err()? {
            Invalid::Name | Invalid::Password | Invalid::Guessable => "invalid",
            Invalid::Taken => "taken",
            Invalid::Link | Invalid::Gone => "not_found",
        })
    }
}

/// After a form: to the page that shows the result.
fn back_to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Tells a browser in which an account has signed in before from all others. Opens nothing.
const DEVICE_COOKIE: &str = "__Host-device";

/// Sets the cookie of the session, and that by which the browser is known.
fn with_cookies(mut response: Response, started: &Started) -> Response {
    let mut set = |cookie: String| {
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    };
    set(format!("{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax", started.token));
    if let Some(device) = &started.device {
        let seconds = DEVICE_TTL.as_secs();
        set(format!("{DEVICE_COOKIE}={device}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax"));
    }
    response
}

fn without_cookie(mut response: Response) -> Response {
    let gone = HeaderValue::from_static("__Host-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
    response.headers_mut().append(header::SET_COOKIE, gone);
    response
}

/// A path of the console to go on to: never another origin, nor what a browser could take for one.
pub(super) fn own_path(text: &str) -> &str {
    let is_own = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(|c: char| c == '\\' || c.is_control());
    if is_own { text } else { "/" }
}

fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

/// Comma lists as people type them.
fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::own_path;

    #[test]
    fn s46_one_returns_to_a_path_of_the_console_only() {
        for (text, path) in [
            ("/cn-hangzhou/secrets?q=a", "/cn-hangzhou/secrets?q=a"),
            ("", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("/a\r\nSet-Cookie: a=b", "/"),
            ("/\t/evil.example", "/"),
        ] {
            assert_eq!(own_path(text), path, "{text}");
        }
    }

    proptest! {
        /// As a browser resolves it, which forgives much.
        #[test]
        fn s59_no_text_leads_to_another_origin(text in r"[/\\]{0,3}[a-z@:.?#%/\\ \t\r\n]{0,40}") {
            let here = webauthn_rs::prelude::Url::parse("https://console.example/sign-in").unwrap();
            let there = here.join(own_path(&text)).unwrap();
            prop_assert_eq!(there.origin(), here.origin());
        }
    }
}
