//! Which function answers which action of which version. An action that is not here answers as the vendor does.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use crate::error::ApiError;
use crate::rpc::Parameters;
use crate::world::World;
use crate::{kms, ram, sts};

/// Who signed the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The account's administrator: may do everything.
    Administrator,
    /// A RAM user, by its name. Policies are not evaluated yet: it may ask who it is, and nothing else.
    User(String),
}

/// One call, ready to be done.
pub(crate) struct Call<'a> {
    pub(crate) region: &'a str,
    pub(crate) caller: &'a Caller,
    pub(crate) parameters: &'a Parameters,
    /// The sandbox's time.
    pub(crate) now: Timestamp,
}

pub(crate) type Answer = Result<Value, ApiError>;

/// The service's name for a version, as it stands in host names and logs.
pub(crate) fn service(version: &str) -> Option<&'static str> {
    match version {
        "2016-01-20" => Some("kms"),
        "2015-05-01" => Some("ram"),
        "2015-04-01" => Some("sts"),
        _ => None,
    }
}

/// Authorises and does the call; the answer lacks its `RequestId` still.
pub(crate) fn dispatch(world: &mut World, service: &str, action: &str, call: &Call<'_>) -> Answer {
    let run: fn(&mut World, &Call<'_>) -> Answer = match (service, action) {
        ("sts", "GetCallerIdentity") => return sts::get_caller_identity(world, call),
        ("kms", "ListSecrets") => kms::list_secrets,
        ("kms", "CreateSecret") => kms::create_secret,
        ("kms", "DescribeSecret") => kms::describe_secret,
        ("kms", "DeleteSecret") => kms::delete_secret,
        ("kms", "RestoreSecret") => kms::restore_secret,
        ("kms", "ListSecretVersionIds") => kms::list_secret_version_ids,
        ("kms", "DescribeRegions") => kms::describe_regions,
        ("kms", "ListKmsInstances") => kms::list_kms_instances,
        ("kms", "ListKeys") => kms::list_keys,
        ("ram", "ListUsers") => ram::list_users,
        ("ram", "ListAccessKeys") => ram::list_access_keys,
        ("ram", "GetRole") => ram::get_role,
        _ => {
            return Err(ApiError::new(
                StatusCode::NOT_FOUND,
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
            ));
        }
    };
    match call.caller {
        Caller::Administrator => run(world, call),
        Caller::User(_) if service == "ram" => Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "NoPermission",
            "You are not authorized to do this action.",
        )),
        Caller::User(_) => Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "Forbidden.NoPermission",
            "This operation is forbidden by permission system.",
        )),
    }
}
