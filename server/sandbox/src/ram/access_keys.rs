//! AccessKeys of RAM users: made, switched, deleted, and when they last signed something.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::user_not_found;
use crate::account::{AccessKey, Caller, MOST_ACCESS_KEYS, User};
use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::world::World;

pub(crate) fn list_access_keys(world: &mut World, call: &Call<'_>) -> Answer {
    let keys: Vec<Value> = user(world, call)?.access_keys.iter().map(key_json).collect();
    Ok(json!({"AccessKeys": {"AccessKey": keys}}))
}

/// The one answer of RAM that carries a secret.
pub(crate) fn create_access_key(world: &mut World, call: &Call<'_>) -> Answer {
    let name = user_name(call)?.to_owned();
    if user(world, call)?.access_keys.len() >= MOST_ACCESS_KEYS {
        return Err(ApiError::too_many_access_keys());
    }
    let pair = world.ids.access_key_pair();
    let key = AccessKey { pair, is_active: true, created: call.now, last_used: None };
    let mut answer = key_json(&key);
    answer["AccessKeySecret"] = json!(key.pair.secret);
    world.add_access_key(&name, key);
    Ok(json!({"AccessKey": answer}))
}

pub(crate) fn update_access_key(world: &mut World, call: &Call<'_>) -> Answer {
    let is_active = match call.parameters.required("Status")? {
        "Active" => true,
        "Inactive" => false,
        _ => return Err(ApiError::invalid("Status")),
    };
    let id = call.parameters.required("UserAccessKeyId")?;
    let name = user_name(call)?;
    let user = world.user_mut(name).ok_or_else(|| user_not_found(name))?;
    let key = user.access_keys.iter_mut().find(|key| key.pair.id == id).ok_or_else(|| key_not_found(id))?;
    key.is_active = is_active;
    Ok(json!({}))
}

pub(crate) fn delete_access_key(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.parameters.required("UserAccessKeyId")?;
    let name = user_name(call)?;
    if !world.users().contains_key(name) {
        return Err(user_not_found(name));
    }
    match world.remove_access_key(name, id) {
        true => Ok(json!({})),
        false => Err(key_not_found(id)),
    }
}

/// True: the sandbox remembers what each key signed. A key that signed nothing has no date (UNVERIFIED: empty).
pub(crate) fn get_access_key_last_used(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.parameters.required("UserAccessKeyId")?;
    let key = user(world, call)?.access_keys.iter().find(|key| key.pair.id == id);
    let last_used = key.ok_or_else(|| key_not_found(id))?.last_used;
    Ok(json!({"AccessKeyLastUsed": {"LastUsedDate": last_used.map(format).unwrap_or_default()}}))
}

/// The named user; without a name, the RAM user that calls.
fn user_name<'a>(call: &'a Call<'_>) -> Result<&'a str, ApiError> {
    match (call.parameters.get("UserName"), call.caller) {
        (Some(name), _) => Ok(name),
        (None, Caller::User(name)) => Ok(name),
        (None, _) => Err(ApiError::missing("UserName")),
    }
}

fn user<'a>(world: &'a World, call: &Call<'_>) -> Result<&'a User, ApiError> {
    let name = user_name(call)?;
    world.users().get(name).ok_or_else(|| user_not_found(name))
}

fn key_json(key: &AccessKey) -> Value {
    json!({
        "AccessKeyId": key.pair.id,
        "Status": if key.is_active { "Active" } else { "Inactive" },
        "CreateDate": format(key.created),
    })
}

fn key_not_found(id: &str) -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "EntityNotExist.User.AccessKey",
        format!("The user access key does not exist: {id}."),
    )
}
