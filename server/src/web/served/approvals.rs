//! What waits for a second person, and deciding it.

use std::collections::HashMap;

use axum::extract::{Request, State};
use axum::response::Response;
use keyturn_app::model::error::ErrorCode;
use keyturn_app::model::secret::Tag;
use keyturn_app::served::{ApprovalRow, ApprovalState, ApprovalsPage, Served};
use serde::Deserialize;

use super::activity::shown_value;
use super::{Answer, back_to, form, recorded, show};
use crate::approvals::{Approval, State as Of};
use crate::audit::{End, Outcome};
use crate::gateway::Asker;
use crate::identity::{Place, Role};
use crate::web::Web;
use crate::web::identity::asker;
use crate::web::request::refusal;

pub(super) async fn page(State(web): State<Web>, request: Request) -> Answer {
    shown(web, request, false).await
}

async fn shown(web: Web, request: Request, is_too_late: bool) -> Answer {
    if !web.approvals.are_used() {
        return Err(refusal(ErrorCode::NotFound));
    }
    let asker = asker(&request);
    let all = web.approvals.list().await.map_err(failed)?;
    let mut tags = HashMap::new();
    let mut rows = Vec::new();
    for approval in all {
        let role = role_over(&web, &asker, &approval, &mut tags).await;
        let is_own = approval.asked_by == asker.person.id;
        if role.is_some() || is_own {
            rows.push(row(approval, is_own, role));
        }
    }
    show(web, request, Served::Approvals(ApprovalsPage { rows, is_too_late })).await
}

fn failed(error: sqlx::Error) -> Response {
    tracing::error!(%error, "approvals could not be read");
    refusal(ErrorCode::Internal)
}

/// What the person is over what it is about. Secrets have tags, which are asked for once a page.
async fn role_over(
    web: &Web,
    asker: &Asker,
    approval: &Approval,
    known: &mut HashMap<(String, String), Vec<Tag>>,
) -> Option<Role> {
    let grants = &asker.person.grants;
    if grants.everywhere() == Some(Role::Administrator) {
        return grants.everywhere();
    }
    match (&approval.what.region, &approval.what.secret, &approval.what.about) {
        (Some(region), Some(name), _) => {
            let key = (region.clone(), name.clone());
            if !known.contains_key(&key) {
                known.insert(key.clone(), web.gateway.tags_of(region, name).await);
            }
            grants.over(Place { region, name, tags: &known[&key] })
        }
        (_, _, Some(user)) => grants.over_user(user),
        _ => None,
    }
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
        asked_name: of.asked_name,
        asked_ms: of.asked_ms,
        state: match of.state {
            Of::Waiting => ApprovalState::Waiting,
            Of::Approved => ApprovalState::Approved,
            Of::Denied => ApprovalState::Denied,
            Of::Used => ApprovalState::Used,
            Of::Expired => ApprovalState::Expired,
        },
        decided_name: of.decided_name,
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

pub(super) async fn deny(State(web): State<Web>, request: Request) -> Answer {
    decide(web, request, false).await
}

async fn decide(web: Web, request: Request, is_approved: bool) -> Answer {
    let (request, decided): (_, Decided) = form(request).await?;
    let asker = asker(&request);
    if !web.approvals.are_used() {
        return Err(refusal(ErrorCode::NotFound));
    }
    if !asker.person.is_privileged() {
        return Err(back_to("/sign-in?return_to=%2Fapprovals"));
    }
    let event = if is_approved { "approve" } else { "deny" };
    let found = web.approvals.find(&decided.id).await.map_err(failed)?;
    // What one may not see is not there.
    let Some(approval) = found else { return shown(web, request, true).await };
    let role = role_over(&web, &asker, &approval, &mut HashMap::new()).await;
    let what =
        approval.what.clone().with("of", approval.event.clone()).with("askedBy", approval.asked_by.clone());
    if approval.asked_by == asker.person.id || role < Some(Role::Operator) {
        let end = End { outcome: Outcome::Refused, code: Some("forbidden".into()), ..End::default() };
        if let Err(error) = web.audit.happened(&asker.who(), event, &what, end).await {
            tracing::error!(%error, "a refusal could not be written to the audit log");
        }
        return shown(web, request, true).await;
    }
    let who = asker.who();
    let change = web.approvals.decide(&who, &decided.id, is_approved);
    match recorded(&web, &asker, event, what, change).await? {
        true => Ok(back_to("/approvals")),
        false => shown(web, request, true).await,
    }
}
