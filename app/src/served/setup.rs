//! `/setup`: what Keyturn needs to do its work, and whether it has it. `keyturn doctor` says the same in a terminal.

use leptos::prelude::*;
use leptos_meta::Title;

use super::again_first;
use crate::locales::t;
use crate::model::error::{ApiError, ErrorCode};
use crate::ui::badge::{Badge, Meaning};
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::form::page_of;
use crate::ui::html::html;
use crate::ui::icon::Glyph;
use crate::ui::skeleton::Skeleton;

#[derive(Clone, Default)]
pub struct SetupPage {
    /// It is being looked at: nothing is known yet.
    pub is_ahead: bool,
    pub findings: Vec<Finding>,
    /// The smallest policy for these features, JSON.
    pub policy: String,
    pub features: Vec<Feature>,
    /// The headers that are sent with each page: the name, and what its value has in it.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The sign-in is too long ago for what was asked for.
    pub is_stale: bool,
    /// Why what was asked for was not done.
    pub problem: Option<ApiError>,
}

/// One thing that was looked at, and how it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub check: Check,
    pub found: Found,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// What of the configuration is allowed but calls for a second look.
    Configuration,
    /// Where what signs the calls comes from.
    Source,
    /// Who signs the calls.
    Identity,
    Clock,
    ServiceRole,
    Instances,
    /// The directory and the database, for a terminal: a page has both.
    Storage,
    /// Whether a service answers: `KMS cn-hangzhou`.
    Service(String),
    /// An action as policies name it, and what needs it.
    Permission(&'static str, Feature),
    /// The ARN of a role that people's calls run under.
    AssumedRole(String),
}

/// What permissions are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    See,
    Create,
    Edit,
    Policy,
    Rotate,
    Delete,
    AccessKeys,
    OwnName,
    /// Needed once, and much to give: only where somebody asks for it.
    ServiceRole,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    ConfigurationFine,
    NoSecondFactor,
    NoTrustedProxy,
    /// This one.
    Source(String),
    /// By this ARN.
    SignedBy(String),
    /// By the account itself, which may do everything.
    SignedByAccount(String),
    ClockRight,
    /// By so many seconds.
    ClockOff(u64),
    /// This one.
    Role(&'static str),
    NoRole,
    /// How many there are in each region.
    Instances(Vec<(String, usize)>),
    NoInstances,
    StorageFine,
    /// Why not.
    StorageBroken(String),
    /// In so many milliseconds.
    Answers(u64),
    Allowed,
    Refused,
    /// A call that would change something, were there what it names: it is sent where somebody asks for that.
    NotAsked,
    /// No call could tell without an effect.
    NotTellable,
    /// Why no source gives credentials.
    NoCredentials(String),
    /// The credentials are not accepted: what they may is not known.
    NoIdentity,
    Failed(ApiError),
    /// Within so many seconds.
    NoAnswer(u64),
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    Fine,
    NotChecked,
    Attention,
    Broken,
}

impl Health {
    /// As `keyturn doctor --json` says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::NotChecked => "not_checked",
            Self::Attention => "attention",
            Self::Broken => "broken",
        }
    }

    pub fn words(self) -> &'static str {
        let s = t().served();
        match self {
            Self::Fine => s.fine,
            Self::NotChecked => s.not_checked,
            Self::Attention => s.needs_a_look,
            Self::Broken => s.does_not_work,
        }
    }

    fn badge(self) -> AnyView {
        let (meaning, glyph) = match self {
            Self::Fine => (Meaning::Good, Glyph::Check),
            Self::NotChecked => (Meaning::Quiet, Glyph::Clock),
            Self::Attention => (Meaning::Warning, Glyph::Warning),
            Self::Broken => (Meaning::Danger, Glyph::Warning),
        };
        html! { <Badge text=self.words().to_owned() meaning glyph/> }
    }
}

impl Check {
    /// As `keyturn doctor --json` says it, with what it is about.
    pub fn name(&self) -> (&'static str, &str) {
        match self {
            Self::Configuration => ("configuration", ""),
            Self::Source => ("source", ""),
            Self::Identity => ("identity", ""),
            Self::Clock => ("clock", ""),
            Self::ServiceRole => ("service_role", ""),
            Self::Instances => ("kms_instances", ""),
            Self::Storage => ("storage", ""),
            Self::Service(service) => ("service", service),
            Self::Permission(action, _) => ("permission", action),
            Self::AssumedRole(arn) => ("assumed_role", arn),
        }
    }

    pub fn words(&self) -> String {
        let s = t().served();
        match self {
            Self::Configuration => s.configuration.to_owned(),
            Self::Source => s.source.to_owned(),
            Self::Identity => s.identity.to_owned(),
            Self::Clock => s.clock.to_owned(),
            Self::ServiceRole => s.service_role.to_owned(),
            Self::Instances => s.kms_instances.to_owned(),
            Self::Storage => s.storage.to_owned(),
            Self::Service(service) => service.clone(),
            Self::Permission(action, _) => (*action).to_owned(),
            Self::AssumedRole(arn) => format!("{} {arn}", s.assumed_role),
        }
    }
}

impl Feature {
    pub const ALL: [Self; 9] = [
        Self::See,
        Self::Create,
        Self::Edit,
        Self::Policy,
        Self::Rotate,
        Self::Delete,
        Self::AccessKeys,
        Self::OwnName,
        Self::ServiceRole,
    ];

    /// As it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Policy => "policy",
            Self::Rotate => "rotate",
            Self::Delete => "delete",
            Self::AccessKeys => "access-keys",
            Self::OwnName => "own-name",
            Self::ServiceRole => "service-role",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.name() == name)
    }

    /// What the policy is for where nobody says: all but what is needed once.
    pub fn usual() -> Vec<Self> {
        Self::ALL.into_iter().filter(|feature| *feature != Self::ServiceRole).collect()
    }

    fn words(self) -> &'static str {
        let s = t().served();
        s.features[self as usize]
    }
}

impl Finding {
    pub fn health(&self) -> Health {
        match &self.found {
            Found::ConfigurationFine
            | Found::Source(_)
            | Found::SignedBy(_)
            | Found::ClockRight
            | Found::Role(_)
            | Found::Instances(_)
            | Found::StorageFine
            | Found::Answers(_)
            | Found::Allowed => Health::Fine,
            Found::NotAsked | Found::NotTellable | Found::NoIdentity => Health::NotChecked,
            Found::NoSecondFactor
            | Found::NoTrustedProxy
            | Found::SignedByAccount(_)
            | Found::ClockOff(_)
            | Found::NoInstances => Health::Attention,
            // Needed once, and not by whoever makes the role elsewhere.
            Found::Refused if self.of() == Some(Feature::ServiceRole) => Health::Attention,
            Found::NoRole
            | Found::StorageBroken(_)
            | Found::Refused
            | Found::Failed(_)
            | Found::NoCredentials(_)
            | Found::NoAnswer(_) => Health::Broken,
        }
    }

    pub fn words(&self) -> String {
        let s = t().served();
        match &self.found {
            Found::ConfigurationFine => s.configuration_fine.to_owned(),
            Found::NoSecondFactor => s.no_second_factor_needed.to_owned(),
            Found::NoTrustedProxy => s.no_trusted_proxy.to_owned(),
            Found::Source(name) => s.source_chosen.with([name]),
            Found::SignedBy(arn) => s.signed_by.with([arn]),
            Found::SignedByAccount(arn) => s.signed_by_account.with([arn]),
            Found::ClockRight => s.clock_right.to_owned(),
            Found::ClockOff(seconds) => s.clock_off.with([seconds]),
            Found::Role(name) => s.role_there.with([name]),
            Found::NoRole => s.no_service_role.to_owned(),
            Found::Instances(regions) => {
                let lines = regions.iter().map(|(region, count)| format!("{region}: {count}"));
                lines.collect::<Vec<_>>().join(t().common.comma)
            }
            Found::NoInstances => s.no_instances.to_owned(),
            Found::StorageFine => s.storage_fine.to_owned(),
            Found::StorageBroken(why) => why.clone(),
            Found::Answers(ms) => s.answers.with([ms]),
            Found::Allowed => s.allowed.to_owned(),
            Found::Refused => s.refused.with([&self.feature()]),
            Found::NotAsked => s.not_asked.to_owned(),
            Found::NotTellable => s.not_tellable.with([&self.feature()]),
            Found::NoIdentity => s.needs_identity.to_owned(),
            Found::NoCredentials(why) => s.no_credentials.with([why]),
            Found::Failed(error) => match error.cloud.as_ref().and_then(|cloud| cloud.code.as_deref()) {
                Some(code) => format!("{} ({code})", error.message),
                None => error.message.clone(),
            },
            Found::NoAnswer(seconds) => s.no_answer.with([seconds]),
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> Option<String> {
        let s = t().served();
        match &self.found {
            Found::NoSecondFactor => Some(s.set_second_factor.to_owned()),
            Found::NoTrustedProxy => Some(s.set_trusted_proxies.to_owned()),
            Found::SignedByAccount(_) => Some(s.use_no_account.to_owned()),
            Found::ClockOff(_) => Some(s.set_clock.to_owned()),
            Found::NoRole => Some(s.make_service_role.to_owned()),
            Found::NoInstances => Some(s.buy_instance.to_owned()),
            Found::StorageBroken(_) => Some(s.check_storage.to_owned()),
            Found::Refused => Some(s.give_permission.to_owned()),
            Found::Failed(error) => Some(error.hint.clone()),
            Found::NoCredentials(_) => Some(ApiError::new(ErrorCode::CredentialsRefused).hint),
            Found::NoAnswer(_) => Some(s.check_network.to_owned()),
            _ => None,
        }
    }

    fn feature(&self) -> &'static str {
        self.of().map_or("", Feature::words)
    }

    /// What needs it.
    fn of(&self) -> Option<Feature> {
        match self.check {
            Check::Permission(_, feature) => Some(feature),
            Check::AssumedRole(_) => Some(Feature::OwnName),
            _ => None,
        }
    }
}

pub(super) fn setup(page: SetupPage) -> AnyView {
    let (s, f) = (t().served(), &t().frame);
    let head = html! {
        <Title text=f.title.with([&f.setup])/>
        <h1 tabindex="-1">{f.setup}</h1>
        <p class="remark">{s.setup_about}</p>
    };
    if page.is_ahead {
        return html! {
            {head}
            <p role="status">{s.being_looked_at}</p>
            <Skeleton lines=10/>
        };
    }
    let open = page.findings.iter().filter(|finding| finding.health() > Health::NotChecked).count();
    let has_role = !page.findings.iter().any(|finding| finding.found == Found::NoRole);
    let is_asked = !page.findings.iter().any(|finding| finding.found == Found::NotAsked);
    let [mut needs, mut services, mut permissions] = [const { Vec::new() }; 3];
    for finding in page.findings {
        match finding.check {
            Check::Service(_) => services.push(finding),
            Check::Permission(..) | Check::AssumedRole(_) => permissions.push(finding),
            _ => needs.push(finding),
        }
    }
    let problem = page.problem.map(|error| {
        crate::response::set_status(error.code.status());
        super::sign_in::alert(format!("{} {}", error.message, error.hint))
    });
    if page.is_stale {
        crate::response::set_status(403);
    }
    let summary = match open {
        0 => html! { <p role="status">{s.all_fine}</p> },
        count => {
            html! { <div role="status" class="alert" data-meaning="warning"><p>{s.some_findings.with([&count])}</p></div> }
        }
    };
    html! {
        {head}
        {page.is_stale.then(again_first)}
        {problem}
        {summary}
        <h2>{s.needs}</h2>
        {table(s.needs, needs)}
        {(!has_role).then(make_role)}
        <h2>{s.services}</h2>
        {folded(s.services, services)}
        <h2>{s.permissions}</h2>
        {folded(s.permissions, permissions)}
        {(!is_asked).then(|| html! {
            <form method="post" action="/setup" class="act">
                {page_of()}
                <p class="remark" id="check-changes-hint">{s.check_changes_about}</p>
                <button class="button" aria-describedby="check-changes-hint">{s.check_changes}</button>
            </form>
        })}
        <h2>{s.headers}</h2>
        <p class="remark">{s.headers_about}</p>
        <noscript><p>{s.headers_no_script}</p></noscript>
        {headers(page.headers)}
        <h2>{s.smallest_policy}</h2>
        <p class="remark">{s.smallest_policy_about}</p>
        {features(&page.features)}
        <div class="code-block">
            {super::copy_button("smallest-policy", s.smallest_policy)}
            <pre tabindex="0" role="region" aria-label=s.smallest_policy><code id="smallest-policy">{page.policy}</code></pre>
        </div>
    }
}

/// A long table: closed, where nothing in it needs a look.
fn folded(caption: &'static str, findings: Vec<Finding>) -> AnyView {
    let is_open = findings.iter().any(|finding| finding.health() > Health::NotChecked);
    let fine = findings.iter().filter(|finding| finding.health() == Health::Fine).count();
    let unchecked = findings.iter().filter(|finding| finding.health() == Health::NotChecked).count();
    let s = t().served();
    let summary = match unchecked {
        0 => s.fine_of.with([&fine, &findings.len()]),
        _ => s.fine_and_unchecked.with([&fine, &findings.len(), &unchecked]),
    };
    html! {
        <details class="form-part" open=is_open>
            <summary>{caption} ": " {summary}</summary>
            {table(caption, findings)}
        </details>
    }
}

fn table(caption: &'static str, findings: Vec<Finding>) -> AnyView {
    let s = t().served();
    let columns = [s.looked_at, s.state, s.found].into_iter().map(Column::plain).collect::<Vec<_>>();
    let rows = findings
        .iter()
        .map(|finding| {
            let remedy = finding.remedy().map(|remedy| html! { <div class="remark">{remedy}</div> });
            let name = match finding.check {
                Check::Service(_) | Check::Permission(..) | Check::AssumedRole(_) => {
                    html! { <code>{finding.check.words()}</code> }
                }
                _ => finding.check.words().into_any(),
            };
            let found = match finding.found {
                Found::Instances(_) => html! { <code>{finding.words()}</code> },
                _ => finding.words().into_any(),
            };
            html! {
                <tr role="row">
                    {cell(s.looked_at, Rank::Always, name)}
                    {cell(s.state, Rank::Always, finding.health().badge())}
                    {cell(s.found, Rank::Always, html! { {found} {remedy} })}
                </tr>
            }
        })
        .collect_view();
    html! { <DataTable caption columns=Signal::stored(columns) is_busy=Signal::stored(false)>{rows}</DataTable> }
}

/// Which features the policy is for: a form that leads to this page again.
fn features(chosen: &[Feature]) -> AnyView {
    let s = t().served();
    let boxes = Feature::ALL
        .into_iter()
        .map(|feature| {
            let is_chosen = chosen.contains(&feature);
            html! {
                <label class="choice">
                    <input type="checkbox" name="for" value=feature.name() checked=is_chosen/> <span>{feature.words()}</span>
                </label>
            }
        })
        .collect_view();
    html! {
        <form method="get" action="/setup#smallest-policy-of" class="act" id="smallest-policy-of">
            <fieldset class="field">
                <legend>{s.for_features}</legend>
                // With every box empty, too, it is a choice.
                <input type="hidden" name="for" value=""/>
                <div class="choices">{boxes}</div>
            </fieldset>
            <button class="button">{s.show_policy}</button>
        </form>
    }
}

/// Opened first: nobody makes a role by a slip.
fn make_role() -> AnyView {
    let s = t().served();
    html! {
        <details class="ask-first">
            <summary class="button">{s.create_service_role}</summary>
            <form method="post" action="/setup/create-service-role">
                {page_of()}
                <p>{s.create_service_role_about}</p>
                <button class="button" data-kind="primary">{s.create_service_role_now}</button>
            </form>
        </details>
    }
}

/// What arrives is seen by the browser: the page's script shows of each row what it has found.
fn headers(expected: Vec<(&'static str, &'static str)>) -> AnyView {
    let s = t().served();
    let columns = [s.header, s.state, s.found].into_iter().map(Column::plain).collect::<Vec<_>>();
    let rows = expected
        .into_iter()
        .map(|(name, value)| {
            let state = html! {
                <span data-when="unseen">{Health::NotChecked.badge()}</span>
                <span data-when="fine" hidden>{Health::Fine.badge()}</span>
                <span data-when="broken" hidden>{Health::Broken.badge()}</span>
            };
            let found = html! {
                <span data-when="fine" hidden>{s.header_arrives}</span>
                <span data-when="broken" hidden>{s.header_missing} " " <code>{value}</code></span>
            };
            html! {
                <tr role="row" data-header=name data-value=value>
                    {cell(s.header, Rank::Always, html! { <code>{name}</code> })}
                    {cell(s.state, Rank::Always, state)}
                    {cell(s.found, Rank::Always, found)}
                </tr>
            }
        })
        .collect_view();
    html! {
        <div id="headers" aria-live="polite">
            <DataTable caption=s.headers columns=Signal::stored(columns) is_busy=Signal::stored(false)>{rows}</DataTable>
        </div>
    }
}

/// What is said after the service role was made.
pub fn service_role_made(name: &str) -> String {
    t().served().service_role_made.with([&name])
}
