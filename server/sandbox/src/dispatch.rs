//! Which function answers which action of which version. An action that is not here answers as the vendor does.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use crate::account::Caller;
use crate::authorize::{Origin, Target, authorize};
use crate::error::ApiError;
use crate::rpc::Parameters;
use crate::sts::oidc::Verified;
use crate::world::World;
use crate::{kms, ram, sts};

/// One call, ready to be done.
pub(crate) struct Call<'a> {
    pub(crate) region: &'a str,
    pub(crate) caller: &'a Caller,
    pub(crate) parameters: &'a Parameters,
    pub(crate) origin: Origin,
    /// What an issuer's keys made of an OIDC token; they were asked before the world was locked.
    pub(crate) oidc: Option<&'a Result<Verified, ApiError>>,
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

/// Does the call, if its caller may; the answer lacks its `RequestId` still.
pub(crate) fn dispatch(world: &mut World, service: &str, action: &str, call: &Call<'_>) -> Answer {
    type Run = fn(&mut World, &Call<'_>) -> Answer;
    let (run, target): (Run, Target) = match (service, action) {
        ("kms", "ListSecrets") => (kms::list_secrets, Target::Secrets),
        ("kms", "CreateSecret") => (kms::create_secret, Target::Secrets),
        ("kms", "DescribeSecret") => (kms::describe_secret, Target::Secret),
        ("kms", "DeleteSecret") => (kms::delete_secret, Target::Secret),
        ("kms", "RestoreSecret") => (kms::restore_secret, Target::Secret),
        ("kms", "UpdateSecret") => (kms::update_secret, Target::Secret),
        ("kms", "ListSecretVersionIds") => (kms::list_secret_version_ids, Target::Secret),
        ("kms", "GetSecretValue") => (kms::get_secret_value, Target::Open),
        ("kms", "BatchGetSecretValue") => (kms::batch_get_secret_value, Target::Open),
        ("kms", "UpdateSecretRotationPolicy") => (kms::update_secret_rotation_policy, Target::Secret),
        ("kms", "RotateSecret") => (kms::rotate_secret, Target::Secret),
        ("kms", "SetSecretPolicy") => (kms::set_secret_policy, Target::Secret),
        ("kms", "GetSecretPolicy") => (kms::get_secret_policy, Target::Secret),
        ("kms", "TagResource") => (kms::tag_resource, Target::SecretOrKey),
        ("kms", "UntagResource") => (kms::untag_resource, Target::SecretOrKey),
        ("kms", "TagResources") => (kms::tag_resources, Target::Resources),
        ("kms", "UntagResources") => (kms::untag_resources, Target::Resources),
        ("kms", "ListTagResources") => (kms::list_tag_resources, Target::Resources),
        ("kms", "ListResourceTags") => (kms::list_resource_tags, Target::Key),
        ("kms", "DescribeRegions") => (kms::describe_regions, Target::Open),
        ("kms", "ListKmsInstances") => (kms::list_kms_instances, Target::Instances),
        ("kms", "GetKmsInstance") => (kms::get_kms_instance, Target::Instance),
        ("kms", "GetDefaultKmsInstance") => (kms::get_default_kms_instance, Target::Instances),
        ("kms", "ListKeys") => (kms::list_keys, Target::Keys),
        ("kms", "DescribeKey") => (kms::describe_key, Target::Key),
        ("kms", "DescribeAccountKmsStatus") => (kms::describe_account_kms_status, Target::Service),
        ("kms", "OpenKmsService") => (kms::open_kms_service, Target::Service),
        ("kms", "GetRandomPassword") => (kms::get_random_password, Target::Service),
        ("kms", "PutSecretValue") => (kms::put_secret_value, Target::Secret),
        ("kms", "UpdateSecretVersionStage") => (kms::update_secret_version_stage, Target::Secret),
        ("ram", "ListUsers") => (ram::list_users, Target::Users),
        ("ram", "GetUser") => (ram::get_user, Target::User),
        ("ram", "CreateUser") => (ram::create_user, Target::User),
        ("ram", "UpdateUser") => (ram::update_user, Target::User),
        ("ram", "DeleteUser") => (ram::delete_user, Target::User),
        ("ram", "ListAccessKeys") => (ram::list_access_keys, Target::User),
        ("ram", "CreateAccessKey") => (ram::create_access_key, Target::User),
        ("ram", "UpdateAccessKey") => (ram::update_access_key, Target::User),
        ("ram", "DeleteAccessKey") => (ram::delete_access_key, Target::User),
        ("ram", "GetAccessKeyLastUsed") => (ram::get_access_key_last_used, Target::User),
        ("ram", "GetRole") => (ram::get_role, Target::Role),
        ("ram", "CreateRole") => (ram::create_role, Target::Role),
        ("ram", "DeleteRole") => (ram::delete_role, Target::Role),
        ("ram", "ListRoles") => (ram::list_roles, Target::Roles),
        ("ram", "CreatePolicy") => (ram::create_policy, Target::Policy),
        ("ram", "GetPolicy") => (ram::get_policy, Target::Policy),
        ("ram", "DeletePolicy") => (ram::delete_policy, Target::Policy),
        ("ram", "ListPolicies") => (ram::list_policies, Target::Policies),
        ("ram", "AttachPolicyToRole") => (ram::attach_policy_to_role, Target::PolicyAtRole),
        ("ram", "DetachPolicyFromRole") => (ram::detach_policy_from_role, Target::PolicyAtRole),
        ("ram", "ListPoliciesForRole") => (ram::list_policies_for_role, Target::Role),
        ("ram", "AttachPolicyToUser") => (ram::attach_policy_to_user, Target::PolicyAtUser),
        ("ram", "DetachPolicyFromUser") => (ram::detach_policy_from_user, Target::PolicyAtUser),
        ("ram", "ListPoliciesForUser") => (ram::list_policies_for_user, Target::User),
        ("sts", "GetCallerIdentity") => (sts::get_caller_identity, Target::Open),
        ("sts", "AssumeRole") => (sts::assume_role, Target::Open),
        ("sts", "AssumeRoleWithOIDC") => (sts::assume_role_with_oidc, Target::Open),
        ("sts", "AssumeRoleWithSAML") => (sts::assume_role_with_saml, Target::Open),
        _ => {
            return Err(ApiError::new(
                StatusCode::NOT_FOUND,
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
            ));
        }
    };
    authorize(world, call, service, action, target)?;
    run(world, call)
}
