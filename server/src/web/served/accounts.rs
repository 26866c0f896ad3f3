//! Local accounts, for administrators: made, managed each on a page of its own, deleted.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use keyturn_app::model::error::ErrorCode;
use keyturn_app::served::{
    self, AccessPage, AccessProblem, AccountLine, AccountResult, ManagedAccount, Served, account_path,
};
use serde::Deserialize;

use super::access::{asked, shown};
use super::{Answer, Part, administrator, confirmed, is_privileged, list, recorded, show, sign_in};
use crate::audit::What;
use crate::gateway::Asker;
use crate::identity::{Account, Grants, Invalid, Role, SignIn};
use crate::web::Web;
use crate::web::identity::asker;
use crate::web::pages::with_result;
use crate::web::request::refusal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithGroups {
    name: String,
    #[serde(default)]
    groups: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    name: String,
    #[serde(default)]
    typed: String,
}

/// As administrators see them.
pub(super) async fn lines(
    sign_in: &SignIn,
    asker: &Asker,
    part: &Part,
) -> Result<Vec<AccountLine>, sqlx::Error> {
    let with_app = sign_in.factors.accounts().await?;
    let accounts = sign_in.accounts.list(&part.find, &part.after, part.most()).await?;
    Ok(accounts.into_iter().map(|account| line(account, asker, &with_app)).collect())
}

fn line(account: Account, asker: &Asker, with_app: &[String]) -> AccountLine {
    AccountLine {
        is_own: account.person() == asker.person.id,
        has_app: with_app.contains(&account.name),
        name: account.name,
        groups: account.groups,
        has_password: account.has_password,
        is_disabled: account.is_disabled,
    }
}

pub(super) async fn page(State(web): State<Web>, Path(name): Path<String>, request: Request) -> Answer {
    let asker = asker(&request);
    administrator(&web, &asker, "view_access").await?;
    one(web, request, &asker, &name, Shown::default()).await
}

/// What a form came to.
#[derive(Default)]
struct Shown {
    link: Option<String>,
    problem: Option<AccessProblem>,
    typed_groups: Option<String>,
}

async fn one(web: Web, request: Request, asker: &Asker, name: &str, shown: Shown) -> Answer {
    let sign_in = sign_in(&web)?;
    let found = async {
        let with_app = sign_in.factors.accounts().await?;
        Ok::<_, sqlx::Error>(sign_in.accounts.one(name).await?.map(|account| line(account, asker, &with_app)))
    };
    let account = found.await.map_err(|error| {
        tracing::error!(%error, "an account could not be read");
        refusal(ErrorCode::Internal)
    })?;
    let account = account.ok_or_else(|| refusal(ErrorCode::NotFound))?;
    let Shown { link, problem, typed_groups } = shown;
    let page = ManagedAccount { account, link, problem, typed_groups };
    show(web, request, Served::ManagedAccount(page)).await
}

pub(super) async fn create(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, mut new): (_, _, WithGroups) = asked(&web, request, "create_account").await?;
    new.name = new.name.trim().to_lowercase();
    let groups = list(&new.groups);
    let what = What::about(&new.name).with("groups", groups.clone());
    let answer = match is_privileged(&web, &asker, "create_account", &what).await {
        false => Err(AccessProblem::Stale),
        true => {
            let make = sign_in(&web)?.accounts.invite(&new.name, &groups);
            recorded(&web, &asker, "create_account", what, make).await?.map_err(problem)
        }
    };
    let page = match answer {
        Ok(token) => {
            let link = (new.name.clone(), link(&web, &token));
            AccessPage { link: Some(link), ..AccessPage::default() }
        }
        Err(problem) => AccessPage {
            problem: Some(problem),
            typed_account: Some([new.name, new.groups]),
            ..AccessPage::default()
        },
    };
    shown(web, request, &asker, page).await
}

fn problem(why: Invalid) -> AccessProblem {
    match why {
        Invalid::Taken => AccessProblem::Taken,
        Invalid::Gone => AccessProblem::NoAccount,
        Invalid::Name | Invalid::Password | Invalid::Guessable | Invalid::Link => AccessProblem::Name,
    }
}

fn link(web: &Web, token: &str) -> String {
    format!("{}/invitation?token={token}", web.site.origin())
}

/// Where there is no such account: the list, and that it is so.
async fn gone(web: Web, request: Request, asker: &Asker) -> Answer {
    let page = AccessPage { problem: Some(AccessProblem::NoAccount), ..AccessPage::default() };
    shown(web, request, asker, page).await
}

pub(super) async fn new_link(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, Named { name }) = asked(&web, request, "new_link").await?;
    confirmed(&web, &asker, "new_link", &What::about(&name), &account_path(&name)).await?;
    let make = sign_in(&web)?.accounts.new_link(&name);
    match recorded(&web, &asker, "new_link", What::about(&name), make).await? {
        Some(token) => {
            let shown = Shown { link: Some(link(&web, &token)), ..Shown::default() };
            one(web, request, &asker, &name, shown).await
        }
        None => gone(web, request, &asker).await,
    }
}

pub(super) async fn set_groups(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, new): (_, _, WithGroups) = asked(&web, request, "set_groups").await?;
    let groups = list(&new.groups);
    let what = What::about(&new.name).with("groups", groups.clone());
    let answer = match is_privileged(&web, &asker, "set_groups", &what).await {
        _ if shuts_out(&web, &asker, &new.name, &groups).await? => Err(AccessProblem::OwnRole),
        false => Err(AccessProblem::Stale),
        true => {
            let change = sign_in(&web)?.accounts.set_groups(&new.name, &groups);
            recorded(&web, &asker, "set_groups", what, change).await?.map_err(problem)
        }
    };
    match answer {
        Ok(()) => Ok(done(&web, &asker, &new.name, AccountResult::Groups)),
        Err(AccessProblem::NoAccount) => gone(web, request, &asker).await,
        Err(problem) => {
            let shown = Shown { problem: Some(problem), typed_groups: Some(new.groups), ..Shown::default() };
            one(web, request, &asker, &new.name, shown).await
        }
    }
}

/// Whether the administrator who asks would be none any more: nobody else might be there to let them in again.
async fn shuts_out(web: &Web, asker: &Asker, name: &str, groups: &[String]) -> Result<bool, Response> {
    if asker.person.id != format!("local:{name}") {
        return Ok(false);
    }
    let rules = sign_in(web)?.rules.all().await.map_err(|error| {
        tracing::error!(%error, "rules could not be read");
        refusal(ErrorCode::Internal)
    })?;
    Ok(Grants::new(rules, &asker.person.id, groups).everywhere() != Some(Role::Administrator))
}

fn done(web: &Web, asker: &Asker, name: &str, result: AccountResult) -> Response {
    with_result(web, &asker.person, &account_path(name), &served::account_result(name, result))
}

pub(super) async fn disable(State(web): State<Web>, request: Request) -> Answer {
    set_disabled(web, request, true).await
}

pub(super) async fn enable(State(web): State<Web>, request: Request) -> Answer {
    set_disabled(web, request, false).await
}

async fn set_disabled(web: Web, request: Request, is_disabled: bool) -> Answer {
    let (event, result) = match is_disabled {
        true => ("disable_account", AccountResult::Disabled),
        false => ("enable_account", AccountResult::Enabled),
    };
    let (request, asker, Named { name }) = asked(&web, request, event).await?;
    confirmed(&web, &asker, event, &What::about(&name), &account_path(&name)).await?;
    let person = format!("local:{name}");
    // Or nobody could let anybody in again.
    if is_disabled && person == asker.person.id {
        return Err(refusal(ErrorCode::Invalid));
    }
    let sign_in = sign_in(&web)?;
    let change = async {
        let is_there = sign_in.accounts.set_disabled(&name, is_disabled).await?;
        if is_disabled {
            sign_in.end_ways(&name).await?;
            web.approvals.end_all_of(&person).await?;
        }
        Ok(is_there)
    };
    let is_there = recorded(&web, &asker, event, What::about(&name), change).await?;
    if is_there { Ok(done(&web, &asker, &name, result)) } else { gone(web, request, &asker).await }
}

/// For somebody who has lost phone and recovery codes.
pub(super) async fn remove_factors(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, Named { name }) = asked(&web, request, "remove_factors").await?;
    confirmed(&web, &asker, "remove_factors", &What::about(&name), &account_path(&name)).await?;
    let sign_in = sign_in(&web)?;
    let change = async {
        sign_in.remove_factors(&name).await?;
        Ok(sign_in.accounts.one(&name).await?.is_some())
    };
    let is_there = recorded(&web, &asker, "remove_factors", What::about(&name), change).await?;
    if is_there {
        Ok(done(&web, &asker, &name, AccountResult::Factors))
    } else {
        gone(web, request, &asker).await
    }
}

pub(super) async fn end_sessions(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, Named { name }) = asked(&web, request, "end_sessions").await?;
    confirmed(&web, &asker, "end_sessions", &What::about(&name), &account_path(&name)).await?;
    let sign_in = sign_in(&web)?;
    let change = async {
        sign_in.sessions.end_all_of(&format!("local:{name}")).await?;
        Ok(sign_in.accounts.one(&name).await?.is_some())
    };
    let is_there = recorded(&web, &asker, "end_sessions", What::about(&name), change).await?;
    if is_there {
        Ok(done(&web, &asker, &name, AccountResult::Sessions))
    } else {
        gone(web, request, &asker).await
    }
}

/// With its sessions, and the rules that were made for it: whoever gets the name next inherits nothing.
pub(super) async fn delete(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, Typed { name, typed }) = asked(&web, request, "delete_account").await?;
    confirmed(&web, &asker, "delete_account", &What::about(&name), &account_path(&name)).await?;
    let person = format!("local:{name}");
    if person == asker.person.id {
        return Err(refusal(ErrorCode::Invalid));
    }
    if typed.trim() != name {
        let shown = Shown { problem: Some(AccessProblem::WrongName), ..Shown::default() };
        return one(web, request, &asker, &name, shown).await;
    }
    let sign_in = sign_in(&web)?;
    let change = async {
        let is_there = sign_in.accounts.delete(&name).await?;
        sign_in.sessions.end_all_of(&person).await?;
        sign_in.rules.remove_all_of(&person).await?;
        web.approvals.end_all_of(&person).await?;
        web.approvals.disown(&person).await?;
        Ok(is_there)
    };
    let is_there = recorded(&web, &asker, "delete_account", What::about(&name), change).await?;
    match is_there {
        true => Ok(with_result(
            &web,
            &asker.person,
            "/access",
            &served::account_result(&name, AccountResult::Deleted),
        )),
        false => gone(web, request, &asker).await,
    }
}
