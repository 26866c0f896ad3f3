//! Whether whoever signs the calls may do an action, found out without an effect: what the call names does not exist, so that
//! what is allowed is answered by 404, and what is not by 403. One does not: `ram:AttachPolicyToRole` is asked only where the
//! service role is missing, by its name and its policy, and would attach what belongs there if the role came meanwhile.

use serde::de::IgnoredAny;

use crate::client::{Client, Effect, Parameters, Reply, nonce};
use crate::endpoint::Service;
use crate::error::{CloudError, ErrorKind};

impl Client {
    /// Asks for an action as policies name it, such as `kms:DeleteSecret`. `None` where no call could tell without an effect;
    /// an error where neither yes nor no was answered.
    pub async fn may(&self, region: &str, action: &'static str) -> Result<Option<bool>, CloudError> {
        let Some((service, effect, parameters)) = harmless(action) else { return Ok(None) };
        let name = action.split_once(':').map_or(action, |(_, name)| name);
        match self.call(service, name, region, effect, parameters).await {
            Ok(Reply::<IgnoredAny> { .. }) => Ok(Some(true)),
            Err(error) => match error.kind {
                ErrorKind::NotFound => Ok(Some(true)),
                ErrorKind::NoPermission => Ok(Some(false)),
                _ => Err(error),
            },
        }
    }
}

/// Whether the call that asks for this action would change something, were there what it names.
pub fn is_write(action: &str) -> bool {
    harmless(action).is_some_and(|(_, effect, _)| effect == Effect::Write)
}

/// As a policy must be to be looked at; for a secret that is not there.
const SECRET_POLICY: &[u8] = br#"{"Version":"1","Statement":[{"Effect":"Allow","Principal":{"RAM":["*"]},"Action":["kms:DescribeSecret"],"Resource":["*"]}]}"#;

/// The call that asks for it. The name is a new one each time, which nobody has, but for the service role's.
fn harmless(action: &str) -> Option<(Service, Effect, Parameters)> {
    let nobody = format!("keyturn-doctor-{}", nonce());
    let secret = || Parameters::default().with("SecretName", format!("acs/ram/user/{nobody}"));
    let user = || Parameters::default().with("UserName", &nobody);
    let key = || user().with("UserAccessKeyId", "LTAI5tKeyturnDoctor00");
    let (effect, parameters) = match action {
        "kms:ListSecrets" => (Effect::Read, Parameters::default().with("PageSize", 1)),
        "kms:DescribeSecret" | "kms:ListSecretVersionIds" => (Effect::Read, secret()),
        "kms:GetSecretPolicy" => (Effect::Read, secret().with("PolicyName", "default")),
        "kms:ListKmsInstances" | "kms:ListKeys" => (Effect::Read, Parameters::default().with("PageSize", 1)),
        "kms:UpdateSecret" => (Effect::Write, secret().with("Description", "")),
        "kms:TagResource" => (Effect::Write, secret().with("Tags", r#"[{"TagKey":"a","TagValue":"b"}]"#)),
        "kms:UntagResource" => (Effect::Write, secret().with("TagKeys", "a")),
        "kms:SetSecretPolicy" => {
            (Effect::Write, secret().with("PolicyName", "default").with_form("Policy", SECRET_POLICY))
        }
        "kms:UpdateSecretRotationPolicy" => {
            (Effect::Write, secret().with("EnableAutomaticRotation", "false"))
        }
        "kms:RotateSecret" => (Effect::Write, secret().with("VersionId", &nobody)),
        "kms:DeleteSecret" => (
            Effect::Write,
            secret().with("ForceDeleteWithoutRecovery", "false").with("RecoveryWindowInDays", 30),
        ),
        "kms:RestoreSecret" => (Effect::Write, secret()),
        "ram:ListUsers" => (Effect::Read, Parameters::default().with("MaxItems", 1)),
        "ram:ListAccessKeys" => (Effect::Read, user()),
        "ram:GetAccessKeyLastUsed" => (Effect::Read, key()),
        "ram:GetRole" => (Effect::Read, Parameters::default().with("RoleName", &nobody)),
        "ram:UpdateAccessKey" => (Effect::Write, key().with("Status", "Active")),
        "ram:DeleteAccessKey" => (Effect::Write, key()),
        // Of the one role that Keyturn makes, which is not there yet where somebody asks for this: a policy that is small names it.
        "ram:AttachPolicyToRole" => (
            Effect::Write,
            Parameters::default()
                .with("PolicyType", "System")
                .with("PolicyName", "AliyunKMSManageRAMCredentialsRolePolicy")
                .with("RoleName", "AliyunKMSManageRAMCredentialsRole"),
        ),
        _ => return None,
    };
    let service = if action.starts_with("ram:") { Service::Ram } else { Service::Kms };
    Some((service, effect, parameters))
}
