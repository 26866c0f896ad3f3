//! What the identity that signs the calls must be allowed, for what, and as a policy (`kms-ram-api.md` 0.8).

use keyturn_app::served::Feature;
use serde::Serialize;

/// Creating and listing are allowed on what holds the secrets.
const SECRETS: &str = "acs:kms:*:*:secret";
/// As all dynamic RAM secrets are named.
const SECRET: &str = "acs:kms:*:*:secret/acs/ram/user/*";
const USER: &str = "acs:ram:*:*:user/*";
const ROLE: &str = "acs:ram:*:*:role/*";
const ANY: &str = "*";

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

/// Each action, and what needs it. `roles`: those that people's calls run under.
pub(super) fn needed(roles: &[String]) -> impl Iterator<Item = (&'static str, Feature)> {
    let own_name = (!roles.is_empty()).then_some((ASSUME_ROLE, Feature::OwnName));
    NEEDED.iter().map(|(_, action, feature)| (*action, *feature)).chain(own_name)
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

/// JSON, a statement for each kind of resource.
pub(super) fn smallest_policy(roles: &[String]) -> String {
    let mut statement: Vec<_> = [SECRETS, SECRET, USER, ROLE, ANY]
        .into_iter()
        .map(|resource| {
            let actions = NEEDED.iter().filter(|(of, ..)| *of == resource).map(|(_, action, _)| *action);
            Statement { effect: "Allow", action: actions.collect(), resource: vec![resource] }
        })
        .collect();
    if !roles.is_empty() {
        let resource = roles.iter().map(String::as_str).collect();
        statement.push(Statement { effect: "Allow", action: vec![ASSUME_ROLE], resource });
    }
    serde_json::to_string_pretty(&Policy { version: "1", statement }).expect("plain JSON")
}
