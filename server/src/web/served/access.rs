//! Who may what: accounts and rules, for administrators.

use axum::extract::{Request, State};
use axum::response::Response;
use keyturn_app::model::error::ErrorCode;
use keyturn_app::served::{self, AccessPage, AccessProblem, AccountLine, Explained, GrantLine, Served};
use serde::Deserialize;

use super::{Answer, administrator, back_to, form, list, recorded, show, sign_in};
use crate::audit::What;
use crate::gateway::Asker;
use crate::identity::{Grant, Invalid, Misfit, Place, Role, SignIn};
use crate::web::Web;
use crate::web::identity::asker;
use crate::web::pages::parameter;
use crate::web::request::refusal;

pub(super) async fn page(State(web): State<Web>, request: Request) -> Answer {
    let asker = asker(&request);
    administrator(&web, &asker, "view_access").await?;
    shown(web, request, &asker, AccessPage::default()).await
}

/// The page as it is now, with what a form came to.
async fn shown(web: Web, request: Request, asker: &Asker, page: AccessPage) -> Answer {
    let asked = ["person", "groups", "region", "secret"]
        .map(|name| parameter(request.uri(), name).unwrap_or_default().trim().to_owned());
    let page = filled(sign_in(&web)?, asker, &web, asked, page).await.map_err(|error| {
        tracing::error!(%error, "accounts and rules could not be read");
        refusal(ErrorCode::Internal)
    })?;
    show(web, request, Served::Access(page)).await
}

async fn filled(
    sign_in: &SignIn,
    asker: &Asker,
    web: &Web,
    asked: [String; 4],
    page: AccessPage,
) -> Result<AccessPage, sqlx::Error> {
    let accounts = sign_in.accounts.list().await?;
    let with_app = sign_in.factors.accounts().await?;
    let line = |account: crate::identity::Account| AccountLine {
        is_own: format!("local:{}", account.name) == asker.person.id,
        has_app: with_app.contains(&account.name),
        name: account.name,
        groups: account.groups,
        has_password: account.has_password,
        is_disabled: account.is_disabled,
    };
    let configured = sign_in.rules.configured().iter().map(|grant| grant_line(None, grant));
    let made = sign_in.rules.made().await?;
    let made = made.iter().map(|row| grant_line(Some(row.id.clone()), &row.grant));
    let explained = match asked[0].is_empty() && asked[1].is_empty() {
        true => None,
        false => Some(explain(sign_in, web, &asked).await?),
    };
    Ok(AccessPage {
        has_accounts: true,
        accounts: accounts.into_iter().map(line).collect(),
        grants: configured.chain(made).collect(),
        explained,
        asked,
        ..page
    })
}

/// By the rules as they are, and the tags that the secret has now.
async fn explain(
    sign_in: &SignIn,
    web: &Web,
    [person, groups, region, secret]: &[String; 4],
) -> Result<Explained, sqlx::Error> {
    let tags = web.gateway.tags_of(region, secret).await;
    let why = sign_in.why(person, list(groups), Place { region, name: secret, tags: &tags }).await?;
    let rules = why.rules.iter().map(|(grant, misfit)| {
        let misfit = misfit.map(|misfit| match misfit {
            Misfit::Region => served::Misfit::Region,
            Misfit::Name => served::Misfit::Name,
            Misfit::Tags => served::Misfit::Tags,
        });
        (grant_line(None, grant), misfit)
    });
    Ok(Explained { role: why.role.map(place_of), rules: rules.collect() })
}

/// The role's place in the order of roles.
pub(super) fn place_of(role: Role) -> usize {
    match role {
        Role::Viewer => 0,
        Role::Operator => 1,
        Role::Administrator => 2,
    }
}

/// What a rule is over; empty for everything.
pub(super) fn over(grant: &Grant) -> String {
    [&grant.regions, &grant.names, &grant.tags].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
}

fn grant_line(id: Option<String>, grant: &Grant) -> GrantLine {
    let to = match (&grant.person, &grant.group) {
        (Some(person), _) => person.clone(),
        (None, Some(group)) => group.clone(),
        (None, None) => String::new(),
    };
    GrantLine { id, role: place_of(grant.role), to, over: over(grant) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAccount {
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
struct ById {
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewGrant {
    role: Role,
    #[serde(default)]
    group: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    regions: String,
    #[serde(default)]
    names: String,
    #[serde(default)]
    tags: String,
}

/// What every form here begins with: its fields, and that an administrator sent it a short while after signing in.
async fn asked<T: serde::de::DeserializeOwned>(
    web: &Web,
    request: Request,
    event: &str,
) -> Result<(Request, Asker, T), Response> {
    let (request, fields) = form(request).await?;
    let asker = asker(&request);
    administrator(web, &asker, event).await?;
    match asker.person.is_privileged() {
        true => Ok((request, asker, fields)),
        false => Err(back_to("/sign-in?return_to=%2Faccess")),
    }
}

pub(super) async fn create_account(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, new): (_, _, NewAccount) = asked(&web, request, "create_account").await?;
    let groups = list(&new.groups);
    let what = What::about(&new.name).with("groups", groups.clone());
    let make = sign_in(&web)?.accounts.invite(&new.name, &groups);
    let page = match recorded(&web, &asker, "create_account", what, make).await? {
        Ok(token) => with_link(&web, &new.name, &token),
        Err(Invalid::Taken) => AccessPage { problem: Some(AccessProblem::Taken), ..AccessPage::default() },
        Err(_) => AccessPage { problem: Some(AccessProblem::Name), ..AccessPage::default() },
    };
    shown(web, request, &asker, page).await
}

pub(super) async fn new_link(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, of): (_, _, Named) = asked(&web, request, "new_link").await?;
    let make = sign_in(&web)?.accounts.new_link(&of.name);
    let page = match recorded(&web, &asker, "new_link", What::about(&of.name), make).await? {
        Some(token) => with_link(&web, &of.name, &token),
        None => AccessPage { problem: Some(AccessProblem::NoAccount), ..AccessPage::default() },
    };
    shown(web, request, &asker, page).await
}

fn with_link(web: &Web, name: &str, token: &str) -> AccessPage {
    let link = format!("{}/invitation?token={token}", web.site.origin());
    AccessPage { link: Some((name.to_owned(), link)), ..AccessPage::default() }
}

pub(super) async fn disable_account(State(web): State<Web>, request: Request) -> Answer {
    set_disabled(web, request, true).await
}

pub(super) async fn enable_account(State(web): State<Web>, request: Request) -> Answer {
    set_disabled(web, request, false).await
}

async fn set_disabled(web: Web, request: Request, is_disabled: bool) -> Answer {
    let event = if is_disabled { "disable_account" } else { "enable_account" };
    let (_, asker, of): (_, _, Named) = asked(&web, request, event).await?;
    let person = format!("local:{}", of.name);
    // Or nobody could let anybody in again.
    if is_disabled && person == asker.person.id {
        return Err(refusal(ErrorCode::Invalid));
    }
    let sign_in = sign_in(&web)?;
    let change = async {
        sign_in.accounts.set_disabled(&of.name, is_disabled).await?;
        if is_disabled { sign_in.sessions.end_all_of(&person).await } else { Ok(()) }
    };
    recorded(&web, &asker, event, What::about(&of.name), change).await?;
    Ok(back_to("/access"))
}

/// For somebody who has lost phone and recovery codes.
pub(super) async fn remove_factors(State(web): State<Web>, request: Request) -> Answer {
    let (_, asker, of): (_, _, Named) = asked(&web, request, "remove_factors").await?;
    let remove = sign_in(&web)?.remove_factors(&of.name);
    recorded(&web, &asker, "remove_factors", What::about(&of.name), remove).await?;
    Ok(back_to("/access"))
}

pub(super) async fn create_grant(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, new): (_, _, NewGrant) = asked(&web, request, "create_grant").await?;
    let some = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let grant = Grant {
        role: new.role,
        group: some(&new.group),
        person: some(&new.person),
        regions: list(&new.regions),
        names: list(&new.names),
        tags: list(&new.tags),
    };
    if let Err(why) = grant.check(&crate::known_regions()) {
        let page = AccessPage { problem: Some(AccessProblem::Grant(why)), ..AccessPage::default() };
        return shown(web, request, &asker, page).await;
    }
    let rule = serde_json::to_value(&grant).unwrap_or_default();
    let what = What::about(grant.person.as_deref().or(grant.group.as_deref()).unwrap_or_default());
    let make = sign_in(&web)?.rules.make(&grant, &asker.person.id);
    recorded(&web, &asker, "create_grant", what.with("rule", rule), make).await?;
    Ok(back_to("/access"))
}

pub(super) async fn delete_grant(State(web): State<Web>, request: Request) -> Answer {
    let (_, asker, of): (_, _, ById) = asked(&web, request, "delete_grant").await?;
    let rules = &sign_in(&web)?.rules;
    let made = rules.made().await.unwrap_or_default();
    let rule = made.iter().find(|row| row.id == of.id);
    let rule = rule.map(|row| serde_json::to_value(&row.grant).unwrap_or_default());
    let what = What::about(&of.id).with("rule", rule);
    recorded(&web, &asker, "delete_grant", what, rules.remove(&of.id)).await?;
    Ok(back_to("/access"))
}
