//! The role that lets KMS manage AccessKeys: whether it is there, and making it, once for an account (`kms-ram-api.md` 0.1).

use keyturn_app::model::error::ApiError;
use keyturn_cloud::{Client, CloudError, ErrorKind};

use super::{Asker, Gateways, RequestGateway};
use crate::audit::What;

/// Either will do; the second is the older one, spelled so.
pub(crate) const SERVICE_ROLES: [&str; 2] =
    ["AliyunKMSManageRAMCredentialsRole", "AliyunKMSManagedRAMCrendentialsRole"];
const POLICY: &str = "AliyunKMSManageRAMCredentialsRolePolicy";
const TRUST: &str = r#"{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["kms.aliyuncs.com"]}}],"Version":"1"}"#;
const DESCRIPTION: &str = "KMS manages the AccessKeys of RAM users by this role.";

/// Which of them is there; an error where RAM does not let us see.
pub(crate) async fn service_role(client: &Client, region: &str) -> Result<Option<&'static str>, CloudError> {
    for role in SERVICE_ROLES {
        match client.get_role(region, role).await {
            Ok(_) => return Ok(Some(role)),
            Err(error) if error.kind == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

impl Gateways {
    /// For an administrator; answers the role's name.
    pub(crate) async fn create_service_role(&self, asker: Asker) -> Result<&'static str, ApiError> {
        self.of(&asker.person).asked_by(asker).create_service_role().await
    }
}

impl RequestGateway {
    async fn create_service_role(&self) -> Result<&'static str, ApiError> {
        let [role, _] = SERVICE_ROLES;
        self.is_privileged("create_service_role", &What::about(role)).await?;
        let (client, region) = (&self.gateway.client, self.gateway.default_region());
        self.recorded("create_service_role", What::about(role), async {
            let made = client.create_role(region, role, TRUST, DESCRIPTION).await;
            there_now(made).map_err(|error| self.fail(error))?;
            let attached = client.attach_system_policy_to_role(region, POLICY, role).await;
            there_now(attached).map_err(|error| self.fail(error))
        })
        .await?;
        Ok(role)
    }
}

/// What was there before, or was made by a call whose answer was lost and that is sent again, is there.
fn there_now(answer: Result<String, CloudError>) -> Result<(), CloudError> {
    match answer {
        Err(error) if !error.code.as_deref().unwrap_or_default().starts_with("EntityAlreadyExists.") => {
            Err(error)
        }
        _ => Ok(()),
    }
}
