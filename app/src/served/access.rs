//! `/access`, for administrators: accounts, rules, and why somebody may or may not.

use leptos::prelude::*;
use leptos_meta::Title;

use super::accounts::accounts;
use super::{AccountLine, PROBLEM, Wrong, again_first, named_input, role_words, text_input, wrong};
use crate::locales::t;
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::form::page_of;
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
    /// What was typed to be explained: person, groups, region, secret, tags.
    pub asked: [String; 5],
    /// What an account's name must hold to be listed, and whether the list begins with the first.
    pub find: String,
    pub is_first: bool,
    /// The address of the next page of accounts.
    pub next: Option<String>,
    /// What was typed for a new account, name and groups, and for a new rule, where it was refused.
    pub typed_account: Option<[String; 2]>,
    pub typed_rule: Option<TypedRule>,
}

#[derive(Clone, Default)]
pub struct TypedRule {
    pub role: String,
    pub group: String,
    pub provider: String,
    pub person: String,
    pub regions: String,
    pub names: String,
    pub tags: String,
}

#[derive(Clone)]
pub struct GrantLine {
    pub origin: Origin,
    /// The role's place in the order of roles.
    pub role: usize,
    /// `group payments`, `local:alice`.
    pub to: String,
    /// Regions, names and tags; empty for everything.
    pub over: String,
}

/// Where a rule comes from.
#[derive(Clone)]
pub enum Origin {
    BuiltIn,
    Configuration,
    /// Made here: its ID, to delete it.
    Made(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessProblem {
    Name,
    Taken,
    /// It is not there, or disabled.
    NoAccount,
    Rule(RuleProblem),
    /// What was asked about is in no region.
    Region(RuleProblem),
    /// Somebody has deleted it.
    NoRule,
    /// The sign-in is too long ago.
    Stale,
    /// What was typed is not the account's name.
    WrongName,
    /// An administrator would shut themselves out: by the groups, or without the rule.
    OwnRole,
    OwnRule,
}

/// What is wrong with a rule, in the words of who reads it; in English in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleProblem {
    /// Not for one group or one person.
    For,
    Nameless,
    /// Fits no secret.
    Name(String),
    /// Too long, or control characters.
    Odd(String),
    /// No provider, or one without a group.
    Provider,
    /// No ID of a person.
    Person,
    Region(String),
    Tag(String),
    /// An administrator of a part.
    Administrator,
    /// There is one like it.
    Same,
    /// There are this many.
    TooMany(usize),
}

impl RuleProblem {
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::For | Self::Nameless => Some("group"),
            Self::Provider => Some("provider"),
            Self::Person => Some("person"),
            Self::Region(_) => Some("regions"),
            Self::Name(_) => Some("names"),
            Self::Tag(_) => Some("tags"),
            Self::Administrator => Some("role"),
            Self::Odd(_) | Self::Same | Self::TooMany(_) => None,
        }
    }
}

impl std::fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let s = t().served();
        f.write_str(&match self {
            Self::For => s.rule_for.to_owned(),
            Self::Nameless => s.rule_nameless.to_owned(),
            Self::Odd(text) => s.rule_odd.with([text]),
            Self::Provider => s.rule_provider.to_owned(),
            Self::Person => s.rule_person.to_owned(),
            Self::Name(name) => s.rule_name.with([name]),
            Self::Region(region) => s.rule_region.with([region]),
            Self::Tag(tag) => s.rule_tag.with([tag]),
            Self::Administrator => s.rule_administrator.to_owned(),
            Self::Same => s.rule_same.to_owned(),
            Self::TooMany(most) => s.rule_too_many.with([most]),
        })
    }
}

impl AccessProblem {
    /// As an alert, with the status that goes with it.
    pub(super) fn alert(self) -> AnyView {
        let s = t().served();
        crate::response::set_status(if self == Self::Stale { 403 } else { 422 });
        let text = match self {
            Self::Name => s.invalid_name.to_owned(),
            Self::Taken => s.name_taken.to_owned(),
            Self::NoAccount => s.no_account.to_owned(),
            Self::Rule(why) => s.invalid_grant.with([&why]),
            Self::Region(why) => s.cannot_explain.with([&why]),
            Self::NoRule => s.rule_gone.to_owned(),
            Self::WrongName => s.wrong_name.to_owned(),
            Self::OwnRole => s.own_groups.to_owned(),
            Self::OwnRule => s.own_rule.to_owned(),
            Self::Stale => return again_first(),
        };
        html! { <div role="alert" id=PROBLEM class="alert" data-meaning="danger"><p>{text}</p></div> }
    }

    /// The field that it is about, by its ID.
    pub(super) fn field(&self) -> Option<&'static str> {
        match self {
            Self::Name | Self::Taken => Some("account-name"),
            Self::Rule(why) => why.field(),
            Self::Region(_) => Some("why-region"),
            Self::WrongName => Some("typed"),
            Self::OwnRole => Some("groups"),
            Self::NoAccount | Self::NoRule | Self::OwnRule | Self::Stale => None,
        }
    }
}

/// Why, or why not.
#[derive(Clone)]
pub struct Explained {
    /// Whether no account of this name can sign in.
    pub is_no_account: bool,
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
    let columns = [s.role, s.to, s.over, s.actions].into_iter().map(Column::plain).collect::<Vec<_>>();
    let grants = page.grants.into_iter().map(grant_row).collect_view();
    let [person, groups, region, secret, tags] = page.asked;
    if let Some(field) = page.problem.as_ref().and_then(AccessProblem::field) {
        provide_context(Wrong(field));
    }
    let (role_invalid, role_described, has_focus) =
        wrong(page.problem.as_ref().and_then(AccessProblem::field) == Some("role"), None);
    let is_open = page.typed_rule.is_some();
    let typed = page.typed_rule.unwrap_or_default();
    html! {
        <Title text=t().frame.title.with([&s.access])/>
        <h1 tabindex="-1">{s.access}</h1>
        <p class="remark">{s.access_about}</p>
        {page.problem.map(AccessProblem::alert)}
        {page.link.map(|(name, link)| one_time_link(&name, link))}
        <h2>{s.grants}</h2>
        <DataTable caption=s.grants columns=Signal::stored(columns) is_busy=Signal::stored(false)>{grants}</DataTable>
        <details class="form-part" open=is_open>
            <summary>{s.new_grant}</summary>
            <form method="post" action="/access/create-grant" class="door">
                {page_of()}
                <div class="field">
                    <label for="role">{s.role}</label>
                    <select id="role" name="role" aria-invalid=role_invalid aria-describedby=role_described autofocus=has_focus>
                        {["viewer", "operator", "administrator"]
                            .into_iter()
                            .enumerate()
                            .map(|(place, role)| {
                                html! { <option value=role selected=typed.role == role>{role_words(place)}</option> }
                            })
                            .collect_view()}
                    </select>
                </div>
                {text_input("group", s.group, &typed.group, s.group_hint)}
                {text_input("provider", s.provider, &typed.provider, s.provider_hint)}
                {text_input("person", s.person, &typed.person, s.person_hint)}
                {text_input("regions", s.regions, &typed.regions, s.regions_hint)}
                {text_input("names", s.names, &typed.names, s.names_hint)}
                {text_input("tags", s.tags, &typed.tags, s.tags_hint)}
                <button class="button" data-kind="primary">{s.create_grant}</button>
            </form>
        </details>
        {page.has_accounts.then(|| {
            accounts(page.accounts, &page.find, page.is_first, page.next, page.typed_account)
        })}
        <h2>{s.why}</h2>
        <form method="get" action="/access" class="filters">
            {named_input("why-person", "person", s.person, &person, "")}
            {named_input("why-groups", "groups", s.groups, &groups, "")}
            {named_input("why-region", "region", s.region_id, &region, "")}
            {named_input("why-secret", "secret", s.secret, &secret, "")}
            {named_input("why-tags", "tags", s.tags, &tags, "")}
            <button class="button">{s.explain}</button>
        </form>
        {page.explained.map(explained)}
    }
}

fn grant_row(grant: GrantLine) -> AnyView {
    let s = t().served();
    let over = if grant.over.is_empty() { s.everything.to_owned() } else { grant.over.clone() };
    let label = s.delete_grant_of.with([&grant.to]);
    let action = match grant.origin {
        Origin::BuiltIn => html! { <span class="remark">{s.builtin}</span> },
        Origin::Configuration => html! { <span class="remark">{s.configured}</span> },
        // Opened first: nobody deletes it by a slip.
        Origin::Made(id) => html! {
            <details class="ask-first">
                <summary class="button" data-kind="quiet">{s.delete_grant} <span class="visually-hidden">{grant.to.clone()}</span></summary>
                <form method="post" action="/access/delete-grant">
                    {page_of()}
                    <input type="hidden" name="id" value=id/>
                    <button class="button" data-kind="danger">{label}</button>
                </form>
            </details>
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

pub fn rule_made(to: &str) -> String {
    t().served().rule_made.with([&to])
}

pub fn rule_deleted(to: &str) -> String {
    t().served().rule_deleted.with([&to])
}

/// It is shown this once.
pub(super) fn one_time_link(name: &str, link: String) -> AnyView {
    let s = t().served();
    html! {
        <div role="status" class="alert" data-meaning="warning">
            <div>
                <p>{s.link_for.with([&name])}</p>
                <input class="one-time-link" readonly aria-label=s.one_time_link value=link/>
            </div>
        </div>
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
            {explained.is_no_account.then(|| html! { <p>{s.why_no_account}</p> })}
            {match has_rules {
                true => html! { <ul>{rules}</ul> },
                false => html! { <p>{s.no_rules}</p> },
            }}
        </div>
    }
}
