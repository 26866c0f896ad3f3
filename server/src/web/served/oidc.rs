//! Signing in at a provider of OpenID Connect, and being signed out by it.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use keyturn_app::model::error::ErrorCode;
use keyturn_app::served::{Served, SignInPage, SignInProblem};
use serde::Deserialize;

use super::sign_in::ways;
use super::{Answer, agent, back_to, form, own_path, refused_as, show, sign_in, signed_in, with_cookie};
use crate::audit::{End, Outcome, What};
use crate::gateway::Asker;
use crate::identity::{Beginner, Callback, Failed, Oidc};
use crate::web::Web;
use crate::web::identity::session_token;
use crate::web::pages::{cookie, parameter};
use crate::web::request::refusal;

/// Ties a flow to the browser that began it.
const COOKIE: &str = "__Host-sign-in";

fn oidc(web: &Web) -> Result<&Oidc, Response> {
    sign_in(web)?.oidc.as_ref().ok_or_else(|| refusal(ErrorCode::NotFound))
}

/// To the provider. Nothing of anybody's changes by it: a flow is a note of ours, bound to this browser, for ten minutes.
pub(super) async fn begin(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Answer {
    let return_to = parameter(request.uri(), "return_to").unwrap_or_default();
    let asker = request.extensions().get::<Asker>().cloned();
    let only = asker.map(|asker| asker.person.id.clone());
    match oidc(&web)?.begin(&id, own_path(&return_to), only.as_deref()).await {
        Ok(None) => Err(refusal(ErrorCode::NotFound)),
        Ok(Some((state, address))) => {
            let mut response = Redirect::to(&address).into_response();
            set_cookie(
                &mut response,
                &format!("{COOKIE}={state}; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax"),
            );
            Ok(response)
        }
        Err(failed) => again(web, request, return_to, failed).await,
    }
}

/// Back from the provider.
pub(super) async fn callback(State(web): State<Web>, request: Request) -> Answer {
    let callback = {
        let of = |name: &str| parameter(request.uri(), name);
        Callback { state: of("state"), code: of("code"), error: of("error"), iss: of("iss") }
    };
    let state = cookie(request.headers(), COOKIE).map(str::to_owned);
    let mut who = super::sign_in::who(&request, "");
    let (agent, earlier) = (agent(request.headers()), session_token(request.headers()).map(str::to_owned));
    let vouched = match oidc(&web)?.finish(state.as_deref(), callback).await {
        Ok(vouched) => vouched,
        Err(failed) => {
            tracing::warn!(%failed, request_id = who.request_id, "a sign-in by OpenID Connect failed");
            let code = match failed {
                Failed::NoFlow => "no_sign_in",
                Failed::Refused => "refused_by_provider",
                Failed::Invalid(_) => "invalid_token",
                Failed::Unavailable => "internal",
            };
            // Without the cookie of a flow nobody tried to sign in: any page's picture can ask for this address.
            if state.is_some() {
                refused_as(&web, &who, "sign_in", What::default(), code).await;
            }
            return again(web, request, String::new(), failed).await;
        }
    };
    who.person.clone_from(&vouched.person);
    who.name.clone_from(&vouched.name);
    let beginner = Beginner {
        is_by_password_alone: false,
        person: &vouched.person,
        name: &vouched.name,
        groups: &vouched.groups,
        sid: vouched.sid.as_deref(),
        token: sign_in(&web)?.keeps_tokens.then_some(vouched.token.as_str()),
        address: &who.from,
        agent: &agent,
    };
    let started = sign_in(&web)?.sessions.start(beginner, earlier.as_deref()).await;
    let token = match started {
        // What is not written down is not done: the session's identifier reaches nobody.
        Ok(started) => signed_in(&web, &who, What::default(), &started).await.ok().map(|()| started.token),
        Err(_) => None,
    };
    match token {
        Some(token) => {
            let mut response = with_cookie(back_to(own_path(&vouched.return_to)), &token);
            set_cookie(
                &mut response,
                &format!("{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"),
            );
            Ok(response)
        }
        None => again(web, request, vouched.return_to, Failed::Unavailable).await,
    }
}

#[derive(Deserialize)]
pub(super) struct LogoutToken {
    logout_token: String,
}

/// From the provider itself, not from a browser: proven by its signature.
pub(super) async fn logged_out(State(web): State<Web>, request: Request) -> Answer {
    let (request, sent): (_, LogoutToken) = form(&web, request).await?;
    let mut who = super::sign_in::who(&request, "");
    let (person, sid) = match oidc(&web)?.logged_out(&sent.logout_token).await {
        Ok(named) => named,
        Err(failed) => {
            tracing::warn!(%failed, request_id = who.request_id, "a back-channel logout was refused");
            return Err(StatusCode::BAD_REQUEST.into_response());
        }
    };
    let ended = sign_in(&web)?.sessions.end_by_provider(person.as_deref(), sid.as_deref()).await;
    who.person = person.unwrap_or_else(|| "unknown".into());
    let end = match &ended {
        Ok(_) => End { outcome: Outcome::Done, ..End::default() },
        Err(_) => End { outcome: Outcome::Failed, code: Some("internal".into()), ..End::default() },
    };
    let what = What::default().with("byProvider", true);
    let recorded = web.audit.happened(&who, "sign_out", &what, end).await;
    match (ended, recorded) {
        (Ok(_), Ok(())) => Ok(StatusCode::OK.into_response()),
        _ => Err(refusal(ErrorCode::Internal)),
    }
}

/// The page again, with what happened.
async fn again(web: Web, request: Request, return_to: String, failed: Failed) -> Answer {
    let page = SignInPage {
        return_to,
        problem: Some(match failed {
            Failed::NoFlow => SignInProblem::Expired,
            Failed::Refused | Failed::Invalid(_) => SignInProblem::ProviderRefused,
            Failed::Unavailable => SignInProblem::ProviderDown,
        }),
        ..ways(sign_in(&web)?, None)
    };
    show(web, request, Served::SignIn(page)).await
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
