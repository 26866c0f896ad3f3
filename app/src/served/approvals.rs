//! `/approvals`: what waits for a second person.

use leptos::prelude::*;
use leptos_meta::Title;

use super::activity::event_words;
use crate::locales::t;
use crate::model::secret::SecretName;
use crate::paths;
use crate::ui::badge::{Badge, Meaning};
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::empty::Empty;
use crate::ui::form::page_of;
use crate::ui::html::html;
use crate::ui::icon::Glyph;
use crate::ui::time::Time;

#[derive(Clone, Default)]
pub struct ApprovalsPage {
    pub rows: Vec<ApprovalRow>,
    /// Whether what was decided could not be any more.
    pub is_too_late: bool,
}

#[derive(Clone)]
pub struct ApprovalRow {
    pub id: String,
    pub event: String,
    pub region: Option<String>,
    pub secret: Option<String>,
    /// A RAM user.
    pub about: Option<String>,
    pub parameters: Vec<(String, String)>,
    pub asked_by: Named,
    pub asked_ms: i64,
    pub state: ApprovalState,
    pub decided_by: Option<Named>,
    pub expires_ms: i64,
    pub is_own: bool,
    /// Whether who looks may decide it.
    pub may_decide: bool,
}

/// A person: a name can be anybody's, the ID is theirs alone.
#[derive(Clone)]
pub struct Named {
    pub name: String,
    pub id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalState {
    Waiting,
    Approved,
    Denied,
    UnderWay,
    Used,
    Withdrawn,
    Ended,
    Expired,
}

pub(super) fn approvals(page: ApprovalsPage) -> AnyView {
    let s = t().served();
    let columns =
        [s.event, s.on, s.asked_by, s.state, s.actions].into_iter().map(Column::plain).collect::<Vec<_>>();
    let problem = page.is_too_late.then(|| {
        crate::response::set_status(409);
        super::sign_in::alert(s.too_late.to_owned())
    });
    let table = match page.rows.is_empty() {
        true => html! { <Empty title=s.no_approvals text=s.no_approvals_more/> },
        false => {
            let rows = page.rows.into_iter().map(row).collect_view();
            html! { <DataTable caption=s.approvals columns=Signal::stored(columns) is_busy=Signal::stored(false)>{rows}</DataTable> }
        }
    };
    html! {
        <Title text=t().frame.title.with([&s.approvals])/>
        <h1 tabindex="-1">{s.approvals}</h1>
        <p class="remark">{s.approvals_about}</p>
        {problem}
        {table}
    }
}

fn row(row: ApprovalRow) -> AnyView {
    let s = t().served();
    let (words, meaning, glyph) = match row.state {
        ApprovalState::Waiting => (s.state_waiting, Meaning::Warning, Glyph::Warning),
        ApprovalState::Approved => (s.state_approved, Meaning::Good, Glyph::Check),
        ApprovalState::UnderWay => (s.state_under_way, Meaning::Busy, Glyph::Turning),
        ApprovalState::Used => (s.state_used, Meaning::Good, Glyph::Check),
        ApprovalState::Denied => (s.state_denied, Meaning::Danger, Glyph::Warning),
        ApprovalState::Withdrawn => (s.state_withdrawn, Meaning::Quiet, Glyph::Clock),
        ApprovalState::Ended => (s.state_ended, Meaning::Danger, Glyph::Warning),
        ApprovalState::Expired => (s.state_expired, Meaning::Danger, Glyph::Warning),
    };
    let event = event_words(&row.event);
    let place = row.region.clone().unwrap_or_default();
    let name = row.secret.as_deref().and_then(SecretName::parse);
    let on = match (&name, &row.about) {
        (Some(name), _) => {
            let link = paths::secret(&place, name);
            html! { <a href=link>{name.as_str().to_owned()}</a> " " <span class="remark">{place.clone()}</span> }
        }
        (None, Some(user)) => {
            let link = paths::access_keys_of(user);
            html! { <a href=link>{user.clone()}</a> }
        }
        (None, None) => ().into_any(),
    };
    let subject = row.secret.clone().or(row.about.clone()).unwrap_or_default();
    let decide = |path: &'static str, text: &'static str, label: String| {
        html! {
            <form method="post" action=path>
                {page_of()}
                <input type="hidden" name="id" value=row.id.clone()/>
                <button class="button" aria-label=label>{text}</button>
            </form>
        }
    };
    let go_on = match (row.event.as_str(), &name, &row.about) {
        ("rotate_secret", Some(name), _) => Some(paths::rotate_secret(&place, name)),
        ("change_rotation", Some(name), _) => Some(paths::change_rotation(&place, name)),
        ("delete_secret", Some(name), _) => Some(paths::delete_secret(&place, name)),
        (_, _, Some(user)) => Some(paths::access_keys_of(user)),
        _ => None,
    };
    let actions = match row.state {
        ApprovalState::Waiting if row.may_decide => html! {
            <div class="actions">
                {decide("/approvals/approve", s.approve, s.approve_of.with([&event, &subject]))}
                {decide("/approvals/deny", s.deny, s.deny_of.with([&event, &subject]))}
            </div>
        },
        ApprovalState::Waiting | ApprovalState::Approved if row.is_own => {
            let is_approved = row.state == ApprovalState::Approved;
            let link = go_on.filter(|_| is_approved);
            html! {
                <div class="actions">
                    {link.map(|link| html! { <a class="button" data-kind="primary" href=link>{s.do_it}</a> })}
                    {decide("/approvals/withdraw", s.withdraw, s.withdraw_of.with([&event, &subject]))}
                </div>
            }
        }
        _ => ().into_any(),
    };
    let until = matches!(row.state, ApprovalState::Waiting | ApprovalState::Approved).then(|| {
        html! { <div class="remark">{s.expires} " " <Time at_ms=Signal::stored(row.expires_ms)/></div> }
    });
    let parameters = row
        .parameters
        .iter()
        .map(|(name, value)| match (name.as_str(), value.as_str()) {
            ("immediate", "true") if row.event == "change_rotation" => {
                html! { <div class="remark">{s.rotates_at_once}</div> }
            }
            ("immediate", "true") => html! { <div class="remark">{s.immediately}</div> },
            // It binds the approval to this very secret, and tells a person nothing.
            ("secretCreated", _) => ().into_any(),
            ("rotationSeconds", seconds) => {
                let period = seconds.parse().map(|seconds| t().common.period(seconds));
                let period = period.unwrap_or_else(|_| seconds.to_owned());
                html! { <div class="remark">{t().create().period} ": " {period}</div> }
            }
            _ => html! { <div><code>{format!("{name}: {value}")}</code></div> },
        })
        .collect_view();
    let decided = row.decided_by.map(|by| html! { <div class="remark">{s.decided_by} " " {named(by)}</div> });
    html! {
        <tr role="row">
            {cell(s.event, Rank::Always, html! { <div>{event} {parameters}</div> })}
            {cell(s.on, Rank::Always, html! { <div>{on}</div> })}
            {cell(s.asked_by, Rank::Always, html! { <div>{named(row.asked_by)} <div class="remark"><Time at_ms=Signal::stored(row.asked_ms)/></div></div> })}
            {cell(s.state, Rank::Always, html! { <div><Badge text=words.to_owned() meaning glyph/> {until} {decided}</div> })}
            {cell(s.actions, Rank::Always, actions)}
        </tr>
    }
}

/// Name and ID, each by itself: whatever the name holds, the ID stands on its own line.
fn named(by: Named) -> AnyView {
    html! { <bdi>{by.name}</bdi> <div><code>{by.id}</code></div> }
}
