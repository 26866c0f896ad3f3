//! `/sign-in`, and the page behind a one-time link.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{PROBLEM, wrong};
use crate::locales::t;
use crate::plain::Fields;
use crate::response;
use crate::ui::form::page_of;
use crate::ui::html::html;

/// What `/sign-in` shows.
#[derive(Clone, Default)]
pub struct SignInPage {
    /// Where to afterwards: a path of the console.
    pub return_to: String,
    /// What was typed, or who is signed in already.
    pub name: String,
    /// Whether somebody who is signed in confirms that it is them.
    pub is_confirmation: bool,
    /// Where to go on without, for whoever has just signed in.
    pub go_on: Option<String>,
    pub has_local: bool,
    pub has_passkeys: bool,
    /// ID and name of each provider of OpenID Connect.
    pub providers: Vec<(String, String)>,
    /// Right after a sign-out.
    pub is_out: bool,
    /// Then: the provider's name, and where one signs out there too.
    pub way_out: Option<(String, String)>,
    /// Name and redirect address of each provider, for [`SignInProblem::OldRedirectAddress`].
    pub redirect_uris: Vec<(String, String)>,
    pub problem: Option<SignInProblem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// Name or password: which one is not told.
    Wrong,
    TooOften {
        minutes: u64,
    },
    Unavailable,
    /// It took too long, or was begun elsewhere.
    Expired,
    /// The provider said no, or what it said is no proof.
    ProviderRefused,
    ProviderDown,
    PasskeyRefused,
    /// A second factor is required, and there is one: a passkey.
    NeedsPasskey,
    /// The provider redirected to the address that all providers shared in earlier versions.
    OldRedirectAddress,
}

/// What a one-time link shows.
#[derive(Clone, Default)]
pub struct InvitationPage {
    pub token: String,
    /// Whose account it is; `None` where the link does not open any more.
    pub name: Option<String>,
    pub problem: Option<PasswordProblem>,
}

/// A form that was sent after its session had ended.
#[derive(Clone)]
pub struct KeptForm {
    /// Where it goes: an address of the console.
    pub action: String,
    /// What was typed, without the values.
    pub fields: Fields,
    pub had_values: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    TooShort { least: usize },
    Guessable,
    NotTheSame,
    Unavailable,
}

impl SignInProblem {
    /// The HTTP status.
    pub(super) fn status(self) -> u16 {
        match self {
            Self::Wrong
            | Self::Expired
            | Self::ProviderRefused
            | Self::PasskeyRefused
            | Self::NeedsPasskey => 422,
            Self::OldRedirectAddress => 410,
            Self::TooOften { .. } => 429,
            Self::Unavailable | Self::ProviderDown => 503,
        }
    }

    pub(super) fn words(self) -> String {
        let s = t().served();
        match self {
            Self::Wrong => s.wrong.to_owned(),
            Self::TooOften { minutes } => s.too_often.with([&minutes]),
            Self::Unavailable => s.unavailable.to_owned(),
            Self::Expired => s.expired.to_owned(),
            Self::ProviderRefused => s.provider_refused.to_owned(),
            Self::ProviderDown => s.provider_down.to_owned(),
            Self::PasskeyRefused => s.passkey_refused.to_owned(),
            Self::NeedsPasskey => s.needs_passkey.to_owned(),
            Self::OldRedirectAddress => s.old_redirect_address.to_owned(),
        }
    }
}

pub(super) fn sign_in(page: SignInPage) -> AnyView {
    let s = t().served();
    let problem = page.problem.map(|problem| {
        response::set_status(problem.status());
        alert(problem.words())
    });
    let title = match (page.is_confirmation, &page.go_on) {
        (true, None) => s.confirm,
        _ => s.sign_in,
    };
    let return_to = crate::paths::encoded(&page.return_to);
    let providers = page
        .providers
        .iter()
        .map(|(id, name)| {
            let href = format!("/sign-in/with/{id}?return_to={return_to}");
            html! { <a class="button" href=href>{s.with_provider.with([name])}</a> }
        })
        .collect_view();
    let form = page.has_local.then(|| by_password(&page));
    // A link: no form of ours may lead to another origin.
    let way_out = page.way_out.as_ref().map(|(name, href)| {
        html! {
            <p role="status">{s.left.with([name])}</p>
            <p><a class="button" href=href.clone() rel="noreferrer">{s.leave.with([name])}</a></p>
        }
    });
    html! {
        <Title text=t().frame.title.with([&title])/>
        <h1>{title}</h1>
        {(page.is_confirmation && page.go_on.is_none()).then(|| html! { <p>{s.confirm_why}</p> })}
        {page.go_on.clone().map(|go_on| html! {
            <p role="status">{s.signed_in_as.with([&page.name])}</p>
            <p><a class="button" data-kind="primary" href=go_on>{s.go_on}</a></p>
        })}
        {problem}
        {(!page.redirect_uris.is_empty()).then(|| redirect_uris(&page.redirect_uris))}
        {(page.is_out && way_out.is_none()).then(|| html! { <p role="status">{s.signed_out}</p> })}
        {way_out}
        <div class="ways">
            {providers}
            {page.has_passkeys.then(|| super::factors::by_passkey(&page.return_to, page.is_confirmation))}
        </div>
        {form}
    }
}

/// Name and redirect address of each provider.
fn redirect_uris(all: &[(String, String)]) -> AnyView {
    let items = all
        .iter()
        .map(|(name, address)| html! { <li>{name.clone()} ": " <code>{address.clone()}</code></li> })
        .collect_view();
    html! { <ul class="addresses">{items}</ul> }
}

fn by_password(page: &SignInPage) -> AnyView {
    let s = t().served();
    // Which of the two is wrong nobody is told.
    let (invalid, described, _) = wrong(page.problem == Some(SignInProblem::Wrong), None);
    html! {
        <form method="post" action="/sign-in" class="door">
            {page_of()}
            <input type="hidden" name="return_to" value=page.return_to.clone()/>
            {page.is_confirmation.then(|| html! { <input type="hidden" name="confirm" value="1"/> })}
            <div class="field">
                <label for="name">{s.name}</label>
                <input
                    id="name"
                    name="name"
                    value=page.name.clone()
                    readonly=page.is_confirmation
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    aria-invalid=invalid
                    aria-describedby=described.clone()
                    autofocus=page.name.is_empty()
                />
            </div>
            <div class="field">
                <label for="password">{s.password}</label>
                <input
                    id="password"
                    name="password"
                    type="password"
                    autocomplete="current-password"
                    required
                    aria-invalid=invalid
                    aria-describedby=described
                    autofocus=!page.name.is_empty()
                />
            </div>
            <button class="button" data-kind="primary">{s.sign_in}</button>
        </form>
    }
}

pub(super) fn signed_in() -> AnyView {
    let s = t().served();
    html! {
        <Title text=t().frame.title.with([&s.signed_in])/>
        <h1>{s.signed_in}</h1>
        <p>{s.signed_in_more}</p>
    }
}

pub(super) fn kept(form: KeptForm) -> AnyView {
    let s = t().served();
    response::set_status(401);
    let fields = form
        .fields
        .pairs()
        .map(|(name, value)| html! { <input type="hidden" name=name.to_owned() value=value.to_owned()/> })
        .collect_view();
    html! {
        <Title text=t().frame.title.with([&s.session_ended])/>
        <h1>{s.session_ended}</h1>
        <p>{s.session_ended_about}</p>
        {form.had_values.then(|| html! { <p>{s.values_dropped}</p> })}
        <p>{s.sent_as}</p>
        <p><a class="button" data-kind="primary" href="/sign-in?return_to=/signed-in" target="_blank">{s.sign_in}</a></p>
        <form method="post" action=form.action class="act">
            {page_of()}
            {fields}
            <button class="button">{s.send_again}</button>
        </form>
    }
}

pub(super) fn invitation(page: InvitationPage) -> AnyView {
    let s = t().served();
    let Some(name) = page.name else {
        response::set_status(404);
        return html! {
            <Title text=t().frame.title.with([&s.link_used])/>
            <h1>{s.link_used}</h1>
            <p>{s.link_used_more}</p>
            <p><a href="/sign-in">{s.sign_in}</a></p>
        };
    };
    let problem = page.problem.map(|problem| match problem {
        PasswordProblem::TooShort { least } => s.too_short.with([&least]),
        PasswordProblem::Guessable => s.guessable.to_owned(),
        PasswordProblem::NotTheSame => s.not_the_same.to_owned(),
        PasswordProblem::Unavailable => s.unavailable.to_owned(),
    });
    if let Some(problem) = page.problem {
        response::set_status(if problem == PasswordProblem::Unavailable { 503 } else { 422 });
    }
    let is_wrong = page.problem.is_some_and(|problem| problem != PasswordProblem::Unavailable);
    let (invalid, described, _) = wrong(is_wrong, Some("password-hint".into()));
    let (again_invalid, again_described, _) = wrong(page.problem == Some(PasswordProblem::NotTheSame), None);
    html! {
        <Title text=t().frame.title.with([&s.choose_password])/>
        <h1>{s.choose_password}</h1>
        <p>{s.choose_password_for.with([&name])}</p>
        {problem.map(alert)}
        <form method="post" action="/invitation" class="door">
            {page_of()}
            <input type="hidden" name="token" value=page.token/>
            <input type="hidden" name="name" value=name autocomplete="username"/>
            <div class="field">
                <label for="password">{s.password}</label>
                <input
                    id="password"
                    name="password"
                    type="password"
                    autocomplete="new-password"
                    aria-invalid=invalid
                    aria-describedby=described
                    required
                    autofocus
                />
                <span class="hint" id="password-hint">{s.password_hint}</span>
            </div>
            <div class="field">
                <label for="again">{s.password_again}</label>
                <input
                    id="again"
                    name="again"
                    type="password"
                    autocomplete="new-password"
                    aria-invalid=again_invalid
                    aria-describedby=again_described
                    required
                />
            </div>
            <button class="button" data-kind="primary">{s.save_password}</button>
        </form>
    }
}

pub(super) fn alert(text: String) -> AnyView {
    html! { <div role="alert" id=PROBLEM class="alert" data-meaning="danger"><p>{text}</p></div> }
}
