//! RAM 2015-05-01: users, AccessKeys, roles.

use std::ops::Bound;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::ACCOUNT_ID;
use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::world::{User, World};

pub(crate) fn list_users(world: &mut World, call: &Call<'_>) -> Answer {
    let most = call.parameters.number("MaxItems", 100, 1..=1_000)?;
    let after =
        call.parameters.get("Marker").map_or(Bound::Unbounded, |marker| Bound::Excluded(marker.to_owned()));
    let mut rest = world.users.range((after, Bound::Unbounded));
    let page: Vec<_> = rest.by_ref().take(most).collect();
    let is_truncated = rest.next().is_some();
    let mut answer = json!({
        "IsTruncated": is_truncated,
        "Users": {"User": page.iter().map(|(name, user)| user_json(name, user)).collect::<Vec<_>>()},
    });
    if let Some((last, _)) = page.last().filter(|_| is_truncated) {
        answer["Marker"] = json!(last);
    }
    Ok(answer)
}

pub(crate) fn list_access_keys(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("UserName")?;
    let user = world.users.get(name).ok_or_else(|| user_not_found(name))?;
    let keys: Vec<Value> = user
        .access_keys
        .iter()
        .map(|key| {
            json!({
                "AccessKeyId": key.pair.id,
                "Status": if key.is_active { "Active" } else { "Inactive" },
                "CreateDate": format(key.created),
            })
        })
        .collect();
    Ok(json!({"AccessKeys": {"AccessKey": keys}}))
}

pub(crate) fn get_role(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("RoleName")?;
    let created = world.roles.get(name).ok_or_else(|| {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "EntityNotExist.Role",
            format!("The role does not exist: {name} ."),
        )
    })?;
    let trust = r#"{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["kms.aliyuncs.com"]}}],"Version":"1"}"#;
    Ok(json!({"Role": {
        "RoleName": name,
        "Arn": format!("acs:ram::{ACCOUNT_ID}:role/{}", name.to_lowercase()),
        "RoleId": "330000000000000001",
        "Description": "KMS manages the AccessKeys of RAM users with this role.",
        "CreateDate": format(*created),
        "UpdateDate": format(*created),
        "MaxSessionDuration": 3600,
        "AssumeRolePolicyDocument": trust,
    }}))
}

pub(crate) fn user_not_found(name: &str) -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "EntityNotExist.User",
        format!("The user does not exist. username: {name}"),
    )
}

fn user_json(name: &str, user: &User) -> Value {
    json!({
        "UserId": user.user_id,
        "UserName": name,
        "DisplayName": user.display_name,
        "Comments": user.comments,
        "CreateDate": format(user.created),
        "UpdateDate": format(user.created),
    })
}
