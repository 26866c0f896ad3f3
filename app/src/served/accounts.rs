//! Local accounts: their list, and a page for each, `/access/accounts/{name}`.

use leptos::prelude::*;
use leptos_meta::Title;

use super::access::{AccessProblem, one_time_link};
use super::{Wrong, named_input, pager, wrong};
use crate::locales::t;
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::form::page_of;
use crate::ui::html::html;
use crate::ui::key_values::{KeyValue, KeyValues};

#[derive(Clone, Default)]
pub struct AccountLine {
    pub name: String,
    pub groups: Vec<String>,
    pub has_password: bool,
    pub is_disabled: bool,
    pub has_app: bool,
    /// Nobody disables or deletes oneself.
    pub is_own: bool,
}

#[derive(Clone)]
pub struct ManagedAccount {
    pub account: AccountLine,
    /// A one-time link that was just made.
    pub link: Option<String>,
    pub problem: Option<AccessProblem>,
    /// What was typed as its groups, where that was refused.
    pub typed_groups: Option<String>,
}

impl AccountLine {
    fn state(&self) -> String {
        let s = t().served();
        let state = match (self.is_disabled, self.has_password) {
            (true, _) => s.disabled,
            (false, false) => s.invited,
            (false, true) => s.active,
        };
        match self.has_app {
            true => format!("{state}, {}", s.has_app),
            false => state.to_owned(),
        }
    }
}

/// What an administrator has done with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountResult {
    Groups,
    Sessions,
    Factors,
    Disabled,
    Enabled,
    Deleted,
}

/// The words for it.
pub fn account_result(name: &str, result: AccountResult) -> String {
    let s = t().served();
    match result {
        AccountResult::Groups => s.groups_saved.with([&name]),
        AccountResult::Sessions => s.sessions_ended.with([&name]),
        AccountResult::Factors => s.factors_removed.with([&name]),
        AccountResult::Disabled => s.account_disabled.with([&name]),
        AccountResult::Enabled => s.account_enabled.with([&name]),
        AccountResult::Deleted => s.account_deleted.with([&name]),
    }
}

/// Where an account is managed.
pub fn account_path(name: &str) -> String {
    format!("/access/accounts/{}", crate::paths::encoded(name))
}

pub(super) fn accounts(
    accounts: Vec<AccountLine>,
    find: &str,
    is_first: bool,
    next: Option<String>,
    typed: Option<[String; 2]>,
) -> AnyView {
    let s = t().served();
    let is_empty = accounts.is_empty();
    let is_searchable = !find.is_empty() || !is_first || next.is_some();
    let first = format!("/access?find={}", crate::paths::encoded(find));
    let columns = [s.name, s.groups, s.state].into_iter().map(Column::plain).collect::<Vec<_>>();
    let rows = accounts.into_iter().map(row).collect_view();
    let is_open = typed.is_some();
    let [name, groups] = typed.unwrap_or_default();
    html! {
        <h2>{s.accounts}</h2>
        {is_searchable.then(|| html! {
            <form method="get" action="/access" class="filters">
                {named_input("find", "find", s.account_name, find, "")}
                <button class="button">{s.find}</button>
                {(!find.is_empty()).then(|| html! { <a href="/access">{t().list.clear_all}</a> })}
            </form>
        })}
        {match is_empty {
            true => html! { <p role="status">{s.none_found}</p> },
            false => html! {
                <DataTable caption=s.accounts columns=Signal::stored(columns) is_busy=Signal::stored(false)>{rows}</DataTable>
            },
        }}
        {pager(s.accounts, is_first, first, next)}
        <details class="form-part" open=is_open>
            <summary>{s.new_account}</summary>
            <form method="post" action="/access/create-account" class="door">
                {page_of()}
                {named_input("account-name", "name", s.name, &name, s.name_hint)}
                {named_input("account-groups", "groups", s.groups, &groups, s.groups_hint)}
                <button class="button" data-kind="primary">{s.create_account}</button>
            </form>
        </details>
    }
}

fn row(account: AccountLine) -> AnyView {
    let s = t().served();
    let state = account.state();
    let name = html! { <a href=account_path(&account.name)>{account.name.clone()}</a> };
    html! {
        <tr role="row">
            {cell(s.name, Rank::Always, name)}
            {cell(s.groups, Rank::Always, account.groups.join(", "))}
            {cell(s.state, Rank::Always, state)}
        </tr>
    }
}

pub(super) fn managed(page: ManagedAccount) -> AnyView {
    let s = t().served();
    let ManagedAccount { account, link, problem, typed_groups } = page;
    let field = problem.as_ref().and_then(|problem| match problem {
        // What cannot be groups is said as of a name.
        AccessProblem::Name => Some("groups"),
        other => other.field(),
    });
    if let Some(field) = field {
        provide_context(Wrong(field));
    }
    let (invalid, described, has_focus) = wrong(field == Some("typed"), None);
    let name = account.name.clone();
    let (id, state, is_own) = (format!("local:{name}"), account.state(), account.is_own);
    let groups_hint = if is_own { s.own_groups } else { s.groups_hint };
    let title = s.account_of.with([&name]);
    let groups = typed_groups.unwrap_or_else(|| account.groups.join(", "));
    let of = name.clone();
    let act = |action: &'static str, text: &'static str, about: &'static str| {
        html! {
            <form method="post" action=action class="act">
                {page_of()}
                <input type="hidden" name="name" value=of.clone()/>
                {(!about.is_empty()).then(|| html! { <p>{about}</p> })}
                <button class="button">{text}</button>
            </form>
        }
    };
    let (path, text, about) = match account.is_disabled {
        true => ("/access/enable-account", s.enable, ""),
        false => ("/access/disable-account", s.disable, s.disable_about),
    };
    html! {
        <Title text=t().frame.title.with([&title])/>
        <div class="account">
            <p><a href="/access">{s.access}</a></p>
            <h1 tabindex="-1">{title}</h1>
            {problem.map(AccessProblem::alert)}
            {link.map(|link| one_time_link(&name, link))}
            <KeyValues>
                <KeyValue key=s.id><code>{id}</code></KeyValue>
                <KeyValue key=s.state>{state}</KeyValue>
            </KeyValues>
            <form method="post" action="/access/set-groups" class="door">
                {page_of()}
                <input type="hidden" name="name" value=name.clone()/>
                {named_input("groups", "groups", s.groups, &groups, groups_hint)}
                <button class="button" data-kind="primary">{s.save_groups}</button>
            </form>
            {act("/access/new-link", s.new_link, s.new_link_about)}
            {act("/access/end-sessions", s.end_all, s.end_all_about)}
            {(!is_own).then(|| html! {
                {act("/access/remove-factors", s.remove_factors, s.remove_factors_about)}
                {act(path, text, about)}
                <form method="post" action="/access/delete-account" class="door">
                    {page_of()}
                    <h2>{s.delete_account}</h2>
                    <p>{s.delete_account_about}</p>
                    <input type="hidden" name="name" value=name.clone()/>
                    <div class="field">
                        <label for="typed">{s.type_name.with([&name])}</label>
                        <input
                            id="typed"
                            name="typed"
                            required
                            autocomplete="off"
                            spellcheck="false"
                            autocapitalize="none"
                            aria-invalid=invalid
                            aria-describedby=described
                            autofocus=has_focus
                        />
                    </div>
                    <button class="button" data-kind="danger">{s.delete_account}</button>
                </form>
            })}
        </div>
    }
}
