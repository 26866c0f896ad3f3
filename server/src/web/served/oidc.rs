//! Signing in at a provider of OpenID Connect, and being signed out by it.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use keyturn_app::model::error::ErrorCode;
use keyturn_app::served::{Served, SignInPage, SignInProblem};
use serde::Deserialize;

use super::sign_in::{count_beginning, resting, ways};
use super::{
    Answer, DEVICE_COOKIE, agent, back_to, form, own_path, refused_as, show, sign_in, signed_in, with_cookies,
};
use crate::audit::{End, Outcome, UNKNOWN, What, Who};
use crate::gateway::Asker;
use crate::identity::{Beginner, Beginning, Callback, Failed, LoggedOut, Oidc, Refused, mark};
use crate::web::Web;
use crate::web::identity::{address, session_token};
use crate::web::pages::{cookie, parameter, parameters};
use crate::web::request::{RequestId, refusal};
use crate::web::security::is_navigation;

/// Ties a flow to the browser that began it.
const COOKIE: &str = "__Host-sign-in";

fn oidc(web: &Web) -> Result<&Oidc, Response> {
    sign_in(web)?.oidc.as_ref().ok_or_else(|| refusal(ErrorCode::NotFound))
}

/// To the provider. Nothing of anybody's changes by it: a flow is a note of ours, bound to this browser, for ten minutes.
pub(super) async fn begin(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Answer {
    let return_to = parameter(request.uri(), "return_to").unwrap_or_default();
    let only = request.extensions().get::<Asker>().map(|asker| asker.person.id.clone());
    let sign_in = sign_in(&web)?;
    if !oidc(&web)?.providers().any(|(provider, _)| provider == id) {
        return Err(refusal(ErrorCode::NotFound));
    }
    // Any page's picture or script can request this address: only a navigation begins a sign-in.
    if !is_navigation(request.headers()) {
        return Err(refusal(ErrorCode::CrossSite));
    }
    match count_beginning(sign_in, &request, Beginning::Flow).await {
        Ok(()) => {}
        Err(Refused::TooOften { wait, .. }) => {
            let problem = SignInProblem::TooOften { minutes: wait.as_secs().div_ceil(60) };
            return Ok(resting(again(web, request, return_to, problem).await?, problem));
        }
        Err(_) => return again(web, request, return_to, SignInProblem::Unavailable).await,
    }
    let network = sign_in.networks.wide_of_text(&address(&request));
    match oidc(&web)?.begin(&id, own_path(&return_to), only.as_deref(), &network).await {
        Ok(None) => Err(refusal(ErrorCode::NotFound)),
        Ok(Some((state, address))) => {
            let mut response = Redirect::to(&address).into_response();
            set_cookie(
                &mut response,
                &format!("{COOKIE}={state}; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax"),
            );
            Ok(response)
        }
        Err(failed) => again(web, request, return_to, problem(failed)).await,
    }
}

/// The redirect address of earlier versions, which all providers shared. Says which address to register in its place.
pub(super) async fn old_callback(State(web): State<Web>, request: Request) -> Answer {
    let redirect_uris =
        oidc(&web)?.redirect_uris().map(|(_, name, address)| (name.to_owned(), address)).collect();
    tracing::warn!(
        request_id = RequestId::of(&request),
        "a provider redirected to /sign-in/callback; register /sign-in/callback/ and the provider's ID there"
    );
    let problem = Some(SignInProblem::OldRedirectAddress);
    let page = SignInPage { redirect_uris, problem, ..ways(sign_in(&web)?, None) };
    show(web, request, Served::SignIn(page)).await
}

/// Returns what the provider sent along.
///
/// # Errors
/// A parameter that is there twice: another reader of it could take the other one.
fn response_of(uri: &Uri) -> Result<Callback, Failed> {
    let of = |name: &str| match parameters(uri, name).as_mut_slice() {
        [] => Ok(None),
        [value] => Ok(Some(std::mem::take(value))),
        _ => Err(Failed::Invalid("the response has a parameter twice")),
    };
    Ok(Callback { state: of("state")?, code: of("code")?, error: of("error")?, iss: of("iss")? })
}

/// Back from the provider, at its own redirect address.
pub(super) async fn callback(State(web): State<Web>, Path(id): Path<String>, request: Request) -> Answer {
    let state = cookie(request.headers(), COOKIE).map(str::to_owned);
    let mut who = super::sign_in::who(&request, "");
    let (agent, earlier) = (agent(request.headers()), session_token(request.headers()).map(str::to_owned));
    let device = cookie(request.headers(), DEVICE_COOKIE).map(str::to_owned);
    let vouched = match response_of(request.uri()) {
        Ok(callback) => oidc(&web)?.finish(&id, state.as_deref(), callback).await,
        Err(failed) => Err(failed),
    };
    let vouched = match vouched {
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
                refused_as(&web, &who, "sign_in", What::default().with("provider", id), code).await;
            }
            return again(web, request, String::new(), problem(failed)).await;
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
    let what = What::default().with("provider", vouched.provider.clone());
    let started = match started {
        // What is not written down is not done: the session's identifier reaches nobody.
        Ok(started) => signed_in(&web, &who, what, &started).await.ok().map(|()| started),
        Err(_) => None,
    };
    match started {
        Some(mut started) => {
            // If this fails, the next sign-in uses the network's budget: nothing else depends on it.
            started.device = sign_in(&web)?.remember(device.as_deref(), &vouched.person).await.ok();
            let mut response = with_cookies(back_to(own_path(&vouched.return_to)), &started);
            set_cookie(
                &mut response,
                &format!("{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"),
            );
            Ok(response)
        }
        None => again(web, request, vouched.return_to, SignInProblem::ProviderDown).await,
    }
}

#[derive(Deserialize)]
pub(super) struct LogoutToken {
    logout_token: String,
}

/// From the provider itself, not from a browser: proven by its signature.
pub(super) async fn logged_out(State(web): State<Web>, request: Request) -> Answer {
    let (request, sent): (_, LogoutToken) = form(&web, request).await?;
    let who = super::sign_in::who(&request, "");
    let by_provider = || What::default().with("byProvider", true);
    let named = match oidc(&web)?.logged_out(&sent.logout_token).await {
        Ok(named) => named,
        Err(failed) => {
            tracing::warn!(%failed, request_id = who.request_id, "a back-channel logout was refused");
            refused_as(&web, &who, "sign_out", by_provider(), "invalid_token").await;
            return Err(StatusCode::BAD_REQUEST.into_response());
        }
    };
    let LoggedOut { provider, issuer, person, sid, .. } = &named;
    let sessions = &sign_in(&web)?.sessions;
    let ended = sessions.end_by_provider(issuer, person.as_deref(), sid.as_deref()).await;
    let what = || by_provider().with("provider", provider.clone());
    let done = || End { outcome: Outcome::Done, ..End::default() };
    // One record for each session, in the name of its person; if there is none any more, one for the person.
    let records: Vec<(Who, What, End)> = match &ended {
        Ok(ended) if !ended.is_empty() => ended
            .iter()
            .map(|(id_hash, person, name)| {
                let session = Some(mark(id_hash));
                let who = Who { person: person.clone(), name: name.clone(), session, ..who.clone() };
                (who, what(), done())
            })
            .collect(),
        ended => {
            let person = person.clone().unwrap_or_else(|| UNKNOWN.into());
            let end = match ended {
                Ok(_) => done(),
                Err(_) => End { outcome: Outcome::Failed, code: Some("internal".into()), ..End::default() },
            };
            vec![(Who { person, ..who.clone() }, what().with("sessions", 0), end)]
        }
    };
    let mut is_recorded = true;
    for (who, what, end) in records {
        is_recorded &= web.audit.happened(&who, "sign_out", &what, end).await.is_ok();
    }
    if ended.is_err() || !is_recorded {
        return Err(refusal(ErrorCode::Internal));
    }
    oidc(&web)?.use_up(&named).await.map_err(|error| {
        tracing::error!(%error, request_id = who.request_id, "a logout token could not be marked as used");
        refusal(ErrorCode::Internal)
    })?;
    Ok(StatusCode::OK.into_response())
}

fn problem(failed: Failed) -> SignInProblem {
    match failed {
        Failed::NoFlow => SignInProblem::Expired,
        Failed::Refused | Failed::Invalid(_) => SignInProblem::ProviderRefused,
        Failed::Unavailable => SignInProblem::ProviderDown,
    }
}

/// The page again, with what happened.
async fn again(web: Web, request: Request, return_to: String, problem: SignInProblem) -> Answer {
    let page = SignInPage { return_to, problem: Some(problem), ..ways(sign_in(&web)?, None) };
    show(web, request, Served::SignIn(page)).await
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
