//! What the identity that signs the calls must be allowed, for what, and as a policy (`kms-ram-api.md` 0.8).

use std::collections::BTreeSet;

use keyturn_app::served::Feature;
use serde::Serialize;

/// Creating and listing are allowed on what holds the secrets.
const SECRETS: &str = "acs:kms:*:*:secret";
/// As all dynamic RAM secrets are named.
const SECRET: &str = "acs:kms:*:*:secret/acs/ram/user/*";
const USER: &str = "acs:ram:*:*:user/*";
const ROLE: &str = "acs:ram:*:*:role/*";
const ANY: &str = "*";
/// What may be made by hand of Keyturn: this role and no other, with this policy and no other.
const SERVICE_ROLE: &str = "acs:ram:*:*:role/AliyunKMSManageRAMCredentialsRole";
const SERVICE_POLICY: &str = "acs:ram:*:system:policy/AliyunKMSManageRAMCredentialsRolePolicy";

const NEEDED: &[(&str, &str, Feature)] = &[
    (SECRETS, "kms:ListSecrets", Feature::See),
    (SECRET, "kms:DescribeSecret", Feature::See),
    (SECRET, "kms:ListSecretVersionIds", Feature::See),
    (USER, "ram:ListUsers", Feature::See),
    (USER, "ram:ListAccessKeys", Feature::See),
    (USER, "ram:GetAccessKeyLastUsed", Feature::See),
    (ROLE, "ram:GetRole", Feature::Create),
    (ANY, "kms:ListKmsInstances", Feature::Create),
    (ANY, "kms:ListKeys", Feature::Create),
    (ANY, "kms:GenerateDataKey", Feature::Create),
    (SECRETS, "kms:CreateSecret", Feature::Create),
    (SECRET, "kms:UpdateSecret", Feature::Edit),
    (SECRET, "kms:TagResource", Feature::Edit),
    (SECRET, "kms:UntagResource", Feature::Edit),
    (SECRET, "kms:GetSecretPolicy", Feature::Policy),
    (SECRET, "kms:SetSecretPolicy", Feature::Policy),
    (SECRET, "kms:UpdateSecretRotationPolicy", Feature::Rotate),
    (SECRET, "kms:RotateSecret", Feature::Rotate),
    (SECRET, "kms:DeleteSecret", Feature::Delete),
    (SECRET, "kms:RestoreSecret", Feature::Delete),
    (USER, "ram:UpdateAccessKey", Feature::AccessKeys),
    (USER, "ram:DeleteAccessKey", Feature::AccessKeys),
];

const ASSUME_ROLE: &str = "sts:AssumeRole";
const MAKE_ROLE: [&str; 2] = ["ram:CreateRole", ATTACH_POLICY];
/// At the role and at the policy.
const ATTACH_POLICY: &str = "ram:AttachPolicyToRole";

/// Each action, and what needs it. What makes the service role is asked for where there is none.
pub(super) fn needed(has_service_role: bool) -> impl Iterator<Item = (&'static str, Feature)> {
    let make = MAKE_ROLE.into_iter().filter(move |_| !has_service_role);
    let make = make.map(|action| (action, Feature::ServiceRole));
    NEEDED.iter().map(|(_, action, feature)| (*action, *feature)).chain(make)
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy<'a> {
    version: &'static str,
    statement: Vec<Statement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement<'a> {
    effect: &'static str,
    action: Vec<&'static str>,
    resource: Vec<&'a str>,
}

/// JSON, a statement for each kind of resource. `roles`: those that people's calls run under.
pub(super) fn smallest_policy(features: &[Feature], roles: &BTreeSet<&str>) -> String {
    let mut statement: Vec<_> = [SECRETS, SECRET, USER, ROLE, ANY]
        .into_iter()
        .map(|resource| {
            let of_it =
                NEEDED.iter().filter(|(of, _, feature)| *of == resource && features.contains(feature));
            let action = of_it.map(|(_, action, _)| *action).collect();
            Statement { effect: "Allow", action, resource: vec![resource] }
        })
        .filter(|statement| !statement.action.is_empty())
        .collect();
    if features.contains(&Feature::ServiceRole) {
        statement.push(Statement { effect: "Allow", action: MAKE_ROLE.into(), resource: vec![SERVICE_ROLE] });
        let resource = vec![SERVICE_POLICY];
        statement.push(Statement { effect: "Allow", action: vec![ATTACH_POLICY], resource });
    }
    if features.contains(&Feature::OwnName) && !roles.is_empty() {
        let resource = roles.iter().copied().collect();
        statement.push(Statement { effect: "Allow", action: vec![ASSUME_ROLE], resource });
    }
    serde_json::to_string_pretty(&Policy { version: "1", statement }).expect("plain JSON")
}
