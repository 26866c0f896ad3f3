//! `/access`, for administrators: accounts, rules, and why somebody may or may not.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{named_input, role_words, text_input};
use crate::locales::t;
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::html::html;

#[derive(Clone, Default)]
pub struct AccessPage {
    /// Whether there are accounts of Keyturn's own.
    pub has_accounts: bool,
    pub accounts: Vec<AccountLine>,
    pub grants: Vec<GrantLine>,
    /// A one-time link that was just made, and whose it is. It is shown this once.
    pub link: Option<(String, String)>,
    pub problem: Option<AccessProblem>,
    pub explained: Option<Explained>,
    /// What was typed to be explained: person, groups, region, secret.
    pub asked: [String; 4],
}

#[derive(Clone)]
pub struct AccountLine {
    pub name: String,
    pub groups: Vec<String>,
    pub has_password: bool,
    pub is_disabled: bool,
    pub has_app: bool,
    /// Nobody disables oneself.
    pub is_own: bool,
}

#[derive(Clone)]
pub struct GrantLine {
    /// To delete it; those of the configuration have none.
    pub id: Option<String>,
    /// The role's place in the order of roles.
    pub role: usize,
    /// `group payments`, `local:alice`.
    pub to: String,
    /// Regions, names and tags; empty for everything.
    pub over: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessProblem {
    Name,
    Taken,
    /// It is not there, or disabled.
    NoAccount,
    /// In English words: what is wrong with a rule.
    Grant(String),
}

/// Why, or why not.
#[derive(Clone)]
pub struct Explained {
    pub role: Option<usize>,
    pub rules: Vec<(GrantLine, Option<Misfit>)>,
}

/// What of a rule does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    Region,
    Name,
    Tags,
}

pub(super) fn access(page: AccessPage) -> AnyView {
    let s = t().served();
    if page.problem.is_some() {
        crate::response::set_status(422);
    }
    let problem = page.problem.map(|problem| match problem {
        AccessProblem::Name => s.invalid_name.to_owned(),
        AccessProblem::Taken => s.name_taken.to_owned(),
        AccessProblem::NoAccount => s.no_account.to_owned(),
        AccessProblem::Grant(why) => s.invalid_grant.with([&why]),
    });
    let columns = [s.role, s.to, s.over, s.actions].into_iter().map(Column::plain).collect::<Vec<_>>();
    let grants = page.grants.into_iter().map(grant_row).collect_view();
    let [person, groups, region, secret] = page.asked;
    html! {
        <Title text=t().frame.title.with([&s.access])/>
        <h1 tabindex="-1">{s.access}</h1>
        <p class="remark">{s.access_about}</p>
        {problem.map(|text| html! { <div role="alert" class="alert" data-meaning="danger"><p>{text}</p></div> })}
        {page.link.map(|(name, link)| html! {
            <div role="status" class="alert" data-meaning="warning">
                <div>
                    <p>{s.link_for.with([&name])}</p>
                    <input class="one-time-link" readonly aria-label=s.one_time_link value=link/>
                </div>
            </div>
        })}
        <h2>{s.grants}</h2>
        <DataTable caption=s.grants columns=Signal::stored(columns) is_busy=Signal::stored(false)>{grants}</DataTable>
        <details class="form-part">
            <summary>{s.new_grant}</summary>
            <form method="post" action="/access/create-grant" class="door">
                <div class="field">
                    <label for="role">{s.role}</label>
                    <select id="role" name="role">
                        <option value="viewer">{role_words(0)}</option>
                        <option value="operator">{role_words(1)}</option>
                        <option value="administrator">{role_words(2)}</option>
                    </select>
                </div>
                {text_input("group", s.group, "", s.group_hint)}
                {text_input("person", s.person, "", s.person_hint)}
                {text_input("regions", s.regions, "", s.regions_hint)}
                {text_input("names", s.names, "", s.names_hint)}
                {text_input("tags", s.tags, "", s.tags_hint)}
                <button class="button" data-kind="primary">{s.create_grant}</button>
            </form>
        </details>
        {page.has_accounts.then(|| accounts(page.accounts))}
        <h2>{s.why}</h2>
        <form method="get" action="/access" class="filters">
            {named_input("why-person", "person", s.person, &person, "")}
            {named_input("why-groups", "groups", s.groups, &groups, "")}
            {named_input("why-region", "region", s.region_id, &region, "")}
            {named_input("why-secret", "secret", s.secret, &secret, "")}
            <button class="button">{s.explain}</button>
        </form>
        {page.explained.map(explained)}
    }
}

fn grant_row(grant: GrantLine) -> AnyView {
    let s = t().served();
    let over = if grant.over.is_empty() { s.everything.to_owned() } else { grant.over.clone() };
    let label = s.delete_grant_of.with([&grant.to]);
    let action = match grant.id {
        None => html! { <span class="remark">{s.configured}</span> },
        Some(id) => html! {
            <form method="post" action="/access/delete-grant">
                <input type="hidden" name="id" value=id/>
                <button class="button" data-kind="quiet" aria-label=label>{s.delete_grant}</button>
            </form>
        },
    };
    html! {
        <tr role="row">
            {cell(s.role, Rank::Always, role_words(grant.role))}
            {cell(s.to, Rank::Always, html! { <code>{grant.to}</code> })}
            {cell(s.over, Rank::Always, over)}
            {cell(s.actions, Rank::Always, action)}
        </tr>
    }
}

fn accounts(accounts: Vec<AccountLine>) -> AnyView {
    let s = t().served();
    let columns = [s.name, s.groups, s.state, s.actions].into_iter().map(Column::plain).collect::<Vec<_>>();
    let rows = accounts.into_iter().map(account_row).collect_view();
    html! {
        <h2>{s.accounts}</h2>
        <DataTable caption=s.accounts columns=Signal::stored(columns) is_busy=Signal::stored(false)>{rows}</DataTable>
        <details class="form-part">
            <summary>{s.new_account}</summary>
            <form method="post" action="/access/create-account" class="door">
                {named_input("account-name", "name", s.name, "", s.name_hint)}
                {named_input("account-groups", "groups", s.groups, "", s.groups_hint)}
                <button class="button" data-kind="primary">{s.create_account}</button>
            </form>
        </details>
    }
}

fn account_row(account: AccountLine) -> AnyView {
    let s = t().served();
    let AccountLine { name, groups, has_password, is_disabled, has_app, is_own } = account;
    let state = match (is_disabled, has_password) {
        (true, _) => s.disabled,
        (false, false) => s.invited,
        (false, true) => s.active,
    };
    let (path, text) = match is_disabled {
        true => ("/access/enable-account", s.enable),
        false => ("/access/disable-account", s.disable),
    };
    let form = |path: &'static str, text: &'static str| {
        html! {
            <form method="post" action=path>
                <input type="hidden" name="name" value=name.clone()/>
                <button class="button" data-kind="quiet" aria-label=format!("{text}: {name}")>{text}</button>
            </form>
        }
    };
    let actions = html! {
        <div class="actions">
            {form("/access/new-link", s.new_link)}
            {(!is_own).then(|| form("/access/remove-factors", s.remove_factors))}
            {(!is_own).then(|| form(path, text))}
        </div>
    };
    html! {
        <tr role="row">
            {cell(s.name, Rank::Always, name.clone())}
            {cell(s.groups, Rank::Always, groups.join(", "))}
            {cell(s.state, Rank::Always, html! { {state} {has_app.then_some(", ")} {has_app.then_some(s.has_app)} })}
            {cell(s.actions, Rank::Always, actions)}
        </tr>
    }
}

fn explained(explained: Explained) -> AnyView {
    let s = t().served();
    let answer = match explained.role {
        None => s.may_nothing.to_owned(),
        Some(role) => s.may_as.with([&role_words(role)]),
    };
    let has_rules = !explained.rules.is_empty();
    let rules = explained
        .rules
        .into_iter()
        .map(|(grant, misfit)| {
            let over = if grant.over.is_empty() { s.everything.to_owned() } else { grant.over };
            let fits = match misfit {
                None => s.fits,
                Some(Misfit::Region) => s.other_region,
                Some(Misfit::Name) => s.other_name,
                Some(Misfit::Tags) => s.other_tags,
            };
            html! { <li>{role_words(grant.role)} " " <code>{grant.to}</code> ", " {over} ": " {fits}</li> }
        })
        .collect_view();
    html! {
        <div role="status">
            <p><strong>{answer}</strong></p>
            {match has_rules {
                true => html! { <ul>{rules}</ul> },
                false => html! { <p>{s.no_rules}</p> },
            }}
        </div>
    }
}
