//! The own account: who one is, and ending sessions.

use axum::extract::{Request, State};
use keyturn_app::model::error::ErrorCode;
use keyturn_app::served::{AccountPage, Served, SessionLine, WaysIn, WaysProblem};
use serde::Deserialize;

use super::access::{over, place_of};
use super::{Answer, PAGE, Part, administrator, back_to, confirmed, factors, form, recorded, show, sign_in};
use crate::audit::What;
use crate::identity::mark;
use crate::web::Web;
use crate::web::identity::asker;
use crate::web::pages::parameter;
use crate::web::request::refusal;

pub(super) async fn page(State(web): State<Web>, request: Request) -> Answer {
    shown(web, request, None).await
}

/// With the word that what the browser made as a passkey was not taken.
pub(super) async fn refused_passkey(web: Web, request: Request) -> Answer {
    shown(web, request, Some(WaysProblem::Passkey)).await
}

/// With the word that the last factor stays where one is required.
pub(super) async fn kept(web: Web, request: Request) -> Answer {
    shown(web, request, Some(WaysProblem::Last)).await
}

async fn shown(web: Web, request: Request, problem: Option<WaysProblem>) -> Answer {
    let asker = asker(&request);
    let person = asker.person.clone();
    let is_of_all = parameter(request.uri(), "all").is_some() && person.is_administrator();
    let (all, part) = (&sign_in(&web)?.sessions, Part::of(request.uri()));
    let skipped: usize = part.after.parse().unwrap_or_default();
    let listed = match is_of_all {
        true => all.list(&part.find, i64::try_from(skipped).unwrap_or(i64::MAX), part.most()).await,
        false => all.of_person(&person.id).await,
    };
    let sessions = listed.map_err(|error| {
        tracing::error!(%error, "sessions could not be listed");
        refusal(ErrorCode::Internal)
    })?;
    let ways_in = factors::ways_in(sign_in(&web)?, &asker).await.map_err(|error| {
        tracing::error!(%error, "the ways in of an account could not be read");
        refusal(ErrorCode::Internal)
    })?;
    let line = |session: crate::identity::SessionRow| SessionLine {
        is_this: person.session.as_deref() == Some(&session.id_hash),
        id: session.id_hash,
        name: session.name,
        address: session.address,
        agent: session.agent,
        started_ms: session.created_ms,
        used_ms: session.seen_ms,
    };
    let page = AccountPage {
        name: person.name.clone(),
        id: person.id.clone(),
        groups: person.groups.clone(),
        grants: person.grants.rules().iter().map(|grant| (place_of(grant.role), over(grant))).collect(),
        next: sessions.get(PAGE).map(|_| part.after("/account?all&", &(skipped + PAGE).to_string())),
        sessions: sessions.into_iter().take(PAGE).map(line).collect(),
        is_of_all,
        find: part.find,
        is_first: skipped == 0,
        is_administrator: person.is_administrator(),
        ways_in: ways_in.map(|ways| WaysIn { problem, ..ways }).filter(|_| !is_of_all),
    };
    show(web, request, Served::Account(page)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    id: String,
    all: Option<String>,
}

/// Ends a session of one's own; an administrator anyone's.
pub(super) async fn end_session(State(web): State<Web>, request: Request) -> Answer {
    let (request, ended): (_, Ended) = form(&web, request).await?;
    let asker = asker(&request);
    let sessions = &sign_in(&web)?.sessions;
    confirmed(&web, &asker, "end_session", &What::about(&mark(&ended.id)), "/account").await?;
    let whose = sessions.person_of(&ended.id).await.unwrap_or_default();
    if whose.as_ref() != Some(&asker.person.id) {
        administrator(&web, &asker, "end_session").await?;
    }
    let what = What::about(&mark(&ended.id)).with("person", whose);
    recorded(&web, &asker, "end_session", what, sessions.end(&ended.id)).await?;
    Ok(back_to(if ended.all.is_some() { "/account?all" } else { "/account" }))
}
