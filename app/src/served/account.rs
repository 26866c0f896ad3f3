//! `/account`: who one is here, what one may, and one's sessions.

use leptos::prelude::*;
use leptos_meta::Title;

use super::factors::{WaysIn, ways_in};
use super::{pager, role_words, text_input};
use crate::locales::t;
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::form::page_of;
use crate::ui::html::html;
use crate::ui::key_values::{KeyValue, KeyValues};
use crate::ui::time::Time;

#[derive(Clone, Default)]
pub struct AccountPage {
    pub name: String,
    /// As rules and the audit log name this person.
    pub id: String,
    pub groups: Vec<String>,
    /// The rules that are for this person: the role as its place in the order of roles, and over what.
    pub grants: Vec<(usize, String)>,
    pub sessions: Vec<SessionLine>,
    /// Whether it lists everybody's, for an administrator.
    pub is_of_all: bool,
    pub is_administrator: bool,
    /// Whose sessions are listed, where they are everybody's: what the name or the ID must hold.
    pub find: String,
    pub is_first: bool,
    /// The address of the next page of sessions.
    pub next: Option<String>,
    /// For an account of Keyturn's own.
    pub ways_in: Option<WaysIn>,
}

#[derive(Clone)]
pub struct SessionLine {
    /// Ends it; opens nothing.
    pub id: String,
    pub name: String,
    pub address: String,
    pub agent: String,
    pub started_ms: i64,
    pub used_ms: i64,
    pub is_this: bool,
}

pub(super) fn account(page: AccountPage) -> AnyView {
    let s = t().served();
    let groups = match page.groups.is_empty() {
        true => s.none.to_owned(),
        false => page.groups.join(", "),
    };
    let grants = page
        .grants
        .iter()
        .map(|(role, over)| html! { <li>{role_words(*role)} " " <code>{over.clone()}</code></li> })
        .collect_view();
    let has_grants = !page.grants.is_empty();
    let is_of_all = page.is_of_all;
    let is_empty = page.sessions.is_empty();
    let first = format!("/account?all&find={}", crate::paths::encoded(&page.find));
    let columns = vec![
        Column::plain(if is_of_all { s.who } else { s.session }),
        Column::plain(s.address),
        Column::plain(s.started).ranked(Rank::Minor),
        Column::plain(s.used),
        Column::plain(s.actions),
    ];
    let rows = page.sessions.into_iter().map(|line| row(line, is_of_all)).collect_view();
    html! {
        <Title text=t().frame.title.with([&s.account])/>
        <div class="page-head"><h1 tabindex="-1">{s.account}</h1></div>
        <KeyValues>
            <KeyValue key=s.name>{page.name}</KeyValue>
            <KeyValue key=s.id><code>{page.id}</code></KeyValue>
            <KeyValue key=s.groups>{groups}</KeyValue>
            <KeyValue key=s.may>
                {match has_grants {
                    true => html! { <ul>{grants}</ul> },
                    false => html! { <span>{s.no_grants}</span> },
                }}
            </KeyValue>
        </KeyValues>
        {page.ways_in.map(ways_in)}
        <div class="page-head">
            <h2>{if is_of_all { s.all_sessions } else { s.sessions }}</h2>
            {page.is_administrator.then(|| match is_of_all {
                true => html! { <a href="/account">{s.sessions}</a> },
                false => html! { <a href="/account?all">{s.all_sessions}</a> },
            })}
        </div>
        {is_of_all.then(|| html! {
            <form method="get" action="/account" class="filters">
                <input type="hidden" name="all" value=""/>
                {text_input("find", s.who, &page.find, "")}
                <button class="button">{s.find}</button>
                {(!page.find.is_empty()).then(|| html! { <a href="/account?all">{t().list.clear_all}</a> })}
            </form>
        })}
        {match is_empty {
            true => html! { <p role="status">{s.none_found}</p> },
            false => html! {
                <DataTable caption=s.sessions columns=Signal::stored(columns) is_busy=Signal::stored(false)>{rows}</DataTable>
            },
        }}
        {pager(s.sessions, page.is_first, first, page.next)}
    }
}

fn row(line: SessionLine, is_of_all: bool) -> AnyView {
    let s = t().served();
    let SessionLine { id, name, address, agent, started_ms, used_ms, is_this } = line;
    let what = match (is_of_all, is_this) {
        (false, true) => html! { <strong>{s.this_session}</strong> " " <span class="remark">{agent}</span> },
        (true, true) => {
            html! { {name} " " <strong>{s.this_session}</strong> " " <span class="remark">{agent}</span> }
        }
        (false, false) => html! { <span class="remark">{agent}</span> },
        (true, false) => html! { {name} " " <span class="remark">{agent}</span> },
    };
    let label = s.end_session.with([&crate::browser::time::utc(started_ms)]);
    let end = html! {
        <form method="post" action="/account/end-session">
            {page_of()}
            <input type="hidden" name="id" value=id/>
            {is_of_all.then(|| html! { <input type="hidden" name="all" value="1"/> })}
            <button class="button" data-kind="quiet" aria-label=label>{s.end}</button>
        </form>
    };
    html! {
        <tr role="row">
            {cell(if is_of_all { s.who } else { s.session }, Rank::Always, html! { <div>{what}</div> })}
            {cell(s.address, Rank::Always, html! { <code>{address}</code> })}
            {cell(s.started, Rank::Minor, html! { <Time at_ms=Signal::stored(started_ms)/> })}
            {cell(s.used, Rank::Always, html! { <Time at_ms=Signal::stored(used_ms)/> })}
            {cell(s.actions, Rank::Always, end)}
        </tr>
    }
}
