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
        ("kms", "UpdateSecret") => kms::update_secret,
        ("kms", "ListSecretVersionIds") => kms::list_secret_version_ids,
        ("kms", "GetSecretValue") => kms::get_secret_value,
        ("kms", "BatchGetSecretValue") => kms::batch_get_secret_value,
        ("kms", "UpdateSecretRotationPolicy") => kms::update_secret_rotation_policy,
        ("kms", "RotateSecret") => kms::rotate_secret,
        ("kms", "SetSecretPolicy") => kms::set_secret_policy,
        ("kms", "GetSecretPolicy") => kms::get_secret_policy,
        ("kms", "TagResource") => kms::tag_resource,
        ("kms", "UntagResource") => kms::untag_resource,
        ("kms", "TagResources") => kms::tag_resources,
        ("kms", "UntagResources") => kms::untag_resources,
        ("kms", "ListTagResources") => kms::list_tag_resources,
        ("kms", "ListResourceTags") => kms::list_resource_tags,
        ("kms", "PutSecretValue" | "UpdateSecretVersionStage") => kms::for_generic_only,
        ("kms", "DescribeRegions") => kms::describe_regions,
        ("kms", "ListKmsInstances") => kms::list_kms_instances,
        ("kms", "GetKmsInstance") => kms::get_kms_instance,
        ("kms", "GetDefaultKmsInstance") => kms::get_default_kms_instance,
        ("kms", "ListKeys") => kms::list_keys,
        ("kms", "DescribeKey") => kms::describe_key,
        ("kms", "DescribeAccountKmsStatus") => kms::describe_account_kms_status,
        ("kms", "OpenKmsService") => kms::open_kms_service,
        ("kms", "GetRandomPassword") => kms::get_random_password,
        ("ram", "ListUsers") => ram::list_users,
        ("ram", "GetUser") => ram::get_user,
        ("ram", "ListAccessKeys") => ram::list_access_keys,
        ("ram", "CreateAccessKey") => ram::create_access_key,
        ("ram", "UpdateAccessKey") => ram::update_access_key,
        ("ram", "DeleteAccessKey") => ram::delete_access_key,
        ("ram", "GetAccessKeyLastUsed") => ram::get_access_key_last_used,
        ("ram", "GetRole") => ram::get_role,
        ("ram", "CreateRole") => ram::create_role,
        ("ram", "CreatePolicy") => ram::create_policy,
        ("ram", "AttachPolicyToRole") => ram::attach_policy_to_role,
        ("ram", "ListPoliciesForRole") => ram::list_policies_for_role,
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
