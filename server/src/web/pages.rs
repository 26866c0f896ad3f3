//! Pages, rendered by the app; the forms that post to them without WASM; and the files of `public/` at the root.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use keyturn_app::model::error::{ApiError, ErrorCode};
use keyturn_app::model::session::SignedIn;
use keyturn_app::paths;
use keyturn_app::plain::{self, Fields, Outcome, PlainPage};
use keyturn_app::served::Served;
use keyturn_app::shell::{Language, Notice, PersonMark, Scriptless, Theme, TimeZone, shell};
use leptos::prelude::provide_context;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::request::{RequestId, refusal};
use super::security::page_policy;
use super::served::refused_as;
use super::{MAX_BODY_BYTES, Web, assets};
use crate::audit::What;
use crate::gateway::Asker;
use crate::identity::{Person, Role};

/// What a form came to, for the page that it leads to. Gone once that page was shown.
const RESULT_COOKIE: &str = "__Host-result";
/// The parameter that asks for a page that works by itself.
const PLAIN: &str = "plain";

pub(crate) async fn page(State(web): State<Web>, request: Request) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => {
            if let Some(file) = assets::public(request.uri().path(), request.headers()) {
                return file;
            }
            let Some(asker) = known_asker(&request) else { return refusal(ErrorCode::NotFound) };
            // Who may nothing yet is told so, and whom to ask.
            if asker.person.grants.anywhere().is_none() {
                return Redirect::to("/account").into_response();
            }
            // What could only be refused in the end is not begun.
            if let Some(region) = paths::wizard_region(request.uri().path())
                && web.session().region(&region).is_some()
                && asker.person.grants.in_region(&region) < Some(Role::Operator)
            {
                let what = What { region: Some(region), ..What::default() };
                refused_as(&web, &asker.who(), "create_secret", what, "forbidden").await;
                return refused_page(web, request, ErrorCode::Forbidden).await;
            }
            let backend = web.gateway.for_request(asker);
            let plain = match parameter(request.uri(), PLAIN).is_some() {
                true => {
                    let user = parameter(request.uri(), "user");
                    plain::wizard(&*backend, request.uri().path(), user).await
                }
                false => None,
            };
            render(web, request, plain, None).await
        }
        Method::POST => submit(web, request).await,
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// Who asks; nobody below what is open, where lie addresses that are nothing.
fn known_asker(request: &Request) -> Option<Asker> {
    request.extensions().get::<Asker>().cloned()
}

/// A form of a page that runs no script, or not yet: 303 to where the result is seen, or the page again.
async fn submit(web: Web, request: Request) -> Response {
    let Some(asker) = known_asker(&request) else { return refusal(ErrorCode::NotFound) };
    let again = without_body(&request);
    let (request, fields) = match posted(&web, request).await {
        Ok(posted) => posted,
        Err(ErrorCode::ClientOutdated) => {
            return refused_page(web, again, ErrorCode::ClientOutdated).await;
        }
        Err(code) => return refusal(code),
    };
    let backend = web.gateway.for_request(asker.clone());
    let is_over_details = parameter(request.uri(), "over").as_deref() == Some("details");
    match plain::post(&*backend, request.uri().path(), is_over_details, fields).await {
        None => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        Some(Outcome::Done { location, result }) => with_result(&web, &asker.person, &location, &result),
        Some(Outcome::Again(page)) => {
            let status = page.error.as_ref().map_or(200, |error| error.code.status());
            let mut response = render(web, request, Some(*page), None).await;
            if let (StatusCode::OK, Ok(status)) = (response.status(), StatusCode::from_u16(status)) {
                *response.status_mut() = status;
            }
            response
        }
    }
}

/// The page that says why another one is refused.
pub(super) async fn refused_page(web: Web, request: Request, code: ErrorCode) -> Response {
    let error = ApiError { request_id: RequestId::of(&request), ..ApiError::new(code) };
    render(web, request, None::<PlainPage>, Some(Served::Refused(error))).await
}

/// The same request, to answer it by another page.
pub(super) fn without_body(request: &Request) -> Request {
    let mut again = Request::new(axum::body::Body::empty());
    *again.uri_mut() = request.uri().clone();
    *again.headers_mut() = request.headers().clone();
    *again.extensions_mut() = request.extensions().clone();
    again
}

/// In every form: whose page it is on.
const PAGE_OF: &str = "page-of";
/// Digits of the marks that versions before 0012 made; they were not keyed.
const OLD_MARK_DIGITS: usize = 16;

/// Returns the request without its body, the fields of the form, and the value of `page-of`.
///
/// # Errors
/// `ClientOutdated` if the form comes from another person's page, who was signed in here before, or does not say whose
/// page it comes from: every page of a signed-in person writes `page-of` into its forms, injected HTML cannot know it.
pub(super) async fn form_bytes(
    web: &Web,
    request: Request,
) -> Result<(Request, Vec<u8>, Option<String>), ErrorCode> {
    let (parts, body) = request.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind.and_then(|kind| kind.split(';').next()) != Some("application/x-www-form-urlencoded") {
        return Err(ErrorCode::WrongType);
    }
    let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| ErrorCode::TooLarge)?;
    let pairs = || body.split(|byte| *byte == b'&');
    let whose = |pair: &[u8]| Some(pair.strip_prefix(PAGE_OF.as_bytes())?.strip_prefix(b"=")?.to_vec());
    let page_of = pairs().find_map(whose).map(|mark| String::from_utf8_lossy(&mark).into_owned());
    // A form that signs somebody in can come from a page that was loaded before the session began; it proves who sends it.
    let is_sign_in = matches!(
        parts.uri.path(),
        "/sign-in" | "/sign-in/code" | "/sign-in/passkey" | "/sign-in/passkey-options"
    );
    if let Some(asker) = parts.extensions.get::<Asker>()
        && !(is_sign_in && page_of.is_none())
        && page_of.as_ref().map_or(asker.person.session.is_some(), |mark| *mark != asker.person.page_mark)
    {
        // A page of before the upgrade that brought these marks is out of date, and nobody else's.
        if page_of.as_ref().is_none_or(|mark| mark.len() != OLD_MARK_DIGITS) {
            refused_other(web, asker, parts.uri.path()).await;
        }
        return Err(ErrorCode::ClientOutdated);
    }
    let own: Vec<&[u8]> = pairs().filter(|pair| whose(pair).is_none()).collect();
    Ok((Request::from_parts(parts, axum::body::Body::empty()), own.join(&b'&'), page_of))
}

/// Writes down that a page of somebody else has sent something.
pub(super) async fn refused_other(web: &Web, asker: &Asker, path: &str) {
    refused_as(web, &asker.who(), "other_person", What::about(path), "client_outdated").await;
}

/// The fields of a form, and the request without its body.
pub(super) async fn posted(web: &Web, request: Request) -> Result<(Request, Fields), ErrorCode> {
    let (request, body, page_of) = form_bytes(web, request).await?;
    let fields = Fields::new(form_urlencoded::parse(&body).into_owned());
    if fields.has_duplicates() {
        return Err(ErrorCode::Malformed);
    }
    let fields = match (page_of, request.extensions().get::<Asker>()) {
        // Nobody is in: it is kept for whose it is.
        (Some(person), None) => fields.with(PAGE_OF, person),
        _ => fields,
    };
    Ok((request, fields))
}

/// Redirects to a page that shows this person the result of a form. The result is signed: another port of the same host can set
/// the cookie too.
pub(super) fn with_result(web: &Web, person: &Person, location: &str, result: &str) -> Response {
    let mark = web.page_marks.of_result(&person.id, result);
    let result = utf8_percent_encode(result, NON_ALPHANUMERIC);
    let cookie =
        format!("{RESULT_COOKIE}={mark}.{result}; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], Redirect::to(location)).into_response()
}

/// `served` is shown in place of the app's own page.
pub(super) async fn render(
    web: Web,
    request: Request,
    plain: Option<PlainPage>,
    served: Option<Served>,
) -> Response {
    let asker = known_asker(&request);
    let (theme, zone) = (theme(request.headers()), zone(request.headers()));
    let (language, mut session) = (Language::current(), web.session().clone());
    session.person = asker.as_ref().filter(|asker| asker.person.session.is_some()).map(|asker| SignedIn {
        name: asker.person.name.clone(),
        is_administrator: asker.person.is_administrator(),
        has_approvals: web.approvals.are_used(),
    });
    let notice = cookie(request.headers(), RESULT_COOKIE);
    let has_notice = notice.is_some();
    let notice = notice.zip(asker.as_ref()).and_then(|(cookie, asker)| {
        let (mark, text) = cookie.split_once('.')?;
        let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
        (web.page_marks.of_result(&asker.person.id, &text) == mark).then_some(Notice(text))
    });
    let wizard = (plain.is_none()
        && served.is_none()
        && paths::wizard_region(request.uri().path()).is_some())
    .then(|| match parameter(request.uri(), "user") {
        Some(user) => format!("{}?{PLAIN}&user={}", request.uri().path(), paths::encoded(&user)),
        None => format!("{}?{PLAIN}", request.uri().path()),
    });
    // Where people sign in and say who may what, nobody else's page is around it.
    let embedded_by = if served.is_some() { "".into() } else { web.embedded_by.clone() };
    let context = move || {
        if let Some(asker) = &asker {
            let may_change = asker.person.grants.anywhere().is_some_and(|role| role >= Role::Operator);
            provide_context(PersonMark { mark: asker.person.page_mark.clone(), may_change });
            provide_context(web.gateway.for_request(asker.clone()));
        }
        if let Some(served) = &served {
            provide_context(served.clone());
        }
        provide_context(language);
        provide_context(session.clone());
        provide_context(assets::assets(language));
        provide_context(theme.clone());
        provide_context(zone.clone());
        provide_context(Scriptless(wizard.clone()));
        if let Some(notice) = &notice {
            provide_context(notice.clone());
        }
        if let Some(plain) = &plain {
            provide_context(plain.clone());
        }
        if let (Some(options), Some(nonce)) =
            (leptos::prelude::use_context::<leptos_axum::ResponseOptions>(), leptos::nonce::use_nonce())
            && let Ok(policy) = HeaderValue::try_from(page_policy(&nonce, &embedded_by))
        {
            options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    let mut response =
        leptos_axum::render_app_async_with_context(context, shell)(request).await.into_response();
    if has_notice {
        let gone =
            HeaderValue::from_static("__Host-result=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

/// `/`: the overview; and to the list of the region that the region select's form names.
pub(crate) async fn home(State(web): State<Web>, request: Request) -> Response {
    let chosen = parameter(request.uri(), "region");
    match chosen.and_then(|id| web.session().region(&id).map(|region| paths::secrets(&region.id))) {
        Some(list) => Redirect::to(&list).into_response(),
        None => page(State(web), request).await,
    }
}

pub(super) fn parameter(uri: &Uri, name: &str) -> Option<String> {
    parameters(uri, name).into_iter().next()
}

pub(super) fn parameters(uri: &Uri, name: &str) -> Vec<String> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.filter(|(of, _)| of == name).map(|(_, value)| value.into_owned()).collect()
}

/// The theme that the cookie names; anything else is the system's.
fn theme(headers: &HeaderMap) -> Theme {
    let chosen = cookie(headers, "__Host-theme").filter(|theme| matches!(*theme, "light" | "dark"));
    Theme(chosen.map(str::to_owned))
}

/// The time zone that the cookie names, where it could be one.
fn zone(headers: &HeaderMap) -> TimeZone {
    let is_name = |name: &&str| {
        name.len() <= 64
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+'))
    };
    TimeZone(cookie(headers, "__Host-time-zone").filter(is_name).unwrap_or_default().to_owned())
}

pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(of, _)| *of == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn s59_whatever_stands_in_a_cookie_header_it_is_read_or_it_is_not(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            value in "[!-+\\--:<-~]{0,40}",
        ) {
            let mut headers = HeaderMap::new();
            if let Ok(any) = HeaderValue::from_bytes(&bytes) {
                headers.append(header::COOKIE, any);
            }
            let found = cookie(&headers, "__Host-session").map(str::to_owned);
            prop_assert!(found.is_none() || bytes.windows(14).any(|part| part == b"__Host-session"));
            // Beside whatever else is there.
            headers.insert(header::COOKIE, HeaderValue::try_from(format!("a=b; __Host-session={value}; c")).unwrap());
            prop_assert_eq!(cookie(&headers, "__Host-session"), Some(value.trim()));
        }

        #[test]
        fn s59_whatever_stands_in_an_address_it_is_a_page_or_it_is_not(path in "(/[ -~é]{0,12}){0,5}", query in "[ -~é]{0,60}") {
            let _ = (paths::parse_dialog(&path), paths::wizard_region(&path));
            let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            let get = |name: &str| pairs.iter().find(|(of, _)| of == name).map(|(_, value)| value.clone());
            let (read, _) = keyturn_app::model::secret_query::SecretQuery::parse(get);
            // What was understood is written so that it is understood again.
            let address = paths::secrets_with("cn-hangzhou", &read);
            let written: Vec<(String, String)> = address.split_once('?').map_or_else(Vec::new, |(_, query)| {
                form_urlencoded::parse(query.as_bytes()).into_owned().collect()
            });
            let get = |name: &str| written.iter().find(|(of, _)| of == name).map(|(_, value)| value.clone());
            prop_assert_eq!(keyturn_app::model::secret_query::SecretQuery::parse(get), (read, Vec::new()));
        }
    }
}
