//! Which language a request is answered in: the person's choice, else the browser's wish, else English.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use keyturn_app::model::error::ErrorCode;
use keyturn_app::shell::{CURRENT_LANGUAGE, Language};
use serde::Deserialize;

use super::Web;
use super::pages::cookie;
use super::request::refusal;
use super::served::{form, own_path};

const COOKIE: &str = "__Host-language";

/// Everything below this layer speaks the person's language.
pub(crate) async fn spoken(request: Request, next: Next) -> Response {
    let language = of(request.headers());
    // No `Vary`: what is in a language is kept by nobody (`no-store`), and what is kept has none.
    CURRENT_LANGUAGE.scope(language, next.run(request)).await
}

fn of(headers: &HeaderMap) -> Language {
    let chosen = cookie(headers, COOKIE).and_then(Language::of_tag);
    let wished = || Language::accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
    chosen.or_else(wished).unwrap_or_default()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    language: String,
}

/// `POST /language`: keeps the choice, and goes back to the page that it was made on.
pub(crate) async fn choose(State(web): State<Web>, request: Request) -> Response {
    let (request, choice): (_, Choice) = match form(&web, request).await {
        Ok(sent) => sent,
        Err(refused) => return refused,
    };
    let headers = request.headers();
    let Some(language) = Language::of_tag(&choice.language) else { return refusal(ErrorCode::Invalid) };
    let cookie =
        format!("{COOKIE}={}; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax", language.tag());
    let back = headers.get(header::REFERER).and_then(|value| value.to_str().ok()?.parse::<Uri>().ok());
    let back = back.filter(|uri| {
        let origin = format!(
            "{}://{}",
            uri.scheme_str().unwrap_or_default(),
            uri.authority().map_or("", |of| of.as_str())
        );
        web.site.is_own_origin(&origin)
    });
    let back = back.and_then(|uri| uri.path_and_query().map(ToString::to_string)).unwrap_or_default();
    let to = own_path(&back);
    match HeaderValue::try_from(cookie) {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(headers: &[(header::HeaderName, &str)]) -> Language {
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), HeaderValue::try_from(*value).unwrap()));
        of(&headers.collect())
    }

    #[test]
    fn the_choice_goes_before_the_wish_and_the_wish_before_english() {
        let wish = |text| with(&[(header::ACCEPT_LANGUAGE, text)]);
        assert_eq!(with(&[]), Language::English);
        assert_eq!(wish("zh-TW,en;q=0.5"), Language::Chinese);
        assert_eq!(wish("fr-FR, en;q=0.3, ja;q=0.7"), Language::Japanese);
        assert_eq!(wish("fr, ja;q=0, *;q=0.1"), Language::English);
        assert_eq!(wish(";;q=,ÿ"), Language::English);
        let choice = with(&[(header::ACCEPT_LANGUAGE, "ja"), (header::COOKIE, "a=b; __Host-language=zh-CN")]);
        assert_eq!(choice, Language::Chinese);
        let wrong = with(&[(header::ACCEPT_LANGUAGE, "ja"), (header::COOKIE, "__Host-language=xx")]);
        assert_eq!(wrong, Language::Japanese);
    }
}
