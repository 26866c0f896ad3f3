//! Policies of the account and the vendor's own, and where they are attached.

use serde_json::{Value, json};

use super::{already_exists, checked_name, delete_conflict, does_not_exist, user_not_found};
use crate::account::{Attached, Policy};
use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::policy::{Document, Purpose, SYSTEM_POLICIES, system_policy as system};
use crate::world::World;

const MOST_CHARACTERS: usize = 6_144;

pub(crate) fn create_policy(world: &mut World, call: &Call<'_>) -> Answer {
    let name = checked_name(call.parameters.required("PolicyName")?, "PolicyName", "-", 128)?.to_owned();
    let document = call.parameters.required("PolicyDocument")?.to_owned();
    if document.chars().count() > MOST_CHARACTERS {
        return Err(ApiError::malformed_policy("it is beyond the length limit"));
    }
    Document::parse(&document, Purpose::Identity).map_err(|why| ApiError::malformed_policy(&why))?;
    if world.account().policies.contains_key(&name) || system(&name).is_some() {
        return Err(already_exists("Policy", &name));
    }
    let description = call.parameters.get("Description").unwrap_or_default().to_owned();
    let answer = json!({
        "PolicyName": name, "PolicyType": "Custom", "Description": description, "DefaultVersion": "v1",
        "CreateDate": format(call.now),
    });
    world.account_mut().policies.insert(name, Policy { description, document, created: call.now });
    Ok(json!({"Policy": answer}))
}

/// The vendor's own have no date here.
pub(crate) fn get_policy(world: &mut World, call: &Call<'_>) -> Answer {
    let (name, is_system) = wanted(call)?;
    let (description, document, created) = match is_system {
        true => system(name).map(|policy| (policy.description, policy.document, None)),
        false => {
            let policy = world.account().policies.get(name);
            policy.map(|policy| (policy.description.as_str(), policy.document.as_str(), Some(policy.created)))
        }
    }
    .ok_or_else(|| does_not_exist("Policy", name))?;
    let created = created.map(format).unwrap_or_default();
    Ok(json!({
        "Policy": {
            "PolicyName": name,
            "PolicyType": policy_type(is_system),
            "Description": description,
            "DefaultVersion": "v1",
            "PolicyDocument": document,
            "CreateDate": created,
            "UpdateDate": created,
            "AttachmentCount": attachments(world, name, is_system),
        },
        "DefaultPolicyVersion": {
            "VersionId": "v1", "IsDefaultVersion": true, "PolicyDocument": document, "CreateDate": created,
        },
    }))
}

/// All on one page: there are few.
pub(crate) fn list_policies(world: &mut World, call: &Call<'_>) -> Answer {
    let kind = call.parameters.get("PolicyType");
    let system = SYSTEM_POLICIES.iter().map(|policy| (policy.name, policy.description, true));
    let own = world.account().policies.iter();
    let own = own.map(|(name, policy)| (name.as_str(), policy.description.as_str(), false));
    let policies: Vec<Value> = system
        .chain(own)
        .filter(|(_, _, is_system)| kind.is_none_or(|kind| kind == policy_type(*is_system)))
        .map(|(name, description, is_system)| {
            json!({
                "PolicyName": name,
                "PolicyType": policy_type(is_system),
                "Description": description,
                "DefaultVersion": "v1",
                "AttachmentCount": attachments(world, name, is_system),
            })
        })
        .collect();
    Ok(json!({"IsTruncated": false, "Policies": {"Policy": policies}}))
}

pub(crate) fn delete_policy(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("PolicyName")?;
    if !world.account().policies.contains_key(name) {
        return Err(does_not_exist("Policy", name));
    }
    if attachments(world, name, false) > 0 {
        let message = "The policy CAN NOT been attached to any user while deleting the policy.";
        return Err(delete_conflict("Policy.User", message));
    }
    world.account_mut().policies.remove(name);
    Ok(json!({}))
}

pub(crate) fn attach_policy_to_user(world: &mut World, call: &Call<'_>) -> Answer {
    let policy = existing(world, call)?;
    let name = call.parameters.required("UserName")?;
    let user = world.user_mut(name).ok_or_else(|| user_not_found(name))?;
    attach(&mut user.policies, policy, "User.Policy")
}

pub(crate) fn attach_policy_to_role(world: &mut World, call: &Call<'_>) -> Answer {
    let policy = existing(world, call)?;
    let name = call.parameters.required("RoleName")?;
    let role = world.account_mut().roles.get_mut(name).ok_or_else(|| does_not_exist("Role", name))?;
    attach(&mut role.policies, policy, "Role.Policy")
}

pub(crate) fn detach_policy_from_user(world: &mut World, call: &Call<'_>) -> Answer {
    let (policy, is_system) = wanted(call)?;
    let name = call.parameters.required("UserName")?;
    let user = world.user_mut(name).ok_or_else(|| user_not_found(name))?;
    detach(&mut user.policies, policy, is_system, "User.Policy")
}

pub(crate) fn detach_policy_from_role(world: &mut World, call: &Call<'_>) -> Answer {
    let (policy, is_system) = wanted(call)?;
    let name = call.parameters.required("RoleName")?;
    let role = world.account_mut().roles.get_mut(name).ok_or_else(|| does_not_exist("Role", name))?;
    detach(&mut role.policies, policy, is_system, "Role.Policy")
}

pub(crate) fn list_policies_for_user(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("UserName")?;
    let user = world.users().get(name).ok_or_else(|| user_not_found(name))?;
    Ok(attached_json(world, &user.policies))
}

pub(crate) fn list_policies_for_role(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("RoleName")?;
    let role = world.account().roles.get(name).ok_or_else(|| does_not_exist("Role", name))?;
    Ok(attached_json(world, &role.policies))
}

fn attach(policies: &mut Vec<Attached>, policy: Attached, kind: &str) -> Answer {
    if policies.iter().any(|at| at.name == policy.name && at.is_system == policy.is_system) {
        return Err(already_exists(kind, &policy.name));
    }
    policies.push(policy);
    Ok(json!({}))
}

fn detach(policies: &mut Vec<Attached>, name: &str, is_system: bool, kind: &str) -> Answer {
    let before = policies.len();
    policies.retain(|at| at.name != name || at.is_system != is_system);
    if policies.len() == before { Err(does_not_exist(kind, name)) } else { Ok(json!({})) }
}

/// The policy that a call names, as it is attached.
fn existing(world: &World, call: &Call<'_>) -> Result<Attached, ApiError> {
    let (name, is_system) = wanted(call)?;
    let exists = if is_system { system(name).is_some() } else { world.account().policies.contains_key(name) };
    match exists {
        true => Ok(Attached { name: name.to_owned(), is_system, at: call.now }),
        false => Err(does_not_exist("Policy", name)),
    }
}

/// `PolicyName` and `PolicyType`.
fn wanted<'a>(call: &'a Call<'_>) -> Result<(&'a str, bool), ApiError> {
    let name = call.parameters.required("PolicyName")?;
    match call.parameters.required("PolicyType")? {
        "System" => Ok((name, true)),
        "Custom" => Ok((name, false)),
        _ => Err(ApiError::invalid("PolicyType")),
    }
}

fn attachments(world: &World, name: &str, is_system: bool) -> usize {
    let of_users = world.users().values().map(|user| &user.policies);
    let of_roles = world.account().roles.values().map(|role| &role.policies);
    of_users.chain(of_roles).flatten().filter(|at| at.name == name && at.is_system == is_system).count()
}

fn attached_json(world: &World, policies: &[Attached]) -> Value {
    let policies: Vec<Value> = policies
        .iter()
        .map(|attached| {
            let own = world.account().policies.get(&attached.name).map(|policy| policy.description.as_str());
            let system = system(&attached.name).map(|policy| policy.description);
            json!({
                "PolicyName": attached.name,
                "PolicyType": policy_type(attached.is_system),
                "Description": if attached.is_system { system } else { own }.unwrap_or_default(),
                "DefaultVersion": "v1",
                "AttachDate": format(attached.at),
            })
        })
        .collect();
    json!({"Policies": {"Policy": policies}})
}

fn policy_type(is_system: bool) -> &'static str {
    if is_system { "System" } else { "Custom" }
}
