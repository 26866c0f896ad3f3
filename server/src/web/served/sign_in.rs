//! Signing in and out, and choosing a password behind a one-time link.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use keyturn_app::model::error::ErrorCode;
use keyturn_app::served::{InvitationPage, PasswordProblem, Served, SignInPage, SignInProblem};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Answer, agent, back_to, form, own_path, show, sign_in, with_cookie, without_cookie};
use crate::audit::{End, Outcome, What, Who};
use crate::gateway::Asker;
use crate::identity::{From, Invalid, MIN_PASSWORD, Oidc, Person, Refused, SignIn};
use crate::web::Web;
use crate::web::identity::{address, session_token};
use crate::web::pages::parameter;
use crate::web::request::{RequestId, refusal};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    name: String,
    password: Zeroizing<String>,
    #[serde(default)]
    return_to: String,
    /// Whether somebody who is signed in confirms that it is them.
    confirm: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    token: Zeroizing<String>,
    /// For password managers alone.
    #[serde(default, rename = "name")]
    _name: String,
    password: Zeroizing<String>,
    again: Zeroizing<String>,
}

pub(super) async fn page(State(web): State<Web>, request: Request) -> Answer {
    let person = request.extensions().get::<Asker>().map(|asker| asker.person.clone());
    let page = SignInPage {
        return_to: parameter(request.uri(), "return_to").unwrap_or_default(),
        is_confirmation: person.is_some(),
        name: person.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        ..ways(sign_in(&web)?, person.as_deref())
    };
    show(web, request, Served::SignIn(page)).await
}

pub(super) async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (request, typed): (_, Credentials) = form(request).await?;
    let confirms = request.extensions().get::<Asker>().filter(|_| typed.confirm.is_some());
    let confirming = confirms.map(|asker| asker.person.clone());
    let only = confirming.as_ref().map(|person| person.id.clone());
    // What was typed may be anything, a password too: only a name that is one is kept.
    let name = typed.name.trim().to_lowercase();
    let account = sign_in(&web)?.accounts.enabled(&name).await.ok().flatten();
    let mut who = self::who(&request, account.map_or("", |_| name.as_str()));
    let agent = agent(request.headers());
    let earlier = session_token(request.headers()).map(str::to_owned);
    let place = From { address: &who.from, agent: &agent, earlier: earlier.as_deref() };
    if !sign_in(&web)?.has_local {
        return Err(refusal(ErrorCode::NotFound));
    }
    let answer = sign_in(&web)?.local(&typed.name, typed.password, place, only.as_deref()).await;
    let end = match &answer {
        Ok((_, person)) => {
            who.person.clone_from(person);
            End { outcome: Outcome::Done, ..End::default() }
        }
        Err(refused) => {
            let code = match refused {
                Refused::Wrong => "wrong_password",
                Refused::TooOften(_) => "throttled",
                Refused::Unavailable => "internal",
            };
            End { outcome: Outcome::Refused, code: Some(code.into()), ..End::default() }
        }
    };
    let is_recorded = web.audit.happened(&who, "sign_in", &What::default(), end).await.is_ok();
    let problem = match answer {
        Ok((token, _)) if is_recorded => return Ok(with_cookie(back_to(own_path(&typed.return_to)), &token)),
        Err(Refused::Wrong) => SignInProblem::Wrong,
        Err(Refused::TooOften(wait)) => SignInProblem::TooOften { minutes: wait.as_secs().div_ceil(60) },
        // What is not recorded is not done: the session's identifier reaches nobody.
        Err(Refused::Unavailable) | Ok(_) => SignInProblem::Unavailable,
    };
    let page = SignInPage {
        return_to: typed.return_to,
        name: typed.name,
        is_confirmation: only.is_some(),
        problem: Some(problem),
        ..ways(sign_in(&web)?, confirming.as_deref())
    };
    let mut response = show(web, request, Served::SignIn(page)).await?;
    if let SignInProblem::TooOften { minutes } = problem {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(minutes * 60));
    }
    Ok(response)
}

/// What the tab shows that was opened to sign in for a page in another one.
pub(super) async fn done(State(web): State<Web>, request: Request) -> Answer {
    match request.extensions().get::<Asker>() {
        Some(_) => show(web, request, Served::SignedIn).await,
        None => Ok(back_to("/sign-in")),
    }
}

pub(super) async fn out(State(web): State<Web>, request: Request) -> Answer {
    let asker = request.extensions().get::<Asker>().cloned().ok_or_else(|| back_to("/sign-in"))?;
    let sessions = &sign_in(&web)?.sessions;
    sessions.end(asker.person.session.as_deref().unwrap_or_default()).await.map_err(|error| {
        tracing::error!(%error, "a session could not be ended");
        refusal(ErrorCode::Internal)
    })?;
    let end = End { outcome: Outcome::Done, ..End::default() };
    if let Err(error) = web.audit.happened(&asker.who(), "sign_out", &What::default(), end).await {
        // The session has ended: that is not taken back.
        tracing::error!(%error, "a sign-out could not be written to the audit log");
    }
    let mut response = without_cookie(back_to("/sign-in"));
    let all = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), all);
    Ok(response)
}

pub(super) async fn invitation(State(web): State<Web>, request: Request) -> Answer {
    let token = parameter(request.uri(), "token").unwrap_or_default();
    open_link(web, request, token, None).await
}

pub(super) async fn accept(State(web): State<Web>, request: Request) -> Answer {
    let (request, typed): (_, NewPassword) = form(request).await?;
    let token = typed.token.to_string();
    if *typed.password != *typed.again {
        return open_link(web, request, token, Some(PasswordProblem::NotTheSame)).await;
    }
    let accepted = sign_in(&web)?.accounts.accept(&token, typed.password).await;
    let problem = match accepted {
        Ok(Ok(name)) => {
            let mut who = self::who(&request, &name);
            who.person = format!("local:{name}");
            // Whoever knew the old password is out.
            let ended = sign_in(&web)?.sessions.end_all_of(&who.person).await;
            let end = End { outcome: Outcome::Done, ..End::default() };
            let recorded = web.audit.happened(&who, "choose_password", &What::default(), end).await;
            if ended.is_err() || recorded.is_err() {
                tracing::error!("the database failed after a password was chosen");
            }
            return Ok(back_to("/sign-in"));
        }
        Ok(Err(Invalid::Password)) => Some(PasswordProblem::TooShort { least: MIN_PASSWORD }),
        Ok(Err(Invalid::Link | Invalid::Name | Invalid::Taken)) => None,
        Err(_) => Some(PasswordProblem::Unavailable),
    };
    open_link(web, request, token, problem).await
}

async fn open_link(web: Web, request: Request, token: String, problem: Option<PasswordProblem>) -> Answer {
    let name = sign_in(&web)?.accounts.invited(&token).await.map_err(|error| {
        tracing::error!(%error, "the database failed at a one-time link");
        refusal(ErrorCode::Internal)
    })?;
    show(web, request, Served::Invitation(InvitationPage { token, name, problem })).await
}

/// How one can sign in; who confirms does it the way they came.
pub(super) fn ways(sign_in: &SignIn, confirming: Option<&Person>) -> SignInPage {
    let all = sign_in.oidc.iter().flat_map(Oidc::providers);
    let own = confirming.and_then(|person| sign_in.oidc.as_ref()?.of_person(&person.id));
    let is_local = confirming.is_none_or(|person| person.id.starts_with("local:"));
    let providers = all.filter(|(id, _)| confirming.is_none() || own == Some(*id));
    SignInPage {
        has_local: sign_in.has_local && is_local,
        providers: providers.map(|(id, name)| (id.to_owned(), name.to_owned())).collect(),
        ..SignInPage::default()
    }
}

/// Somebody who typed this name.
pub(super) fn who(request: &Request, name: &str) -> Who {
    Who {
        person: "unknown".into(),
        name: name.to_owned(),
        session: None,
        from: address(request),
        request_id: RequestId::of(request),
    }
}
