//! The own account's ways in: password, authenticator app, recovery codes, passkeys. Each change asks for a fresh sign-in.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use keyturn_app::model::error::ErrorCode;
use keyturn_app::served::{CodePage, PasskeyLine, RecoveryCodesPage, Served, SignInProblem, WaysIn};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{Answer, Nothing, account, back_to, confirmed, form, recorded, show, sign_in};
use crate::audit::{What, is_odd};
use crate::gateway::Asker;
use crate::identity::{Ceremony, Enrolment, Passkeys, SignIn};
use crate::web::Web;
use crate::web::identity::asker;
use crate::web::request::refusal;

/// The name that a passkey has where its owner gives none.
const UNNAMED: &str = "Passkey";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstCode {
    step: String,
    code: String,
    /// Of the page that it shares with signing in.
    #[serde(default, rename = "return_to")]
    _return_to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPasskey {
    step: String,
    credential: String,
    #[serde(default, rename = "passkey-name")]
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ById {
    id: String,
}

/// What every form here begins with: its fields, and whose account of ours it is, a short while after signing in.
async fn own<T: DeserializeOwned>(
    web: &Web,
    request: Request,
    event: &str,
) -> Result<(Request, Asker, String, T), Response> {
    let (request, fields) = form(web, request).await?;
    let asker = asker(&request);
    let Some(account) = asker.person.id.strip_prefix("local:").map(str::to_owned) else {
        return Err(refusal(ErrorCode::NotFound));
    };
    confirmed(web, &asker, event, &What::about(&account), "/account").await?;
    Ok((request, asker, account, fields))
}

fn failed(error: sqlx::Error) -> Response {
    tracing::error!(%error, "the database failed at somebody's ways in");
    refusal(ErrorCode::Internal)
}

/// For the account's page; `None` for who comes from elsewhere.
pub(super) async fn ways_in(sign_in: &SignIn, asker: &Asker) -> Result<Option<WaysIn>, sqlx::Error> {
    let Some(account) = asker.person.id.strip_prefix("local:") else { return Ok(None) };
    let line = |row: crate::identity::PasskeyRow| PasskeyLine {
        id: row.id,
        name: row.name,
        created_ms: row.created_ms,
    };
    let passkeys = match &sign_in.passkeys {
        Some(passkeys) => Some(passkeys.list(account).await?.into_iter().map(line).collect()),
        None => None,
    };
    Ok(Some(WaysIn {
        has_app: sign_in.factors.has_totp(account).await?,
        codes_left: sign_in.factors.codes_left(account).await?,
        passkeys,
        problem: None,
    }))
}

/// The page on which an app is set up.
pub(super) fn enrolling(action: &'static str, step: String, enrolment: &Enrolment) -> CodePage {
    let picture = format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(&enrolment.picture));
    CodePage { action, step, enrolment: Some((enrolment.secret.clone(), picture)), ..CodePage::default() }
}

/// By a one-time link to oneself.
pub(super) async fn new_password(State(web): State<Web>, request: Request) -> Answer {
    let (_, asker, account, Nothing {}) = own(&web, request, "new_link").await?;
    let make = sign_in(&web)?.accounts.new_link(&account);
    match recorded(&web, &asker, "new_link", What::about(&account), make).await? {
        Some(token) => Ok(back_to(&format!("/invitation?token={token}"))),
        None => Err(refusal(ErrorCode::NotFound)),
    }
}

pub(super) async fn add_app(State(web): State<Web>, request: Request) -> Answer {
    let (request, _, account, Nothing {}) = own(&web, request, "add_app").await?;
    let (step, enrolment) = sign_in(&web)?.begin_enrolment(&account).await.map_err(failed)?;
    show(web, request, Served::Code(enrolling("/account/confirm-app", step, &enrolment))).await
}

pub(super) async fn confirm_app(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, account, typed): (_, _, _, FirstCode) = own(&web, request, "add_app").await?;
    let enrolment = sign_in(&web)?.own_enrolment(&account, &typed.step).await.map_err(failed)?;
    let Some(enrolment) = enrolment else { return Ok(back_to("/account")) };
    let enrol = sign_in(&web)?.enrol(&account, &typed.step, &typed.code);
    match recorded(&web, &asker, "add_app", What::about(&account), enrol).await? {
        Some(codes) => show_codes(web, request, codes).await,
        None => {
            let page = enrolling("/account/confirm-app", typed.step, &enrolment);
            let page = CodePage { problem: Some(SignInProblem::Wrong), ..page };
            show(web, request, Served::Code(page)).await
        }
    }
}

async fn show_codes(web: Web, request: Request, codes: Vec<String>) -> Answer {
    let page = RecoveryCodesPage { codes, go_on: "/account".into() };
    show(web, request, Served::RecoveryCodes(page)).await
}

pub(super) async fn remove_app(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, account, Nothing {}) = own(&web, request, "remove_app").await?;
    if sign_in(&web)?.is_last_factor(&account, true).await.map_err(failed)? {
        return account::kept(web, request).await;
    }
    let remove = sign_in(&web)?.factors.remove(&account);
    recorded(&web, &asker, "remove_app", What::about(&account), remove).await?;
    Ok(back_to("/account"))
}

pub(super) async fn new_recovery_codes(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, account, Nothing {}) = own(&web, request, "new_recovery_codes").await?;
    let factors = &sign_in(&web)?.factors;
    if !factors.has_totp(&account).await.map_err(failed)? {
        return Ok(back_to("/account"));
    }
    let what = What::about(&account);
    let codes = recorded(&web, &asker, "new_recovery_codes", what, factors.new_codes(&account)).await?;
    show_codes(web, request, codes).await
}

fn passkeys(web: &Web) -> Result<&Passkeys, Response> {
    sign_in(web)?.passkeys.as_ref().ok_or_else(|| refusal(ErrorCode::NotFound))
}

/// For the script on the page.
pub(super) fn asked_of_browser(ceremony: Ceremony) -> Response {
    Json(json!({ "step": ceremony.step, "options": ceremony.options })).into_response()
}

pub(super) async fn passkey_options(State(web): State<Web>, request: Request) -> Answer {
    let (_, _, account, Nothing {}) = own(&web, request, "add_passkey").await?;
    let begun = passkeys(&web)?.begin_new(&account).await.map_err(failed)?;
    begun.map(asked_of_browser).ok_or_else(|| refusal(ErrorCode::Invalid))
}

pub(super) async fn add_passkey(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, account, made): (_, _, _, NewPasskey) = own(&web, request, "add_passkey").await?;
    let name: String = made.name.trim().chars().filter(|c| !is_odd(*c)).take(60).collect();
    let name = if name.is_empty() { UNNAMED.to_owned() } else { name };
    let add = passkeys(&web)?.add(&account, &made.step, &made.credential, &name);
    match recorded(&web, &asker, "add_passkey", What::about(&account).with("name", name.clone()), add).await?
    {
        Ok(()) => Ok(back_to("/account")),
        Err(_) => account::refused_passkey(web, request).await,
    }
}

pub(super) async fn remove_passkey(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, account, of): (_, _, _, ById) = own(&web, request, "remove_passkey").await?;
    if sign_in(&web)?.is_last_factor(&account, false).await.map_err(failed)? {
        return account::kept(web, request).await;
    }
    let known = passkeys(&web)?.list(&account).await.map_err(failed)?;
    let Some(passkey) = known.into_iter().find(|passkey| passkey.id == of.id) else {
        return Ok(back_to("/account"));
    };
    let what = What::about(&account).with("name", passkey.name);
    recorded(&web, &asker, "remove_passkey", what, passkeys(&web)?.remove(&account, &of.id)).await?;
    Ok(back_to("/account"))
}
