//! Who may what: the rules and why somebody may, for administrators; their accounts are in `accounts.rs`.

use axum::extract::{Request, State};
use axum::response::Response;
use keyturn_app::model::error::ErrorCode;
use keyturn_app::served::{
    self, AccessPage, AccessProblem, Explained, GrantLine, Origin, RuleProblem, Served, TypedRule,
};
use serde::Deserialize;

use super::{
    Answer, PAGE, Part, administrator, confirmed, form, is_privileged, list, recorded, show, sign_in,
};
use crate::audit::What;
use crate::gateway::Asker;
use crate::identity::{
    Grant, Grants, MOST_RULES, Misfit, Place, Role, Rules, SignIn, tags_of, unknown_region,
};
use crate::web::Web;
use crate::web::identity::asker;
use crate::web::pages::{parameter, with_result};
use crate::web::request::refusal;

pub(super) async fn page(State(web): State<Web>, request: Request) -> Answer {
    let asker = asker(&request);
    administrator(&web, &asker, "view_access").await?;
    shown(web, request, &asker, AccessPage::default()).await
}

/// The page as it is now, with what a form came to.
pub(super) async fn shown(web: Web, request: Request, asker: &Asker, page: AccessPage) -> Answer {
    let asked = ["person", "groups", "region", "secret", "tags"]
        .map(|name| parameter(request.uri(), name).unwrap_or_default().trim().to_owned());
    let part = Part::of(request.uri());
    let page = filled(sign_in(&web)?, asker, &web, (asked, part), page).await.map_err(|error| {
        tracing::error!(%error, "accounts and rules could not be read");
        refusal(ErrorCode::Internal)
    })?;
    show(web, request, Served::Access(page)).await
}

async fn filled(
    sign_in: &SignIn,
    asker: &Asker,
    web: &Web,
    (asked, part): ([String; 5], Part),
    page: AccessPage,
) -> Result<AccessPage, sqlx::Error> {
    let accounts = super::accounts::lines(sign_in, asker, &part).await?;
    let next = accounts.get(PAGE).map(|_| part.after("/access?", &accounts[PAGE - 1].name));
    let accounts = accounts.into_iter().take(PAGE).collect();
    let configured = sign_in.rules.configured().iter().map(|grant| grant_line(Origin::Configuration, grant));
    let made = sign_in.rules.made().await?;
    let made = made.iter().map(|row| grant_line(Origin::Made(row.id.clone()), &row.grant));
    let is_known = asked[2].is_empty() || crate::known_regions().contains(&asked[2]);
    let unknown = (!is_known).then(|| AccessProblem::Region(unknown_region(&asked[2])));
    let explained = match (asked[0].is_empty() && asked[1].is_empty()) || unknown.is_some() {
        true => None,
        false => Some(explain(sign_in, web, &asked).await?),
    };
    Ok(AccessPage {
        has_accounts: true,
        accounts,
        find: part.find,
        is_first: part.after.is_empty(),
        next,
        grants: std::iter::once(grant_line(Origin::BuiltIn, &Rules::builtin()))
            .chain(configured)
            .chain(made)
            .collect(),
        explained,
        problem: page.problem.or(unknown),
        asked,
        ..page
    })
}

/// By the rules as they are, and the tags that are typed or that the secret has now.
async fn explain(
    sign_in: &SignIn,
    web: &Web,
    [person, groups, region, secret, typed]: &[String; 5],
) -> Result<Explained, sqlx::Error> {
    // Tags that are typed are those of a secret that is not there yet.
    let typed = tags_of(&list(typed));
    let tags = if typed.is_empty() { web.gateway.tags_of(region, secret).await } else { typed };
    let why = sign_in.why(person, list(groups), Place { region, name: secret, tags: &tags }).await?;
    let rules = why.rules.iter().map(|(grant, misfit)| {
        let misfit = misfit.map(|misfit| match misfit {
            Misfit::Region => served::Misfit::Region,
            Misfit::Name => served::Misfit::Name,
            Misfit::Tags => served::Misfit::Tags,
        });
        (grant_line(Origin::Configuration, grant), misfit)
    });
    Ok(Explained { is_no_account: why.is_no_account, role: why.role.map(place_of), rules: rules.collect() })
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

fn grant_line(origin: Origin, grant: &Grant) -> GrantLine {
    let to = match &grant.provider {
        Some(provider) => format!("{} ({provider})", grant.to()),
        None => grant.to().to_owned(),
    };
    GrantLine { origin, role: place_of(grant.role), to, over: over(grant) }
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
    provider: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    regions: String,
    #[serde(default)]
    names: String,
    #[serde(default)]
    tags: String,
}

/// What every form here begins with: its fields, and that an administrator sent it.
pub(super) async fn asked<T: serde::de::DeserializeOwned>(
    web: &Web,
    request: Request,
    event: &str,
) -> Result<(Request, Asker, T), Response> {
    let (request, fields) = form(web, request).await?;
    let asker = asker(&request);
    administrator(web, &asker, event).await?;
    Ok((request, asker, fields))
}

/// In one order, each once: so that two rules that say the same are the same.
fn sorted(text: &str) -> Vec<String> {
    list(text).into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

pub(super) async fn create_grant(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, new): (_, _, NewGrant) = asked(&web, request, "create_grant").await?;
    let some = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let grant = Grant {
        role: new.role,
        group: some(&new.group),
        provider: some(&new.provider),
        person: some(&new.person),
        regions: sorted(&new.regions),
        names: sorted(&new.names),
        tags: sorted(&new.tags),
    };
    let rules = &sign_in(&web)?.rules;
    let made = rules.made().await.unwrap_or_default();
    let to = grant.to();
    let what = What::about(to).with("rule", serde_json::to_value(&grant).unwrap_or_default());
    let problem = match grant.check(&crate::known_regions()) {
        Err(why) => Some(AccessProblem::Rule(why)),
        Ok(()) if made.iter().any(|row| row.grant == grant) => Some(AccessProblem::Rule(RuleProblem::Same)),
        Ok(()) if made.len() >= MOST_RULES => Some(AccessProblem::Rule(RuleProblem::TooMany(MOST_RULES))),
        Ok(()) if !is_privileged(&web, &asker, "create_grant", &what).await => Some(AccessProblem::Stale),
        Ok(()) => None,
    };
    if problem.is_some() {
        let NewGrant { role, group, provider, person, regions, names, tags } = new;
        let typed = TypedRule { role: role.name().to_owned(), group, provider, person, regions, names, tags };
        let page = AccessPage { problem, typed_rule: Some(typed), ..AccessPage::default() };
        return shown(web, request, &asker, page).await;
    }
    let make = rules.make(&grant, &asker.person.id);
    recorded(&web, &asker, "create_grant", what, make).await?;
    Ok(with_result(&web, &asker.person, "/access", &served::rule_made(to)))
}

pub(super) async fn delete_grant(State(web): State<Web>, request: Request) -> Answer {
    let (request, asker, of): (_, _, ById) = asked(&web, request, "delete_grant").await?;
    confirmed(&web, &asker, "delete_grant", &What::about(&of.id), "/access").await?;
    let rules = &sign_in(&web)?.rules;
    let made = rules.made().await.unwrap_or_default();
    let Some(row) = made.iter().find(|row| row.id == of.id) else {
        let page = AccessPage { problem: Some(AccessProblem::NoRule), ..AccessPage::default() };
        return shown(web, request, &asker, page).await;
    };
    let left = rules.without(&of.id).await.map_err(|error| {
        tracing::error!(%error, "rules could not be read");
        refusal(ErrorCode::Internal)
    })?;
    let left = Grants::new(left, &asker.person.id, &asker.person.groups);
    if left.everywhere() != Some(Role::Administrator) {
        let page = AccessPage { problem: Some(AccessProblem::OwnRule), ..AccessPage::default() };
        return shown(web, request, &asker, page).await;
    }
    let rule = serde_json::to_value(&row.grant).unwrap_or_default();
    let what = What::about(&of.id).with("rule", rule);
    recorded(&web, &asker, "delete_grant", what, rules.remove(&of.id)).await?;
    Ok(with_result(&web, &asker.person, "/access", &served::rule_deleted(row.grant.to())))
}
