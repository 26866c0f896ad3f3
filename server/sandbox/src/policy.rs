//! RAM's policy language: documents of identities, of roles' trust and of secrets, and what each says to a request.

mod condition;
mod system;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::ACCOUNT_ID;
use crate::account::{Account, Attached, SERVICE_ROLES};

pub(crate) use condition::Context;
pub(crate) use system::{SYSTEM_POLICIES, find as system_policy};

/// What KMS does in RAM in the name of its service role (`kms-ram-api.md` 0.1).
const SERVICE_ROLE_ACTIONS: [&str; 4] =
    ["ram:ListAccessKeys", "ram:CreateAccessKey", "ram:UpdateAccessKey", "ram:DeleteAccessKey"];
const KMS_SERVICE: &str = "kms.aliyuncs.com";

/// What a document is for: that decides which parts it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// At users, roles and sessions: `Action`, `Resource`, no `Principal`.
    Identity,
    /// Who may assume a role: `Action`, `Principal`, no `Resource`.
    Trust,
    /// At a secret: `Action` of KMS, `Principal`, `Resource` `*`.
    Secret,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Document {
    version: String,
    statement: Vec<Statement>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Statement {
    #[serde(default, rename = "Sid")]
    _sid: Option<String>,
    effect: Effect,
    action: Option<OneOrMany>,
    not_action: Option<OneOrMany>,
    resource: Option<OneOrMany>,
    not_resource: Option<OneOrMany>,
    principal: Option<BTreeMap<String, OneOrMany>>,
    /// By operator, then by key.
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, Value>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Effect {
    Allow,
    Deny,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

/// Who asks, as a `Principal` names it.
#[derive(Clone, Debug)]
pub(crate) enum Principal {
    /// An identity of the account, by its ARNs.
    Ram(Vec<String>),
    Service(&'static str),
    /// A provider of identities, by its ARN.
    Federated(String),
}

/// What is asked.
pub(crate) struct Request<'a> {
    /// Service and action, such as `kms:DescribeSecret`.
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) context: &'a Context,
}

/// What a document says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Deny,
    /// By a statement that names the one who asks, or, at identities, needs no name.
    Allow,
    /// By a statement that names the whole account: what its identities may is left to their own policies.
    AllowAccount,
    Silent,
}

impl Document {
    /// Reads a document; what is wrong with it comes back as a half sentence.
    pub(crate) fn parse(text: &str, purpose: Purpose) -> Result<Self, String> {
        let document: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if document.version != "1" {
            return Err("its Version is not 1".into());
        }
        if document.statement.is_empty() {
            return Err("it has no Statement".into());
        }
        for statement in &document.statement {
            statement.check(purpose)?;
        }
        Ok(document)
    }

    /// A denial outweighs everything; a permission by name outweighs one for the account.
    pub(crate) fn verdict(&self, principal: Option<&Principal>, request: &Request<'_>) -> Verdict {
        let mut verdict = Verdict::Silent;
        for statement in self.statement.iter().filter(|statement| statement.covers(request)) {
            let named = match (&statement.principal, principal) {
                (Some(named), Some(asks)) => names(named, asks),
                _ => Named::Directly,
            };
            match (statement.effect, named) {
                (_, Named::Not) => {}
                (Effect::Deny, _) => return Verdict::Deny,
                (Effect::Allow, Named::Directly) => verdict = Verdict::Allow,
                (Effect::Allow, Named::WithTheAccount) if verdict == Verdict::Silent => {
                    verdict = Verdict::AllowAccount;
                }
                (Effect::Allow, Named::WithTheAccount) => {}
            }
        }
        verdict
    }
}

impl Statement {
    fn check(&self, purpose: Purpose) -> Result<(), String> {
        if self.action.is_some() == self.not_action.is_some() {
            return Err("each statement needs Action or NotAction".into());
        }
        let has_resource = self.resource.is_some() != self.not_resource.is_some();
        let principal = self.principal.as_ref().is_some_and(|principal| !principal.is_empty());
        let has_parts = match purpose {
            Purpose::Identity => has_resource && !principal,
            Purpose::Trust => self.resource.is_none() && self.not_resource.is_none() && principal,
            Purpose::Secret => {
                let is_all = |resource: &OneOrMany| resource.all().iter().all(|one| one == "*");
                principal && self.resource.as_ref().is_some_and(is_all)
            }
        };
        if !has_parts {
            return Err(match purpose {
                Purpose::Identity => "each statement needs Resource, and no Principal",
                Purpose::Trust => "each statement needs Principal, and no Resource",
                Purpose::Secret => "each statement needs Principal, and \"*\" as its Resource",
            }
            .into());
        }
        if let Some(kind) = self.principal.iter().flat_map(BTreeMap::keys).find(|kind| !is_known(kind)) {
            return Err(format!("a Principal is RAM, Service or Federated, not {kind}"));
        }
        let lists = [&self.action, &self.not_action, &self.resource, &self.not_resource];
        if lists.into_iter().flatten().any(|list| list.all().is_empty()) {
            return Err("a list of actions or resources is empty".into());
        }
        let actions = [&self.action, &self.not_action].into_iter().flatten().flat_map(OneOrMany::all);
        for action in actions {
            let is_of_kms = action.get(..4).is_some_and(|service| service.eq_ignore_ascii_case("kms:"));
            if purpose == Purpose::Secret && !is_of_kms {
                return Err(format!("the action {action} does not start with kms:"));
            }
            if action != "*" && !action.contains(':') {
                return Err(format!("the action {action} names no service"));
            }
        }
        condition::check(&self.condition)
    }

    fn covers(&self, request: &Request<'_>) -> bool {
        let any = |list: &Option<OneOrMany>, matches: &dyn Fn(&str) -> bool| {
            list.as_ref().map(|list| list.all().iter().any(|pattern| matches(pattern)))
        };
        let is_action =
            |pattern: &str| like(&pattern.to_ascii_lowercase(), &request.action.to_ascii_lowercase());
        // RAM knows roles by names without regard to case.
        let is_resource = |pattern: &str| match request.resource.split_once(":role/") {
            Some(_) => like(&pattern.to_lowercase(), &request.resource.to_lowercase()),
            None => like(pattern, request.resource),
        };
        // A trust policy has no resource: it stands at its role.
        let of_action = any(&self.action, &is_action).or(any(&self.not_action, &is_action).map(|is| !is));
        let of_resource =
            any(&self.resource, &is_resource).or(any(&self.not_resource, &is_resource).map(|is| !is));
        of_action.unwrap_or(false)
            && of_resource.unwrap_or(true)
            && condition::holds(&self.condition, request.context)
    }
}

enum Named {
    Not,
    Directly,
    WithTheAccount,
}

fn is_known(kind: &str) -> bool {
    ["RAM", "Service", "Federated"].contains(&kind)
}

fn names(principal: &BTreeMap<String, OneOrMany>, asks: &Principal) -> Named {
    let of = |kind: &str| principal.get(kind).map(OneOrMany::all).unwrap_or_default();
    let directly = |is: bool| if is { Named::Directly } else { Named::Not };
    match asks {
        Principal::Service(service) => directly(of("Service").iter().any(|name| name == service)),
        Principal::Federated(arn) => directly(of("Federated").iter().any(|name| name == arn)),
        Principal::Ram(arns) => {
            // Whatever means the account itself means all of it.
            let root = format!("acs:ram::{ACCOUNT_ID}:root");
            let is_whole = |pattern: &String| like(pattern, &root);
            let is_direct = |pattern: &String| {
                let pattern = pattern.to_lowercase();
                arns.iter().any(|arn| like(&pattern, &arn.to_lowercase()))
            };
            let patterns = of("RAM");
            if patterns.iter().any(|pattern| !is_whole(pattern) && is_direct(pattern)) {
                Named::Directly
            } else if patterns.iter().any(is_whole) {
                Named::WithTheAccount
            } else {
                Named::Not
            }
        }
    }
}

/// Whether a pattern with `*` (any characters) and `?` (one) is the whole text.
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stands, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some('?') => (p, t) = (p + 1, t + 1),
            Some(c) if *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    (p, t) = (at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The text of a policy that is attached somewhere; what was deleted since, or cannot be read, says nothing.
pub(crate) fn attached(account: &Account, policy: &Attached) -> Option<Document> {
    let text = match policy.is_system {
        true => system::find(&policy.name)?.document,
        false => account.policies.get(&policy.name)?.document.as_str(),
    };
    Document::parse(text, Purpose::Identity).ok()
}

/// Whether KMS can manage AccessKeys: one of its roles exists, lets KMS assume it, and may do in RAM what it takes.
pub(crate) fn is_service_role_ready(account: &Account) -> bool {
    let context = Context::default();
    let roles = SERVICE_ROLES.iter().filter_map(|name| account.roles.get(*name));
    roles.into_iter().any(|role| {
        let assume = Request { action: "sts:AssumeRole", resource: "", context: &context };
        let trusts = Document::parse(&role.trust, Purpose::Trust).is_ok_and(|trust| {
            trust.verdict(Some(&Principal::Service(KMS_SERVICE)), &assume) == Verdict::Allow
        });
        let documents: Vec<Document> =
            role.policies.iter().filter_map(|policy| attached(account, policy)).collect();
        let may = |action: &str| {
            let resource = format!("acs:ram::{ACCOUNT_ID}:user/*");
            let request = Request { action, resource: &resource, context: &context };
            combined(&documents, &request) == Verdict::Allow
        };
        trusts && SERVICE_ROLE_ACTIONS.iter().all(|action| may(action))
    })
}

/// What several documents of one identity say together.
pub(crate) fn combined(documents: &[Document], request: &Request<'_>) -> Verdict {
    let verdicts: Vec<Verdict> = documents.iter().map(|document| document.verdict(None, request)).collect();
    match verdicts.contains(&Verdict::Deny) {
        true => Verdict::Deny,
        false if verdicts.contains(&Verdict::Allow) => Verdict::Allow,
        false => Verdict::Silent,
    }
}

#[cfg(test)]
mod tests;
