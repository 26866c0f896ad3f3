//! Pages that the server alone renders: sign-in, the own account, the activity, who may what. They are forms and tables, need
//! no code in the browser, and so add nothing to what it fetches.
//!
//! The server puts a [`Served`] into the context of the page; [`crate::routes::App`] shows it in place of its own pages.

mod access;
mod account;
mod accounts;
mod activity;
mod approvals;
mod factors;
mod gallery;
mod setup;
mod sign_in;

use leptos::prelude::*;
use leptos_meta::Title;

pub use access::{
    AccessPage, AccessProblem, Explained, GrantLine, Misfit, Origin, RuleProblem, TypedRule, rule_deleted,
    rule_made,
};
pub use account::{AccountPage, SessionLine};
pub use accounts::{AccountLine, AccountResult, ManagedAccount, account_path, account_result};
pub use activity::{ActivityPage, ActivityRow, EVENTS, OUTCOMES};
pub use approvals::{ApprovalRow, ApprovalState, ApprovalsPage, Named};
pub use factors::{CodePage, PasskeyLine, RecoveryCodesPage, WaysIn, WaysProblem};
pub use setup::{Check, Feature, Finding, Found, Health, SetupPage, service_role_made};
pub use sign_in::{InvitationPage, KeptForm, PasswordProblem, SignInPage, SignInProblem};

use crate::locales::t;
use crate::model::error::ApiError;
use crate::ui::html::html;
use crate::ui::icon::{Glyph, Icon};

/// What such a page shows.
#[derive(Clone)]
pub enum Served {
    SignIn(SignInPage),
    /// In a tab of its own, after a page that is open asked for it.
    SignedIn,
    Invitation(InvitationPage),
    /// In place of what a form asks for whose session has ended.
    Kept(KeptForm),
    Code(CodePage),
    RecoveryCodes(RecoveryCodesPage),
    Account(AccountPage),
    Activity(ActivityPage),
    Access(AccessPage),
    ManagedAccount(ManagedAccount),
    /// In place of a page that is refused.
    Refused(ApiError),
    Approvals(ApprovalsPage),
    Setup(SetupPage),
    Gallery,
}

impl Served {
    /// Whether it is shown before anybody is known: without the navigation.
    pub(crate) fn is_outside(&self) -> bool {
        matches!(
            self,
            Self::SignIn(_)
                | Self::SignedIn
                | Self::Invitation(_)
                | Self::Kept(_)
                | Self::Code(_)
                | Self::RecoveryCodes(_)
        )
    }

    pub(crate) fn view(self) -> AnyView {
        match self {
            Self::SignIn(page) => sign_in::sign_in(page),
            Self::SignedIn => sign_in::signed_in(),
            Self::Invitation(page) => sign_in::invitation(page),
            Self::Kept(form) => sign_in::kept(form),
            Self::Code(page) => factors::code(page),
            Self::RecoveryCodes(page) => factors::recovery_codes(page),
            Self::Account(page) => account::account(page),
            Self::Activity(page) => activity::activity(page),
            Self::Access(page) => access::access(page),
            Self::ManagedAccount(page) => accounts::managed(page),
            Self::Refused(error) => refused(error),
            Self::Approvals(page) => approvals::approvals(page),
            Self::Setup(page) => setup::setup(page),
            Self::Gallery => gallery::gallery(),
        }
    }
}

/// The sign-in is too long ago for a form on which something was typed: it stays, and is sent again.
fn again_first() -> AnyView {
    let s = t().served();
    html! {
        <div role="alert" id=PROBLEM class="alert" data-meaning="warning">
            <div>
                <p>{s.stale}</p>
                <p><a href="/sign-in?return_to=/signed-in" target="_blank">{s.confirm}</a></p>
            </div>
        </div>
    }
}

/// What a refusal says to a person who opened a page.
fn refused(error: ApiError) -> AnyView {
    crate::response::set_status(error.code.status());
    html! {
        <Title text=t().frame.title.with([&error.message])/>
        <h1 tabindex="-1">{error.message.clone()}</h1>
        <p>{error.hint.clone()}</p>
        <p class="remark">{t().common.our_request_id} " " <code>{error.request_id.clone()}</code></p>
    }
}

/// The ID of the alert that says what is wrong.
const PROBLEM: &str = "problem";

/// Which field that is, by its ID.
#[derive(Clone, Copy)]
struct Wrong(&'static str);

/// For a field that may be the wrong one: the values of `aria-invalid` and `aria-describedby`, and whether it has the focus.
fn wrong(is_wrong: bool, hint: Option<String>) -> (Option<&'static str>, Option<String>, bool) {
    let described =
        is_wrong.then(|| PROBLEM.to_owned()).into_iter().chain(hint).collect::<Vec<_>>().join(" ");
    (is_wrong.then_some("true"), (!described.is_empty()).then_some(described), is_wrong)
}

/// The way to the rest of a list, and back to its beginning.
fn pager(label: &'static str, is_first: bool, first: String, next: Option<String>) -> Option<AnyView> {
    let s = t().served();
    (!is_first || next.is_some()).then(|| {
        html! {
            <nav class="pagination" aria-label=label>
                {(!is_first).then(|| html! { <a class="button" href=first>{s.first_page}</a> })}
                {next.map(|next| html! { <a class="button" href=next>{s.next_page}</a> })}
            </nav>
        }
    })
}

/// A text field with its label, and its ID for its name.
fn text_input(id: &'static str, label: &'static str, value: &str, hint: &'static str) -> AnyView {
    named_input(id, id, label, value, hint)
}

/// The same on a page that has several of the name.
fn named_input(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    value: &str,
    hint: &'static str,
) -> AnyView {
    let hint_id = (!hint.is_empty()).then(|| crate::ui::field::hint_id(id));
    let is_wrong = use_context::<Wrong>().is_some_and(|Wrong(of)| of == id);
    let (invalid, described, has_focus) = wrong(is_wrong, hint_id.clone());
    html! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                name=name
                value=value.to_owned()
                autocomplete="off"
                spellcheck="false"
                aria-invalid=invalid
                aria-describedby=described
                autofocus=has_focus
            />
            {hint_id.map(|id| html! { <span class="hint" id=id>{hint}</span> })}
        </div>
    }
}

/// Copies the text of an element; shown where there is a script that does it.
fn copy_button(of: &'static str, what: &'static str) -> AnyView {
    let c = &t().common;
    html! {
        <button type="button" class="icon-button copy" data-copies=of data-done=c.copied aria-label=c.copy.with([&what]) hidden>
            <Icon glyph=Glyph::Copy/>
        </button>
        <span role="status" class="visually-hidden"></span>
    }
}

/// What happened and what to do where no RAM role is for a person.
pub fn no_role() -> (String, String) {
    let s = t().served();
    (s.no_role.to_owned(), s.no_role_more.to_owned())
}

/// The same where what signs the calls may not make one, such as `kms:ListSecrets`.
pub fn no_permission(action: &str) -> (String, String) {
    let s = t().served();
    (s.no_permission.with([&action]), s.no_permission_more.to_owned())
}

/// The same where so many requests of a person wait for somebody else already.
pub fn too_many_asked(most: i64) -> (String, String) {
    let s = t().served();
    (s.too_many_asked.with([&most]), s.too_many_asked_more.to_owned())
}

/// What was approved is being done by another request.
pub fn under_way() -> (String, String) {
    let s = t().served();
    (s.is_under_way.to_owned(), s.is_under_way_more.to_owned())
}

/// What a role is called.
fn role_words(role: usize) -> &'static str {
    t().served().roles.get(role).copied().unwrap_or_default()
}
