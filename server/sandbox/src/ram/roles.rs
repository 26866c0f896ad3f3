//! Roles and policies, as far as making the service role needs them. Policies are kept, not evaluated.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::ACCOUNT_ID;
use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::world::{Attached, Policy, Role, World};

/// The vendor's own policies that this part of the cloud uses (`kms-ram-api.md` 0.1, 0.8), with what they are for.
const SYSTEM_POLICIES: &[(&str, &str)] = &[
    ("AliyunKMSManageRAMCredentialsRolePolicy", "Lets KMS manage the AccessKeys of RAM users."),
    ("AliyunKMSSecretAdminAccess", "Full access to KMS secrets."),
    ("AliyunKMSReadOnlyAccess", "Read-only access to KMS."),
    ("AliyunKMSFullAccess", "Full access to KMS."),
    ("AliyunRAMReadOnlyAccess", "Read-only access to RAM."),
    ("AliyunRAMFullAccess", "Full access to RAM."),
];

pub(crate) fn get_role(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("RoleName")?;
    let role = world.roles.get(name).ok_or_else(|| role_not_found(name))?;
    Ok(json!({"Role": role_json(name, role)}))
}

pub(crate) fn create_role(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("RoleName")?.to_owned();
    let is_allowed = name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    if !is_allowed {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "InvalidParameter.RoleName.InvalidChars",
            "The parameter RoleName contains invalid chars.",
        ));
    }
    let trust = call.parameters.required("AssumeRolePolicyDocument")?;
    if serde_json::from_str::<Value>(trust).is_err() {
        return Err(malformed("AssumeRolePolicyDocument"));
    }
    let role = Role {
        id: format!("3{}", world.ids.digits(17)),
        description: call.parameters.get("Description").unwrap_or_default().to_owned(),
        trust: trust.to_owned(),
        max_session_seconds: call.parameters.number("MaxSessionDuration", 3_600, 3_600..=43_200)?,
        created: call.now,
        policies: Vec::new(),
    };
    if world.roles.contains_key(&name) {
        return Err(already_exists("Role", &name));
    }
    let answer = role_json(&name, &role);
    world.roles.insert(name, role);
    Ok(json!({"Role": answer}))
}

pub(crate) fn create_policy(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("PolicyName")?.to_owned();
    if name.len() > 128 || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(ApiError::invalid("PolicyName"));
    }
    let document = call.parameters.required("PolicyDocument")?.to_owned();
    if document.len() > 6_144 || serde_json::from_str::<Value>(&document).is_err() {
        return Err(malformed("PolicyDocument"));
    }
    if world.policies.contains_key(&name) || is_system(&name) {
        return Err(already_exists("Policy", &name));
    }
    let description = call.parameters.get("Description").unwrap_or_default().to_owned();
    let answer = json!({
        "PolicyName": name, "PolicyType": "Custom", "Description": description, "DefaultVersion": "v1",
        "CreateDate": format(call.now),
    });
    world.policies.insert(name, Policy { description, document });
    Ok(json!({"Policy": answer}))
}

pub(crate) fn attach_policy_to_role(world: &mut World, call: &Call<'_>) -> Answer {
    let policy = call.parameters.required("PolicyName")?.to_owned();
    let is_system_policy = match call.parameters.required("PolicyType")? {
        "System" => true,
        "Custom" => false,
        _ => return Err(ApiError::invalid("PolicyType")),
    };
    let exists = if is_system_policy { is_system(&policy) } else { world.policies.contains_key(&policy) };
    if !exists {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "EntityNotExist.Policy",
            format!("The policy does not exist: {policy} ."),
        ));
    }
    let name = call.parameters.required("RoleName")?;
    let role = world.roles.get_mut(name).ok_or_else(|| role_not_found(name))?;
    if role.policies.iter().any(|attached| attached.name == policy && attached.is_system == is_system_policy)
    {
        return Err(already_exists("Role.Policy", &policy));
    }
    role.policies.push(Attached { name: policy, is_system: is_system_policy, at: call.now });
    Ok(json!({}))
}

pub(crate) fn list_policies_for_role(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("RoleName")?;
    let role = world.roles.get(name).ok_or_else(|| role_not_found(name))?;
    let policies: Vec<Value> = role
        .policies
        .iter()
        .map(|attached| {
            let custom = world.policies.get(&attached.name).map(|policy| policy.description.as_str());
            let system = SYSTEM_POLICIES.iter().find(|(of, _)| *of == attached.name).map(|(_, text)| *text);
            let description = if attached.is_system { system } else { custom };
            json!({
                "PolicyName": attached.name,
                "PolicyType": if attached.is_system { "System" } else { "Custom" },
                "Description": description.unwrap_or_default(),
                "DefaultVersion": "v1",
                "AttachDate": format(attached.at),
            })
        })
        .collect();
    Ok(json!({"Policies": {"Policy": policies}}))
}

fn is_system(name: &str) -> bool {
    SYSTEM_POLICIES.iter().any(|(of, _)| *of == name)
}

fn role_json(name: &str, role: &Role) -> Value {
    json!({
        "RoleName": name,
        "RoleId": role.id,
        "Arn": format!("acs:ram::{ACCOUNT_ID}:role/{}", name.to_lowercase()),
        "Description": role.description,
        "CreateDate": format(role.created),
        "UpdateDate": format(role.created),
        "MaxSessionDuration": role.max_session_seconds,
        "AssumeRolePolicyDocument": role.trust,
        "IsServiceLinkedRole": false,
        "AllowConsoleLogin": false,
    })
}

fn role_not_found(name: &str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "EntityNotExist.Role", format!("The role does not exist: {name} ."))
}

/// `EntityAlreadyExists.Role` is by analogy (UNVERIFIED).
fn already_exists(kind: &str, name: &str) -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        &format!("EntityAlreadyExists.{kind}"),
        format!("The {} already exists: {name} .", kind.to_lowercase()),
    )
}

fn malformed(parameter: &str) -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        &format!("MalformedPolicyDocument.{parameter}"),
        format!("The parameter {parameter} is not a policy."),
    )
}
