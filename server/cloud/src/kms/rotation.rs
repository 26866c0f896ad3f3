//! Changing and running rotation.

use serde::Deserialize;

use crate::client::{Client, Effect, Parameters, Reply};
use crate::endpoint::Service;
use crate::error::CloudError;

/// What both calls answer that is of use.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RotatedSecret {
    pub secret_name: String,
}

impl Client {
    /// Switches automatic rotation on, with its period in seconds, or off. Never repeated by itself.
    pub async fn update_secret_rotation_policy(
        &self,
        region: &str,
        name: &str,
        interval_seconds: Option<u64>,
    ) -> Result<Reply<RotatedSecret>, CloudError> {
        let parameters = Parameters::default()
            .with("SecretName", name)
            .with("EnableAutomaticRotation", interval_seconds.is_some())
            .with_option("RotationInterval", interval_seconds.map(|seconds| format!("{seconds}s")));
        self.call(Service::Kms, "UpdateSecretRotationPolicy", region, Effect::Write, parameters).await
    }

    /// Starts a rotation now. A version that exists makes it a success without another rotation; it is never repeated by
    /// itself all the same.
    pub async fn rotate_secret(
        &self,
        region: &str,
        name: &str,
        version_id: &str,
    ) -> Result<Reply<RotatedSecret>, CloudError> {
        let parameters = Parameters::default().with("SecretName", name).with("VersionId", version_id);
        self.call(Service::Kms, "RotateSecret", region, Effect::Write, parameters).await
    }
}
