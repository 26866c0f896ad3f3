//! RAM 2015-05-01: users, AccessKeys, roles.

mod access_keys;
mod roles;

use std::ops::Bound;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::world::{User, World};

pub(crate) use access_keys::{
    create_access_key, delete_access_key, get_access_key_last_used, list_access_keys, update_access_key,
};
pub(crate) use roles::{attach_policy_to_role, create_policy, create_role, get_role, list_policies_for_role};

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

pub(crate) fn get_user(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("UserName")?;
    let user = world.users.get(name).ok_or_else(|| user_not_found(name))?;
    let mut answer = user_json(name, user);
    for field in ["Email", "MobilePhone", "LastLoginDate"] {
        answer[field] = json!("");
    }
    Ok(json!({"User": answer}))
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
