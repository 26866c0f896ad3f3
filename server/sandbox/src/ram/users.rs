//! RAM users.

use std::ops::Bound;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{already_exists, checked_name, delete_conflict};
use crate::account::User;
use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::rpc::Parameters;
use crate::world::World;

const MOST_NAME: usize = 64;
const IN_NAMES: &str = ".-_";

pub(crate) fn list_users(world: &mut World, call: &Call<'_>) -> Answer {
    let most = call.parameters.number("MaxItems", 100, 1..=1_000)?;
    let after =
        call.parameters.get("Marker").map_or(Bound::Unbounded, |marker| Bound::Excluded(marker.to_owned()));
    let mut rest = world.users().range((after, Bound::Unbounded));
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
    let user = world.users().get(name).ok_or_else(|| user_not_found(name))?;
    let mut answer = user_json(name, user);
    answer["LastLoginDate"] = json!("");
    Ok(json!({"User": answer}))
}

pub(crate) fn create_user(world: &mut World, call: &Call<'_>) -> Answer {
    let name = user_name(call.parameters, "UserName")?.to_owned();
    if world.users().contains_key(&name) {
        return Err(already_exists("User", &name));
    }
    let text = |parameter: &str| call.parameters.get(parameter).unwrap_or_default().to_owned();
    let user = User {
        user_id: format!("2{}", world.ids.digits(17)),
        display_name: text("DisplayName"),
        comments: text("Comments"),
        created: call.now,
        access_keys: Vec::new(),
        policies: Vec::new(),
    };
    let answer = user_json(&name, &user);
    world.add_user(&name, user);
    Ok(json!({"User": answer}))
}

/// A user with a new name keeps its AccessKeys; a secret that manages them by the old name does not find it any more.
pub(crate) fn update_user(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("UserName")?;
    let new_name = match call.parameters.get("NewUserName") {
        Some(_) => user_name(call.parameters, "NewUserName")?.to_owned(),
        None => name.to_owned(),
    };
    if !world.users().contains_key(name) {
        return Err(user_not_found(name));
    }
    if new_name != name && world.users().contains_key(&new_name) {
        return Err(already_exists("User", &new_name));
    }
    let mut user = world.remove_user(name).ok_or_else(|| user_not_found(name))?;
    if let Some(text) = call.parameters.get("NewDisplayName") {
        text.clone_into(&mut user.display_name);
    }
    if let Some(text) = call.parameters.get("NewComments") {
        text.clone_into(&mut user.comments);
    }
    let answer = user_json(&new_name, &user);
    world.add_user(&new_name, user);
    Ok(json!({"User": answer}))
}

pub(crate) fn delete_user(world: &mut World, call: &Call<'_>) -> Answer {
    let name = call.parameters.required("UserName")?;
    let user = world.users().get(name).ok_or_else(|| user_not_found(name))?;
    if !user.access_keys.is_empty() {
        let message = "The user CAN NOT has any access key while deleting the user.";
        return Err(delete_conflict("User.AccessKey", message));
    }
    if !user.policies.is_empty() {
        let message = "The user CAN NOT has any attached policy while deleting the user.";
        return Err(delete_conflict("User.Policy", message));
    }
    world.remove_user(name);
    Ok(json!({}))
}

fn user_name<'a>(parameters: &'a Parameters, parameter: &str) -> Result<&'a str, ApiError> {
    checked_name(parameters.required(parameter)?, parameter, IN_NAMES, MOST_NAME)
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
        "Email": "",
        "MobilePhone": "",
        "CreateDate": format(user.created),
        "UpdateDate": format(user.created),
    })
}
