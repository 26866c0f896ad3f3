//! Roles, and who may assume them.

use serde_json::{Value, json};

use super::{already_exists, checked_name, delete_conflict, does_not_exist};
use crate::ACCOUNT_ID;
use crate::account::{Role, role_arn};
use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::policy::{Document, Purpose};
use crate::world::World;

const MOST_DESCRIPTION: usize = 1_024;

pub(crate) fn get_role(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("RoleName")?;
    let role = world.account().roles.get(name).ok_or_else(|| does_not_exist("Role", name))?;
    Ok(json!({"Role": role_json(name, role)}))
}

/// All on one page: there are few.
pub(crate) fn list_roles(world: &mut World, _: &Call<'_>) -> Answer {
    let roles: Vec<Value> = world.account().roles.iter().map(|(name, role)| role_json(name, role)).collect();
    Ok(json!({"IsTruncated": false, "Roles": {"Role": roles}}))
}

pub(crate) fn create_role(world: &mut World, call: &Call<'_>) -> Answer {
    let name = checked_name(call.parameters.required("RoleName")?, "RoleName", ".-", 64)?.to_owned();
    let trust = call.parameters.required("AssumeRolePolicyDocument")?;
    Document::parse(trust, Purpose::Trust).map_err(|why| ApiError::malformed_policy(&why))?;
    if call.parameters.get("Description").is_some_and(|text| text.chars().count() > MOST_DESCRIPTION) {
        return Err(ApiError::invalid("Description"));
    }
    let role = Role {
        id: format!("3{}", world.ids.digits(17)),
        description: call.parameters.get("Description").unwrap_or_default().to_owned(),
        trust: trust.to_owned(),
        max_session_seconds: call.parameters.number("MaxSessionDuration", 3_600, 3_600..=43_200)?,
        created: call.now,
        policies: Vec::new(),
    };
    // Their ARNs are lower case.
    if world.account().roles.keys().any(|other| other.eq_ignore_ascii_case(&name)) {
        return Err(already_exists("Role", &name));
    }
    let answer = role_json(&name, &role);
    world.account_mut().roles.insert(name, role);
    Ok(json!({"Role": answer}))
}

pub(crate) fn delete_role(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("RoleName")?;
    let role = world.account().roles.get(name).ok_or_else(|| does_not_exist("Role", name))?;
    if !role.policies.is_empty() {
        let message = "The role CAN NOT has any attached policy while deleting the role.";
        return Err(delete_conflict("Role.Policy", message));
    }
    world.account_mut().roles.remove(name);
    Ok(json!({}))
}

fn role_json(name: &str, role: &Role) -> Value {
    json!({
        "RoleName": name,
        "RoleId": role.id,
        "Arn": role_arn(name),
        "RolePrincipalName": format!("{}@role.{ACCOUNT_ID}.onaliyun.com", name.to_lowercase()),
        "Description": role.description,
        "CreateDate": format(role.created),
        "UpdateDate": format(role.created),
        "MaxSessionDuration": role.max_session_seconds,
        "AssumeRolePolicyDocument": role.trust,
        "IsServiceLinkedRole": false,
        "AllowConsoleLogin": false,
    })
}
