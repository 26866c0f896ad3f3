//! RAM 2015-05-01: users, AccessKeys, roles, policies.

mod access_keys;
mod policies;
mod roles;
mod users;

use axum::http::StatusCode;

use crate::error::ApiError;

pub(crate) use access_keys::{
    create_access_key, delete_access_key, get_access_key_last_used, list_access_keys, update_access_key,
};
pub(crate) use policies::{
    attach_policy_to_role, attach_policy_to_user, create_policy, delete_policy, detach_policy_from_role,
    detach_policy_from_user, get_policy, list_policies, list_policies_for_role, list_policies_for_user,
};
pub(crate) use roles::{create_role, delete_role, get_role, list_roles};
pub(crate) use users::{create_user, delete_user, get_user, list_users, update_user, user_not_found};

/// A name of letters, digits and a few more characters, of a bounded length.
fn checked_name<'a>(name: &'a str, parameter: &str, others: &str, most: usize) -> Result<&'a str, ApiError> {
    let bad = |kind: &str, what: &str| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            &format!("InvalidParameter.{parameter}.{kind}"),
            format!("The parameter - \"{parameter}\" {what}."),
        )
    };
    if name.chars().count() > most {
        return Err(bad("Length", "beyond the length limit"));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c)) {
        return Err(bad("InvalidChars", "contains invalid chars"));
    }
    Ok(name)
}

/// 409: what may not be there yet, is. The messages are the vendor's but for the name.
fn already_exists(kind: &str, name: &str) -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        &format!("EntityAlreadyExists.{kind}"),
        format!("The {} does already EXIST: {name}.", kind.to_lowercase().replace('.', " ")),
    )
}

fn does_not_exist(kind: &str, name: &str) -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        &format!("EntityNotExist.{kind}"),
        format!("The {} does not exist: {name} .", kind.to_lowercase().replace('.', " ")),
    )
}

/// 409: what must be taken away first.
fn delete_conflict(kind: &str, message: &str) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, &format!("DeleteConflict.{kind}"), message)
}
