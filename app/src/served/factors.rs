//! What local accounts sign in with beside or in place of a password: the code of an app, recovery codes, passkeys.

use leptos::prelude::*;
use leptos_meta::Title;

use super::sign_in::{SignInProblem, alert};
use super::wrong;
use crate::locales::t;
use crate::response;
use crate::ui::form::page_of;
use crate::ui::html::html;
use crate::ui::time::Time;

/// Asks for the code of an app; where one is being set up, shows what the app is given.
#[derive(Clone, Default)]
pub struct CodePage {
    /// Where the form goes.
    pub action: &'static str,
    /// Goes on with what was begun.
    pub step: String,
    pub return_to: String,
    pub is_confirmation: bool,
    /// The key as text, and its picture as an address of data.
    pub enrolment: Option<(String, String)>,
    /// Whether the app is set up because nobody signs in without.
    pub is_needed: bool,
    pub problem: Option<SignInProblem>,
}

/// Recovery codes, shown once.
#[derive(Clone, Default)]
pub struct RecoveryCodesPage {
    pub codes: Vec<String>,
    /// Where to afterwards.
    pub go_on: String,
}

/// How the account of somebody who is signed in signs in.
#[derive(Clone, Default)]
pub struct WaysIn {
    pub has_app: bool,
    pub codes_left: i64,
    /// `None` where there cannot be any.
    pub passkeys: Option<Vec<PasskeyLine>>,
    pub problem: Option<WaysProblem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaysProblem {
    /// What a browser made as a passkey was not taken.
    Passkey,
    /// The last factor stays where one is required.
    Last,
}

#[derive(Clone)]
pub struct PasskeyLine {
    pub id: String,
    pub name: String,
    pub created_ms: i64,
}

pub(super) fn code(page: CodePage) -> AnyView {
    let s = t().served();
    let problem = page.problem.map(|problem| {
        response::set_status(problem.status());
        match problem {
            SignInProblem::Wrong => alert(s.code_wrong.to_owned()),
            other => alert(other.words()),
        }
    });
    let (invalid, described, _) = wrong(page.problem == Some(SignInProblem::Wrong), Some("code-hint".into()));
    let is_enrolment = page.enrolment.is_some();
    let (title, more) = match is_enrolment {
        true => (s.app_title, s.app_more),
        false => (s.code_title, s.code_more),
    };
    let hint = if is_enrolment { "" } else { s.code_hint };
    let enrolment = page.enrolment.map(|(secret, picture)| {
        html! {
            <img class="qr" src=picture alt=s.app_picture width="220" height="220"/>
            <div class="field">
                <label for="key">{s.app_key}</label>
                <input id="key" class="one-time-link" readonly value=secret/>
            </div>
        }
    });
    html! {
        <Title text=t().frame.title.with([&title])/>
        <h1>{title}</h1>
        {page.is_needed.then(|| html! { <p>{s.app_needed}</p> })}
        <p>{more}</p>
        {problem}
        <form method="post" action=page.action class="door">
            {page_of()}
            <input type="hidden" name="step" value=page.step/>
            <input type="hidden" name="return_to" value=page.return_to/>
            {page.is_confirmation.then(|| html! { <input type="hidden" name="confirm" value="1"/> })}
            {enrolment}
            <div class="field">
                <label for="code">{s.code}</label>
                <input
                    id="code"
                    name="code"
                    autocomplete="one-time-code"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=invalid
                    aria-describedby=described
                    required
                    autofocus
                />
                <span class="hint" id="code-hint">{hint}</span>
            </div>
            <button class="button" data-kind="primary">{s.go_on}</button>
        </form>
    }
}

pub(super) fn recovery_codes(page: RecoveryCodesPage) -> AnyView {
    let s = t().served();
    let codes = page.codes.into_iter().map(|code| html! { <li><code>{code}</code></li> }).collect_view();
    html! {
        <Title text=t().frame.title.with([&s.codes_title])/>
        <h1>{s.codes_title}</h1>
        <p>{s.codes_more}</p>
        <ul class="recovery-codes">{codes}</ul>
        <p><a class="button" data-kind="primary" href=page.go_on>{s.codes_kept}</a></p>
    }
}

/// A button that signs in with a passkey; it shows where the browser can.
pub(super) fn by_passkey(return_to: &str, is_confirmation: bool) -> AnyView {
    let s = t().served();
    html! {
        <form method="post" action="/sign-in/passkey" data-passkey="get" data-options="/sign-in/passkey-options" hidden>
            {page_of()}
            <input type="hidden" name="return_to" value=return_to.to_owned()/>
            {is_confirmation.then(|| html! { <input type="hidden" name="confirm" value="1"/> })}
            {made_by_script(s.with_passkey)}
        </form>
    }
}

/// What the script fills in, the button, and what is said where it fails.
fn made_by_script(text: &'static str) -> AnyView {
    html! {
        <input type="hidden" name="step"/>
        <input type="hidden" name="credential"/>
        <button class="button">{text}</button>
        <div role="alert" class="alert" data-meaning="danger" hidden><p>{t().served().passkey_failed}</p></div>
    }
}

pub(super) fn ways_in(ways: WaysIn) -> AnyView {
    let s = t().served();
    let app = match ways.has_app {
        true => html! {
            <p>{s.app_on} ". " {s.codes_left.with([&ways.codes_left])}</p>
            <div class="actions">
                {plain("/account/add-app", s.set_up_another)}
                {plain("/account/new-recovery-codes", s.new_codes)}
                {plain("/account/remove-app", s.remove_app)}
            </div>
        },
        false => html! { <p>{s.app_off}</p> {plain("/account/add-app", s.set_up)} },
    };
    let passkeys = match ways.passkeys {
        None => html! { <p>{s.no_passkeys}</p> },
        Some(passkeys) => html! {
            <ul class="passkeys">{passkeys.into_iter().map(passkey).collect_view()}</ul>
            <noscript><p class="remark">{s.no_script}</p></noscript>
            <form method="post" action="/account/add-passkey" class="door" data-passkey="create" data-options="/account/passkey-options" hidden>
                {page_of()}
                {super::text_input("passkey-name", s.passkey_name, "", s.passkey_name_hint)}
                {made_by_script(s.add_passkey)}
            </form>
        },
    };
    let problem = ways.problem.map(|problem| {
        response::set_status(422);
        alert(match problem {
            WaysProblem::Passkey => s.passkey_not_added.to_owned(),
            WaysProblem::Last => s.last_factor.to_owned(),
        })
    });
    html! {
        <h2>{s.sign_in_ways}</h2>
        {problem}
        {plain("/account/new-password", s.new_password)}
        <h3>{s.app}</h3>
        {app}
        <h3>{s.passkeys}</h3>
        <p class="remark">{s.passkeys_about}</p>
        {passkeys}
    }
}

fn passkey(line: PasskeyLine) -> AnyView {
    let s = t().served();
    let label = s.remove_passkey_of.with([&line.name]);
    html! {
        <li>
            <strong>{line.name}</strong>
            " "
            <span class="remark"><Time at_ms=Signal::stored(line.created_ms)/></span>
            <form method="post" action="/account/remove-passkey">
                {page_of()}
                <input type="hidden" name="id" value=line.id/>
                <button class="button" data-kind="quiet" aria-label=label>{s.remove_passkey}</button>
            </form>
        </li>
    }
}

/// A form that is a button.
fn plain(action: &'static str, text: &'static str) -> AnyView {
    html! { <form method="post" action=action>{page_of()}<button class="button">{text}</button></form> }
}
