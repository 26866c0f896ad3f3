//! Who may: the policies of the caller, of its session and of the secret, taken together.
//!
//! In one account a permission by either the caller's policies or the secret's is enough, and a denial by any of them
//! outweighs it (the help page of secret policies). A secret's policy that names the whole account, as the default one
//! does, leaves the matter to the caller's policies (UNVERIFIED; else every RAM user might do everything).

use std::net::IpAddr;

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use crate::account::{Attached, Caller, role_arn, user_arn};
use crate::dispatch::Call;
use crate::error::ApiError;
use crate::policy::{self, Context, Document, Principal, Purpose, Request, Verdict, like};
use crate::secret::Secret;
use crate::world::World;
use crate::{ACCOUNT_ID, kms};

/// The actions for which a secret's policy counts; others may be written in it and have no effect (the help page).
const OF_SECRET_POLICIES: &[&str] = &[
    "kms:List*",
    "kms:Describe*",
    "kms:PutSecretValue",
    "kms:Update*",
    "kms:DeleteSecret",
    "kms:RestoreSecret",
    "kms:RotateSecret",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:GetSecretValue",
];

/// What an action is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Needs no permission, or asks for it itself.
    Open,
    /// All secrets of the region.
    Secrets,
    /// The secret that `SecretName` names.
    Secret,
    /// The secrets or keys that `ResourceId.N` name; without one, all of the region.
    Resources,
    /// What `SecretName` or `KeyId` names.
    SecretOrKey,
    /// The key that `KeyId` names.
    Key,
    Keys,
    /// The instance that `KmsInstanceId` names.
    Instance,
    Instances,
    /// KMS as such.
    Service,
    /// The user that `UserName` names: without it the caller, where that is a user.
    User,
    Users,
    /// The role that `RoleName` names.
    Role,
    Roles,
    /// The policy that `PolicyName` names.
    Policy,
    Policies,
    /// That policy, and the user or role that it is attached to.
    PolicyAtUser,
    PolicyAtRole,
}

/// Where a call comes from, for conditions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub(crate) address: IpAddr,
    pub(crate) is_secure: bool,
    /// Real time.
    pub(crate) at: Timestamp,
}

/// Whether the call may do the action to its target.
pub(crate) fn authorize(
    world: &World,
    call: &Call<'_>,
    service: &str,
    action: &str,
    target: Target,
) -> Result<(), ApiError> {
    let action = format!("{service}:{action}");
    let parameter = |name: &str| call.parameters.get(name).unwrap_or_default();
    let kms_arn = |rest: String| format!("acs:kms:{}:{ACCOUNT_ID}:{rest}", call.region);
    let named = |kind: &str, name: &str| match parameter(name) {
        "" => kms_arn(kind.to_owned()),
        id => kms_arn(format!("{kind}/{}", id.rsplit('/').next().unwrap_or(id))),
    };
    let resource = match target {
        Target::Open => return Ok(()),
        Target::Secret => {
            return on_secret(world, call, &action, kms::name_of(call.region, parameter("SecretName")));
        }
        Target::Resources => {
            let ids = call.parameters.list("ResourceId");
            let are_keys = parameter("ResourceType") == "key";
            if !ids.is_empty() {
                return ids.iter().try_for_each(|id| match are_keys {
                    true => on_resource(world, call, &action, &kms_arn(format!("key/{id}"))),
                    false => on_secret(world, call, &action, kms::name_of(call.region, id)),
                });
            }
            kms_arn(if are_keys { "key/*" } else { "secret" }.into())
        }
        Target::SecretOrKey if parameter("KeyId").is_empty() => {
            return on_secret(world, call, &action, kms::name_of(call.region, parameter("SecretName")));
        }
        Target::Secrets => kms_arn("secret".into()),
        Target::Key | Target::SecretOrKey => named("key", "KeyId"),
        Target::Keys => kms_arn("key/*".into()),
        Target::Instance => named("keystore", "KmsInstanceId"),
        Target::Instances => kms_arn("keystore/*".into()),
        Target::Service => "*".into(),
        Target::PolicyAtUser | Target::PolicyAtRole => {
            on_resource(world, call, &action, &policy_arn(parameter("PolicyName"), parameter("PolicyType")))?;
            match target {
                Target::PolicyAtUser => user_arn(parameter("UserName")),
                _ => role_arn(parameter("RoleName")),
            }
        }
        Target::User => match (parameter("UserName"), call.caller) {
            ("", Caller::User(name)) => user_arn(name),
            (name, _) => user_arn(name),
        },
        Target::Users => user_arn("*"),
        Target::Role => role_arn(parameter("RoleName")),
        Target::Roles => role_arn("*"),
        Target::Policy => policy_arn(parameter("PolicyName"), parameter("PolicyType")),
        Target::Policies => policy_arn("*", "Custom"),
    };
    on_resource(world, call, &action, &resource)
}

/// The vendor's own policies belong to `system`.
fn policy_arn(name: &str, kind: &str) -> String {
    let owner = if kind == "System" { "system" } else { ACCOUNT_ID };
    format!("acs:ram::{owner}:policy/{name}")
}

/// Whether the caller may do the action to a secret; one that does not exist is as good as one without tags.
pub(crate) fn on_secret(world: &World, call: &Call<'_>, action: &str, name: &str) -> Result<(), ApiError> {
    decide(world, call, action, &kms::arn(call.region, name), world.secret(call.region, name))
}

/// Whether the caller may do the action to what has no policy of its own.
pub(crate) fn on_resource(
    world: &World,
    call: &Call<'_>,
    action: &str,
    resource: &str,
) -> Result<(), ApiError> {
    decide(world, call, action, resource, None)
}

fn decide(
    world: &World,
    call: &Call<'_>,
    action: &str,
    resource: &str,
    secret: Option<&Secret>,
) -> Result<(), ApiError> {
    if *call.caller == Caller::Administrator {
        return Ok(());
    }
    let context = context(call, secret);
    let request = Request { action, resource, context: &context };
    let refused = |verdict, policy| Err(forbidden(world, call, &request, verdict, policy));
    if let Caller::Role { policy: Some(text), .. } = call.caller {
        let document = Document::parse(text, Purpose::Identity).ok();
        let verdict = document.map_or(Verdict::Silent, |document| document.verdict(None, &request));
        if verdict != Verdict::Allow {
            return refused(verdict, "SessionPolicy");
        }
    }
    let of_secret = secret
        .and_then(|secret| secret.policy.as_deref())
        .filter(|_| OF_SECRET_POLICIES.iter().any(|pattern| like(pattern, action)))
        .and_then(|text| Document::parse(text, Purpose::Secret).ok())
        .map_or(Verdict::Silent, |document| document.verdict(Some(&principal(call.caller)), &request));
    let of_caller = policy::combined(&documents(world, call.caller), &request);
    match (of_caller, of_secret) {
        (Verdict::Deny, _) => refused(Verdict::Deny, "AccountLevelIdentityBasedPolicy"),
        // The vendor's word for it was in no source (UNVERIFIED).
        (_, Verdict::Deny) => refused(Verdict::Deny, "ResourceBasedPolicy"),
        (Verdict::Allow, _) | (_, Verdict::Allow) => Ok(()),
        _ => refused(Verdict::Silent, "AccountLevelIdentityBasedPolicy"),
    }
}

fn documents(world: &World, caller: &Caller) -> Vec<Document> {
    let account = world.account();
    let attached: &[Attached] = match caller {
        Caller::User(name) => world.users().get(name).map(|user| user.policies.as_slice()),
        Caller::Role { role, .. } => account.roles.get(role).map(|role| role.policies.as_slice()),
        Caller::Administrator | Caller::Anonymous => None,
    }
    .unwrap_or_default();
    attached.iter().filter_map(|policy| policy::attached(account, policy)).collect()
}

/// As a `Principal` may name the caller.
pub(crate) fn principal(caller: &Caller) -> Principal {
    let own = caller.arn().into_iter();
    Principal::Ram(match caller {
        Caller::Role { role, .. } => own.chain([role_arn(role)]).collect(),
        _ => own.collect(),
    })
}

pub(crate) fn context(call: &Call<'_>, secret: Option<&Secret>) -> Context {
    let mut context = Context::default();
    context.set("acs:SourceIp", call.origin.address.to_string());
    context.set("acs:SecureTransport", call.origin.is_secure.to_string());
    context.set("acs:CurrentTime", call.origin.at.to_string());
    context.set("acs:MFAPresent", "false");
    for (key, value) in secret.iter().flat_map(|secret| &secret.tags) {
        context.set(&format!("kms:tag/{key}"), value.as_str());
    }
    context
}

/// The vendor's 403, with who lacked what. KMS names the resource, RAM and STS do not.
fn forbidden(
    world: &World,
    call: &Call<'_>,
    request: &Request<'_>,
    verdict: Verdict,
    policy: &str,
) -> ApiError {
    let (kind, name) = match call.caller {
        Caller::User(name) => ("SubUser", world.users().get(name).map(|user| user.user_id.clone())),
        Caller::Role { role, session, .. } => ("AssumedRoleUser", Some(format!("{role}:{session}"))),
        Caller::Administrator | Caller::Anonymous => ("Federated", None),
    };
    let detail = json!({
        "AuthAction": request.action,
        "AuthPrincipalType": kind,
        "AuthPrincipalDisplayName": name.unwrap_or_default(),
        "AuthPrincipalOwnerId": ACCOUNT_ID,
        "NoPermissionType": if verdict == Verdict::Deny { "ExplicitDeny" } else { "ImplicitDeny" },
        "PolicyType": policy,
    });
    let error = match request.action.starts_with("kms:") {
        true => ApiError::new(
            StatusCode::FORBIDDEN,
            "Forbidden.NoPermission",
            format!("This operation for {} is forbidden by permission system.", request.resource),
        ),
        false => ApiError::no_permission(),
    };
    ApiError { denied: Some(detail), ..error }
}
