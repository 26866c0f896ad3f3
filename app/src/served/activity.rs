//! `/activity`: the audit log, the newest first, by person, secret, event, outcome and day.

use leptos::prelude::*;
use leptos_meta::Title;

use super::text_input;
use crate::locales::t;
use crate::model::error::{ApiError, ErrorCode};
use crate::paths;
use crate::ui::badge::{Badge, Meaning};
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::empty::Empty;
use crate::ui::html::html;
use crate::ui::icon::Glyph;
use crate::ui::time::Time;

/// What is recorded, in the order in which it is offered as a filter; the words for it stand in the same order.
pub const EVENTS: [&str; 43] = [
    "create_secret",
    "edit_secret",
    "tag_secret",
    "set_secret_policy",
    "change_rotation",
    "rotate_secret",
    "delete_secret",
    "restore_secret",
    "change_access_key",
    "sign_in",
    "sign_out",
    "end_session",
    "choose_password",
    "create_account",
    "new_link",
    "disable_account",
    "enable_account",
    "create_grant",
    "delete_grant",
    "list_secrets",
    "get_secret",
    "get_secret_policy",
    "export_activity",
    "add_app",
    "remove_app",
    "new_recovery_codes",
    "add_passkey",
    "remove_passkey",
    "remove_factors",
    "ask_approval",
    "approve",
    "deny",
    "set_groups",
    "end_sessions",
    "delete_account",
    "create_service_role",
    "check_permissions",
    "view_access",
    "view_setup",
    "cross_site",
    "withdraw",
    "other_person",
    "check_access_keys",
];

/// What came of it, in the order of the filter.
pub const OUTCOMES: [&str; 4] = ["done", "failed", "refused", "intended"];

#[derive(Clone, Default)]
pub struct ActivityPage {
    pub rows: Vec<ActivityRow>,
    pub person: String,
    pub region: String,
    pub secret: String,
    pub event: String,
    pub outcome: String,
    /// Days in UTC such as `2026-11-25`; both included.
    pub from: String,
    pub until: String,
    /// Whether a day is none.
    pub is_invalid: bool,
    /// Addresses: the next page, and everything that matches as files.
    pub older: Option<String>,
    pub json_lines: String,
    pub csv: String,
    /// Whether somebody sees the own records alone.
    pub is_own: bool,
    /// Whether the log could not be read.
    pub is_failed: bool,
}

#[derive(Clone, Default)]
pub struct ActivityRow {
    pub at_ms: i64,
    pub event: String,
    pub outcome: String,
    pub code: Option<String>,
    pub name: String,
    pub person: String,
    pub from: String,
    pub region: Option<String>,
    pub secret: Option<String>,
    pub about: Option<String>,
    /// Names and values.
    pub parameters: Vec<(String, String)>,
    pub request_id: String,
    pub cloud_request_ids: Vec<String>,
}

pub(super) fn activity(page: ActivityPage) -> AnyView {
    let s = t().served();
    let columns =
        [s.when, s.who, s.event, s.on, s.outcome].into_iter().map(Column::plain).collect::<Vec<_>>();
    let is_empty = page.rows.is_empty();
    let fields =
        [&page.person, &page.region, &page.secret, &page.event, &page.outcome, &page.from, &page.until];
    let is_filtered = page.is_invalid || fields.iter().any(|field| !field.is_empty());
    let is_failed = page.is_failed;
    if is_failed {
        crate::response::set_status(503);
    }
    let events = options(&page.event, &EVENTS, |index| s.events[index]);
    let outcomes = options(&page.outcome, &OUTCOMES, |index| s.outcomes[index]);
    let rows = page.rows.into_iter().map(row).collect_view();
    let table = match (is_failed, is_empty) {
        (true, _) => {
            html! { <div role="alert" class="alert" data-meaning="danger"><p>{s.activity_failed}</p></div> }
        }
        (false, true) => {
            html! { <Empty title=s.no_activity text=if is_filtered { s.no_activity_more } else { s.no_activity_yet }/> }
        }
        (false, false) => html! {
            <DataTable caption=s.activity columns=Signal::stored(columns) is_busy=Signal::stored(false)>{rows}</DataTable>
        },
    };
    html! {
        <Title text=t().frame.title.with([&s.activity])/>
        <div class="page-head">
            <h1 tabindex="-1">{s.activity}</h1>
            <div class="actions">
                <a class="button" href=page.csv download>{s.export_csv}</a>
                <a class="button" href=page.json_lines download>{s.export_json}</a>
            </div>
        </div>
        <p class="remark">{s.activity_about}</p>
        {page.is_own.then(|| html! { <p>{s.only_own}</p> })}
        <form class="filters" method="get" action="/activity">
            {text_input("person", s.who, &page.person, "")}
            {text_input("secret", s.secret, &page.secret, "")}
            <div class="field">
                <label for="event">{s.event}</label>
                <select id="event" name="event"><option value="">{s.any}</option>{events}</select>
            </div>
            <div class="field">
                <label for="outcome">{s.outcome}</label>
                <select id="outcome" name="outcome"><option value="">{s.any}</option>{outcomes}</select>
            </div>
            <div class="field">
                <label for="from">{s.from}</label>
                <input id="from" name="from" type="date" value=page.from/>
            </div>
            <div class="field">
                <label for="until">{s.until}</label>
                <input id="until" name="until" type="date" value=page.until/>
            </div>
            {(!page.region.is_empty()).then(|| html! { <input type="hidden" name="region" value=page.region/> })}
            <button class="button">{t().list.apply}</button>
            <a href="/activity">{t().list.clear_all}</a>
        </form>
        {page.is_invalid.then(|| html! { <p role="alert" class="field-error">{s.invalid_filter}</p> })}
        {table}
        {page.older.map(|older| html! { <nav class="pagination" aria-label=s.pages><a class="button" href=older>{s.older}</a></nav> })}
    }
}

/// What a kind of record is called.
pub(super) fn event_words(event: &str) -> String {
    let place = EVENTS.iter().position(|of| *of == event);
    place.map_or_else(|| event.to_owned(), |index| t().served().events[index].to_owned())
}

/// Why it was refused or failed; `None` for a code that is not Keyturn's.
fn reason_words(code: &str) -> Option<String> {
    let s = t().served();
    if let Ok(code) = serde_json::from_value::<ErrorCode>(code.into()) {
        return Some(ApiError::new(code).message);
    }
    let words = match code {
        "wrong_password" => s.why_wrong_password,
        "wrong_code" => s.why_wrong_code,
        "expired" => s.why_expired,
        "needs_passkey" => s.why_needs_passkey,
        "taken" => s.why_taken,
        "too_many" => s.why_too_many,
        "no_sign_in" => s.why_no_sign_in,
        "refused_by_provider" => s.why_provider_refused,
        "invalid_token" => s.why_invalid_token,
        "NoRole" => return Some(super::no_role().0),
        _ => return None,
    };
    Some(words.to_owned())
}

fn options<const N: usize>(
    chosen: &str,
    values: &[&'static str; N],
    words: impl Fn(usize) -> &'static str,
) -> AnyView {
    values
        .iter()
        .enumerate()
        .map(
            |(index, value)| html! { <option value=*value selected=chosen == *value>{words(index)}</option> },
        )
        .collect_view()
        .into_any()
}

fn row(row: ActivityRow) -> AnyView {
    let s = t().served();
    let of = |all: &[&str], value: &str| all.iter().position(|of| *of == value);
    let event = event_words(&row.event);
    let outcome =
        of(&OUTCOMES, &row.outcome).map_or_else(|| row.outcome.clone(), |index| s.outcomes[index].to_owned());
    let (meaning, glyph) = match row.outcome.as_str() {
        "done" => (Meaning::Good, Glyph::Check),
        "intended" => (Meaning::Warning, Glyph::Warning),
        _ => (Meaning::Danger, Glyph::Warning),
    };
    let secret = row.secret.clone().map(|name| {
        let place = row.region.clone().unwrap_or_default();
        let link = crate::model::secret::SecretName::parse(&name)
            .map(|name| paths::secret(&place, &name))
            .filter(|_| !place.is_empty());
        match link {
            Some(link) => html! { <a href=link>{name}</a> " " <span class="remark">{place}</span> },
            None => html! { {name} " " <span class="remark">{place}</span> },
        }
    });
    let fact = |name: AnyView, value: String| html! { <dt>{name}</dt><dd><code>{value}</code></dd> };
    // Named as in the export.
    let parameters = row
        .parameters
        .into_iter()
        .map(|(name, value)| fact(html! { <code>{name}</code> }, value))
        .collect_view();
    let reason = row.code.map(|code| {
        let words = reason_words(&code);
        html! { <dt>{s.reason}</dt><dd>{words} " " <code>{code}</code></dd> }
    });
    // A name can be anybody's: the ID stands beside it unless it says the same.
    let is_own_name = row.person.strip_prefix("local:").unwrap_or(&row.person) == row.name;
    let id = (!is_own_name).then(|| html! { <div class="remark"><code>{row.person.clone()}</code></div> });
    let mut facts: Vec<(&str, String)> = Vec::new();
    facts.extend([(s.id, row.person), (s.address, row.from), (t().common.our_request_id, row.request_id)]);
    facts.extend(row.cloud_request_ids.into_iter().map(|id| (t().common.vendor_request_id, id)));
    let facts = facts.into_iter().map(|(name, value)| fact(name.into_any(), value)).collect_view();
    let what = html! {
        <details>
            <summary>{event}</summary>
            <dl class="record-facts">{reason} {parameters} {facts}</dl>
        </details>
    };
    let about = html! { {secret} {row.about.map(|about| html! { <code>{about}</code> })} };
    html! {
        <tr role="row">
            {cell(s.when, Rank::Always, html! { <Time at_ms=Signal::stored(row.at_ms)/> })}
            {cell(s.who, Rank::Always, html! { <div><bdi>{row.name}</bdi> {id}</div> })}
            {cell(s.event, Rank::Always, what)}
            {cell(s.on, Rank::Always, about)}
            {cell(s.outcome, Rank::Always, html! { <Badge text=outcome meaning glyph/> })}
        </tr>
    }
}
