//! Signing in and out, and choosing a password behind a one-time link.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use keyturn_app::model::error::{ApiError, ErrorCode};
use keyturn_app::served::{
    CodePage, InvitationPage, PasswordProblem, RecoveryCodesPage, Served, SignInPage, SignInProblem,
};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::factors::{asked_of_browser, enrolling};
use super::{
    Answer, DEVICE_COOKIE, Nothing, agent, back_to, form, own_path, recorded_of, refused_as, show, sign_in,
    signed_in, with_cookies, without_cookie,
};
use crate::audit::{End, Outcome, UNKNOWN, What, Who};
use crate::gateway::Asker;
use crate::identity::{
    Beginning, Entered, From, Invalid, MIN_PASSWORD, Oidc, Person, Refused, SignIn, Started,
};
use crate::web::Web;
use crate::web::identity::{address, session_token};
use crate::web::pages::{cookie, parameter};
use crate::web::request::{RequestId, error_response, refusal};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    name: String,
    password: Zeroizing<String>,
    #[serde(default)]
    return_to: String,
    /// Whether somebody who is signed in confirms that it is them.
    confirm: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    step: String,
    code: Zeroizing<String>,
    #[serde(default)]
    return_to: String,
    confirm: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UsedPasskey {
    step: String,
    credential: String,
    #[serde(default)]
    return_to: String,
    confirm: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    token: Zeroizing<String>,
    /// For password managers alone.
    #[serde(default, rename = "name")]
    _name: String,
    password: Zeroizing<String>,
    again: Zeroizing<String>,
}

pub(super) async fn page(State(web): State<Web>, request: Request) -> Answer {
    let person = request.extensions().get::<Asker>().map(|asker| asker.person.clone());
    let left = parameter(request.uri(), "left");
    let is_out = person.is_none() && (left.is_some() || parameter(request.uri(), "out").is_some());
    let way_out = match (&sign_in(&web)?.oidc, left, &person) {
        (Some(oidc), Some(provider), None) => oidc.way_out(&provider).await,
        _ => None,
    };
    let return_to = parameter(request.uri(), "return_to").unwrap_or_default();
    let is_fresh = person.as_ref().is_some_and(|person| person.is_privileged());
    let page = SignInPage {
        way_out,
        is_out,
        go_on: is_fresh.then(|| own_path(&return_to).to_owned()),
        return_to,
        is_confirmation: person.is_some(),
        name: person.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        ..ways(sign_in(&web)?, person.as_deref())
    };
    show(web, request, Served::SignIn(page)).await
}

pub(super) async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (request, typed): (_, Credentials) = form(&web, request).await?;
    if !sign_in(&web)?.has_local {
        return Err(refusal(ErrorCode::NotFound));
    }
    not_in_yet(&request, typed.confirm.as_deref(), &typed.return_to)?;
    let mut door = Door::of(&request, typed.return_to, typed.confirm.is_some());
    // What was typed may be anything, a password too: only a name that is one is kept.
    let name = typed.name.trim().to_lowercase();
    if sign_in(&web)?.accounts.enabled(&name).await.ok().flatten().is_some() {
        door.who.name = name;
    }
    let answer = sign_in(&web)?.local(&typed.name, typed.password, door.from(), door.only()).await;
    let refused = match answer {
        Ok(Entered::Session(started)) => match door.opened(&web, "password", &started).await {
            true => return Ok(door.through(&started)),
            false => Refused::Unavailable,
        },
        Ok(Entered::Code { step }) => {
            let page = CodePage { action: "/sign-in/code", step, ..CodePage::default() };
            return show(web, request, Served::Code(door.on(page))).await;
        }
        Ok(Entered::Enrol { step, enrolment }) => {
            let page = CodePage { is_needed: true, ..enrolling("/sign-in/code", step, &enrolment) };
            return show(web, request, Served::Code(door.on(page))).await;
        }
        Err(refused) => {
            door.closed(&web, "password", refused).await;
            refused
        }
    };
    again(web, request, door, typed.name, problem(refused)).await
}

/// The code of an app after the password.
pub(super) async fn code(State(web): State<Web>, request: Request) -> Answer {
    let (request, typed): (_, Code) = form(&web, request).await?;
    not_in_yet(&request, typed.confirm.as_deref(), &typed.return_to)?;
    let mut door = Door::of(&request, typed.return_to, typed.confirm.is_some());
    let sign_in = sign_in(&web)?;
    let enrolment = sign_in.enrolment(&typed.step).await.ok().flatten();
    door.who.name = sign_in.in_step(&typed.step).await.ok().flatten().unwrap_or_default();
    let answer = match &enrolment {
        None => sign_in.code(&typed.step, &typed.code, door.from(), door.only()).await,
        // It changes the account, too.
        Some(_) => {
            let name = door.who.name.clone();
            let who = Who { person: format!("local:{name}"), ..door.who.clone() };
            let enrol = async { Ok(sign_in.code(&typed.step, &typed.code, door.from(), door.only()).await) };
            recorded_of(&web, &who, "add_app", What::about(&name), enrol).await?
        }
    };
    let refused = match answer {
        Ok(coded) => match door.opened(&web, &format!("password, {}", coded.with), &coded.started).await {
            true if coded.recovery_codes.is_empty() => return Ok(door.through(&coded.started)),
            true => {
                let go_on = own_path(&door.return_to).to_owned();
                let page = RecoveryCodesPage { codes: coded.recovery_codes, go_on };
                let shown = show(web, request, Served::RecoveryCodes(page)).await?;
                return Ok(with_cookies(shown, &coded.started));
            }
            false => Refused::Unavailable,
        },
        Err(refused) => {
            door.closed(&web, "code", refused).await;
            refused
        }
    };
    let problem = problem(refused);
    if refused == Refused::Expired {
        return again(web, request, door, String::new(), problem).await;
    }
    let page = match enrolment {
        Some(enrolment) => CodePage { is_needed: true, ..enrolling("/sign-in/code", typed.step, &enrolment) },
        None => CodePage { action: "/sign-in/code", step: typed.step, ..CodePage::default() },
    };
    let page = CodePage { problem: Some(problem), ..door.on(page) };
    Ok(resting(show(web, request, Served::Code(page)).await?, problem))
}

/// What a browser is to do with a passkey.
pub(super) async fn passkey_options(State(web): State<Web>, request: Request) -> Answer {
    let (request, Nothing {}) = form(&web, request).await?;
    let sign_in = sign_in(&web)?;
    let Some(passkeys) = &sign_in.passkeys else { return Err(refusal(ErrorCode::NotFound)) };
    count_beginning(sign_in, &request, Beginning::Ceremony).await.map_err(|refused| match refused {
        Refused::TooOften { wait, .. } => {
            let retry_after_ms = u64::try_from(wait.as_millis()).ok();
            error_response(&ApiError { retry_after_ms, ..ApiError::new(ErrorCode::Throttled) })
        }
        _ => refusal(ErrorCode::Internal),
    })?;
    let begun = passkeys.begin().await.map_err(|error| {
        tracing::error!(%error, "the database failed at a passkey");
        refusal(ErrorCode::Internal)
    })?;
    Ok(asked_of_browser(begun))
}

/// Counts what the sender of a request begins without a sign-in.
pub(super) fn count_beginning<'a>(
    sign_in: &'a SignIn,
    request: &Request,
    what: Beginning,
) -> impl Future<Output = Result<(), Refused>> + use<'a> {
    // Copy these first: a reference to the request cannot be held across an await.
    let device = cookie(request.headers(), DEVICE_COOKIE).map(str::to_owned);
    let session = request.extensions().get::<Asker>().and_then(|asker| asker.person.session.clone());
    let address = address(request);
    async move { sign_in.count_beginning(what, session.as_deref(), device.as_deref(), &address).await }
}

pub(super) async fn passkey(State(web): State<Web>, request: Request) -> Answer {
    let (request, made): (_, UsedPasskey) = form(&web, request).await?;
    not_in_yet(&request, made.confirm.as_deref(), &made.return_to)?;
    let door = Door::of(&request, made.return_to, made.confirm.is_some());
    let answer = sign_in(&web)?.passkey(&made.step, &made.credential, door.from(), door.only()).await;
    let problem = match answer {
        Ok(started) => match door.opened(&web, "passkey", &started).await {
            true => return Ok(door.through(&started)),
            false => SignInProblem::Unavailable,
        },
        Err(refused) => {
            door.closed(&web, "passkey", refused).await;
            match refused {
                Refused::Wrong => SignInProblem::PasskeyRefused,
                other => problem(other),
            }
        }
    };
    let name = door.confirming.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    again(web, request, door, name, problem).await
}

/// Redirects a sign-in form that was loaded before another tab signed in to the page that says who is signed in, and where to go
/// on. A signed-in user who confirms their identity sends `confirm`.
fn not_in_yet(request: &Request, confirm: Option<&str>, return_to: &str) -> Result<(), Response> {
    match request.extensions().get::<Asker>().is_some() && confirm.is_none() {
        true => Err(back_to(&format!("/sign-in?return_to={}", keyturn_app::paths::encoded(return_to)))),
        false => Ok(()),
    }
}

/// Somebody who wants in: from where, where to, and who it must be where somebody confirms that it is them.
struct Door {
    who: Who,
    agent: String,
    earlier: Option<String>,
    device: Option<String>,
    return_to: String,
    confirming: Option<Arc<Person>>,
}

impl Door {
    fn of(request: &Request, return_to: String, is_confirmation: bool) -> Self {
        let confirms = request.extensions().get::<Asker>().filter(|_| is_confirmation);
        Self {
            who: who(request, ""),
            agent: agent(request.headers()),
            earlier: session_token(request.headers()).map(str::to_owned),
            device: cookie(request.headers(), DEVICE_COOKIE).map(str::to_owned),
            return_to,
            confirming: confirms.map(|asker| asker.person.clone()),
        }
    }

    fn from(&self) -> From<'_> {
        From {
            address: &self.who.from,
            agent: &self.agent,
            earlier: self.earlier.as_deref(),
            device: self.device.as_deref(),
        }
    }

    fn only(&self) -> Option<&str> {
        self.confirming.as_ref().map(|person| person.id.as_str())
    }

    /// Whether it is written down. What is not is not done: the session's identifier reaches nobody.
    async fn opened(&self, web: &Web, with: &str, started: &Started) -> bool {
        let person = &started.person;
        let who = Who {
            person: person.clone(),
            name: person.strip_prefix("local:").unwrap_or(person).to_owned(),
            ..self.who.clone()
        };
        signed_in(web, &who, What::default().with("with", with), started).await.is_ok()
    }

    async fn closed(&self, web: &Web, with: &str, refused: Refused) {
        let code = match refused {
            // The first says it; a record of each would let anybody fill the log.
            Refused::TooOften { is_first: false, .. } => return,
            Refused::Wrong if with == "password" => "wrong_password",
            refused => refused.code(),
        };
        refused_as(web, &self.who, "sign_in", What::default().with("with", with), code).await;
    }

    fn through(&self, started: &Started) -> Response {
        with_cookies(back_to(own_path(&self.return_to)), started)
    }

    fn on(&self, page: CodePage) -> CodePage {
        CodePage { return_to: self.return_to.clone(), is_confirmation: self.confirming.is_some(), ..page }
    }
}

fn problem(refused: Refused) -> SignInProblem {
    match refused {
        Refused::Wrong => SignInProblem::Wrong,
        Refused::Expired => SignInProblem::Expired,
        Refused::NeedsPasskey => SignInProblem::NeedsPasskey,
        Refused::TooOften { wait, .. } => SignInProblem::TooOften { minutes: wait.as_secs().div_ceil(60) },
        Refused::Unavailable => SignInProblem::Unavailable,
    }
}

/// The first page again, with what went wrong.
async fn again(web: Web, request: Request, door: Door, name: String, problem: SignInProblem) -> Answer {
    let page = SignInPage {
        is_confirmation: door.confirming.is_some(),
        name,
        problem: Some(problem),
        ..ways(sign_in(&web)?, door.confirming.as_deref())
    };
    let page = SignInPage { return_to: door.return_to, ..page };
    Ok(resting(show(web, request, Served::SignIn(page)).await?, problem))
}

pub(super) fn resting(mut response: Response, problem: SignInProblem) -> Response {
    if let SignInProblem::TooOften { minutes } = problem {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(minutes * 60));
    }
    response
}

/// What the tab shows that was opened to sign in for a page in another one.
pub(super) async fn done(State(web): State<Web>, request: Request) -> Answer {
    match request.extensions().get::<Asker>() {
        Some(_) => show(web, request, Served::SignedIn).await,
        None => Ok(back_to("/sign-in")),
    }
}

pub(super) async fn out(State(web): State<Web>, request: Request) -> Answer {
    let (request, Nothing {}) = form(&web, request).await?;
    let asker = request.extensions().get::<Asker>().cloned().ok_or_else(|| back_to("/sign-in"))?;
    let sessions = &sign_in(&web)?.sessions;
    sessions.end(asker.person.session.as_deref().unwrap_or_default()).await.map_err(|error| {
        tracing::error!(%error, "a session could not be ended");
        refusal(ErrorCode::Internal)
    })?;
    let end = End { outcome: Outcome::Done, ..End::default() };
    if let Err(error) = web.audit.happened(&asker.who(), "sign_out", &What::default(), end).await {
        // The session has ended: that is not taken back.
        tracing::error!(%error, "a sign-out could not be written to the audit log");
    }
    // Who came by a provider is still signed in there, maybe.
    let provider = sign_in(&web)?.oidc.as_ref().and_then(|oidc| oidc.of_person(&asker.person.id));
    let door = provider.map_or_else(|| "/sign-in?out".to_owned(), |id| format!("/sign-in?left={id}"));
    let mut response = without_cookie(back_to(&door));
    let all = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), all);
    Ok(response)
}

pub(super) async fn invitation(State(web): State<Web>, request: Request) -> Answer {
    let token = parameter(request.uri(), "token").unwrap_or_default();
    open_link(web, request, token, None).await
}

pub(super) async fn accept(State(web): State<Web>, request: Request) -> Answer {
    let (request, typed): (_, NewPassword) = form(&web, request).await?;
    let token = typed.token.to_string();
    if *typed.password != *typed.again {
        return open_link(web, request, token, Some(PasswordProblem::NotTheSame)).await;
    }
    let sign_in = sign_in(&web)?;
    let invited = sign_in.accounts.invited(&token).await.map_err(|error| {
        tracing::error!(%error, "the database failed at a one-time link");
        refusal(ErrorCode::Internal)
    })?;
    let Some(name) = invited else {
        let who = self::who(&request, "");
        refused_as(&web, &who, "choose_password", What::default(), "not_found").await;
        return open_link(web, request, token, None).await;
    };
    let who = Who { person: format!("local:{name}"), ..self::who(&request, &name) };
    let change = async {
        let chosen = match sign_in.accounts.accept(&token, typed.password).await {
            Ok(chosen) => chosen,
            Err(_) => return Ok(None),
        };
        if chosen.is_ok() {
            // Whoever knew the old password is out, and so is what was begun with it.
            sign_in.end_ways(&name).await?;
        }
        Ok(Some(chosen))
    };
    let chosen = recorded_of(&web, &who, "choose_password", What::about(&name), change).await?;
    let problem = match chosen {
        Some(Ok(_)) => return Ok(back_to("/sign-in")),
        Some(Err(Invalid::Password)) => Some(PasswordProblem::TooShort { least: MIN_PASSWORD }),
        Some(Err(Invalid::Guessable)) => Some(PasswordProblem::Guessable),
        Some(Err(Invalid::Link | Invalid::Name | Invalid::Taken | Invalid::Gone)) => None,
        None => Some(PasswordProblem::Unavailable),
    };
    open_link(web, request, token, problem).await
}

async fn open_link(web: Web, request: Request, token: String, problem: Option<PasswordProblem>) -> Answer {
    let name = sign_in(&web)?.accounts.invited(&token).await.map_err(|error| {
        tracing::error!(%error, "the database failed at a one-time link");
        refusal(ErrorCode::Internal)
    })?;
    show(web, request, Served::Invitation(InvitationPage { token, name, problem })).await
}

/// How one can sign in; who confirms does it the way they came.
pub(super) fn ways(sign_in: &SignIn, confirming: Option<&Person>) -> SignInPage {
    let all = sign_in.oidc.iter().flat_map(Oidc::providers);
    let own = confirming.and_then(|person| sign_in.oidc.as_ref()?.of_person(&person.id));
    let is_local = confirming.is_none_or(|person| person.id.starts_with("local:"));
    let providers = all.filter(|(id, _)| confirming.is_none() || own == Some(*id));
    SignInPage {
        has_local: sign_in.has_local && is_local,
        has_passkeys: sign_in.has_local && is_local && sign_in.passkeys.is_some(),
        providers: providers.map(|(id, name)| (id.to_owned(), name.to_owned())).collect(),
        ..SignInPage::default()
    }
}

/// Somebody who typed this name.
pub(super) fn who(request: &Request, name: &str) -> Who {
    Who {
        person: UNKNOWN.into(),
        name: name.to_owned(),
        session: None,
        from: address(request),
        request_id: RequestId::of(request),
    }
}
