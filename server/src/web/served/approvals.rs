//! What waits for a second person, and deciding it.

use std::collections::HashMap;

use axum::extract::{Request, State};
use axum::response::Response;
use futures::{StreamExt, stream};
use keyturn_app::model::error::ErrorCode;
use keyturn_app::served::{ApprovalRow, ApprovalState, ApprovalsPage, Named, Served};
use serde::Deserialize;

use super::activity::shown_value;
use super::{Answer, back_to, confirmed, form, recorded, refused_as, show};
use crate::approvals::{Approval, State as Of};
use crate::audit::What;
use crate::identity::Role;
use crate::web::Web;
use crate::web::identity::asker;
use crate::web::request::refusal;

/// So many calls at a time.
const AT_ONCE: usize = 8;

pub(super) async fn page(State(web): State<Web>, request: Request) -> Answer {
    shown(web, request, false).await
}

async fn shown(web: Web, request: Request, is_too_late: bool) -> Answer {
    if !web.approvals.are_used() {
        return Err(refusal(ErrorCode::NotFound));
    }
    let asker = asker(&request);
    let all = web.approvals.list().await.map_err(failed)?;
    // Each thing once, however often it was asked about, and a few at a time: each may be a call.
    let about: HashMap<Place, What> =
        all.iter().map(|approval| (place_of(&approval.what), approval.what.clone())).collect();
    let (gateway, asker) = (&web.gateway, &asker);
    let roles: HashMap<Place, Option<Role>> = stream::iter(about)
        .map(|(place, what)| async move { (place, gateway.role_over(asker, &what).await) })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let shown = |approval: Approval| {
        let role = roles[&place_of(&approval.what)];
        let is_own = approval.asked_by == asker.person.id;
        (role.is_some() || is_own).then(|| row(approval, is_own, role))
    };
    let rows = all.into_iter().filter_map(shown).collect();
    show(web, request, Served::Approvals(ApprovalsPage { rows, is_too_late })).await
}

fn failed(error: sqlx::Error) -> Response {
    tracing::error!(%error, "approvals could not be read");
    refusal(ErrorCode::Internal)
}

/// Region, secret, and what else it is about, whatever is to be done with it.
type Place = [Option<String>; 3];

fn place_of(what: &What) -> Place {
    [&what.region, &what.secret, &what.about].map(Clone::clone)
}

fn row(of: Approval, is_own: bool, role: Option<Role>) -> ApprovalRow {
    ApprovalRow {
        id: of.id,
        event: of.event,
        region: of.what.region,
        secret: of.what.secret,
        about: of.what.about,
        parameters: of
            .what
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), shown_value(value)))
            .collect(),
        asked_by: Named { name: of.asked_name, id: of.asked_by },
        asked_ms: of.asked_ms,
        state: match of.state {
            Of::Waiting => ApprovalState::Waiting,
            Of::Approved => ApprovalState::Approved,
            Of::Denied => ApprovalState::Denied,
            Of::UnderWay => ApprovalState::UnderWay,
            Of::Used => ApprovalState::Used,
            Of::Withdrawn => ApprovalState::Withdrawn,
            Of::Ended => ApprovalState::Ended,
            Of::Expired => ApprovalState::Expired,
        },
        decided_by: of.decided_by.map(|id| Named { name: of.decided_name.unwrap_or_default(), id }),
        expires_ms: of.expires_ms,
        is_own,
        may_decide: !is_own && role >= Some(Role::Operator),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    id: String,
}

pub(super) async fn approve(State(web): State<Web>, request: Request) -> Answer {
    decide(web, request, true).await
}

/// What one has asked for oneself is not wanted any more.
pub(super) async fn withdraw(State(web): State<Web>, request: Request) -> Answer {
    let (request, decided): (_, Decided) = form(&web, request).await?;
    let asker = asker(&request);
    if !web.approvals.are_used() {
        return Err(refusal(ErrorCode::NotFound));
    }
    let found = web.approvals.find(&decided.id).await.map_err(failed)?;
    let Some(approval) = found.filter(|of| of.asked_by == asker.person.id) else {
        return shown(web, request, true).await;
    };
    let who = asker.who();
    let what = approval.what.with("of", approval.event);
    let change = web.approvals.withdraw(&who, &decided.id);
    match recorded(&web, &asker, "withdraw", what, change).await? {
        true => Ok(back_to("/approvals")),
        false => shown(web, request, true).await,
    }
}

pub(super) async fn deny(State(web): State<Web>, request: Request) -> Answer {
    decide(web, request, false).await
}

async fn decide(web: Web, request: Request, is_approved: bool) -> Answer {
    let (request, decided): (_, Decided) = form(&web, request).await?;
    let asker = asker(&request);
    if !web.approvals.are_used() {
        return Err(refusal(ErrorCode::NotFound));
    }
    let event = if is_approved { "approve" } else { "deny" };
    confirmed(&web, &asker, event, &What::about(&decided.id), "/approvals").await?;
    let found = web.approvals.find(&decided.id).await.map_err(failed)?;
    // What one may not see is not there.
    let Some(approval) = found else { return shown(web, request, true).await };
    let role = web.gateway.role_over(&asker, &approval.what).await;
    let what =
        approval.what.clone().with("of", approval.event.clone()).with("askedBy", approval.asked_by.clone());
    if approval.asked_by == asker.person.id || role < Some(Role::Operator) {
        // Whoever may not see it does not read in their own activity what it is.
        let what = if role.is_none() { What::about(&decided.id) } else { what };
        refused_as(&web, &asker.who(), event, what, "forbidden").await;
        return shown(web, request, true).await;
    }
    let who = asker.who();
    let change = web.approvals.decide(&who, &asker.person.groups, &decided.id, is_approved);
    match recorded(&web, &asker, event, what, change).await? {
        true => Ok(back_to("/approvals")),
        false => shown(web, request, true).await,
    }
}
