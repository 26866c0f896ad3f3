//! Changing what stands beside the value: description, custom data, tags, policy. Each change answers its request's ID.

use serde::Deserialize;

use super::Tag;
use crate::client::{Client, Effect, Parameters, Reply};
use crate::endpoint::Service;
use crate::error::CloudError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyAnswer {
    policy: String,
}

impl Client {
    /// Sets what is given; what is `None` stays. Never repeated by itself.
    pub async fn update_secret(
        &self,
        region: &str,
        name: &str,
        description: Option<&str>,
        custom_data: Option<&[(String, String)]>,
    ) -> Result<String, CloudError> {
        let mut parameters = Parameters::default().with("SecretName", name);
        // As the vendor's client sends it; it has no form for none at all (UNVERIFIED: JSON, as `CreateSecret` takes it).
        match custom_data {
            None => {}
            Some([]) => parameters = parameters.with("ExtendedConfig", r#"{"CustomData":{}}"#),
            Some(pairs) => {
                for (key, value) in pairs {
                    parameters = parameters.with(&format!("ExtendedConfig.CustomData.{key}"), value);
                }
            }
        }
        // In the form: percent-encoded, the longest is longer than an address may be.
        if let Some(description) = description {
            parameters = parameters.with_form("Description", description.as_bytes());
        }
        self.order(Service::Kms, "UpdateSecret", region, parameters).await
    }

    /// Adds tags, and sets those whose key is there. Never repeated by itself.
    pub async fn tag_resource(&self, region: &str, name: &str, tags: &[Tag]) -> Result<String, CloudError> {
        let tags = serde_json::to_string(tags).expect("tags are plain strings");
        let parameters = Parameters::default().with("SecretName", name).with("Tags", tags);
        self.order(Service::Kms, "TagResource", region, parameters).await
    }

    /// Takes tags away by their keys. Never repeated by itself.
    pub async fn untag_resource(
        &self,
        region: &str,
        name: &str,
        keys: &[String],
    ) -> Result<String, CloudError> {
        let parameters = Parameters::default().with("SecretName", name).with("TagKeys", keys.join(","));
        self.order(Service::Kms, "UntagResource", region, parameters).await
    }

    /// The secret's own policy, JSON.
    pub async fn get_secret_policy(&self, region: &str, name: &str) -> Result<String, CloudError> {
        let parameters = Parameters::default().with("SecretName", name).with("PolicyName", "default");
        let reply: Reply<PolicyAnswer> =
            self.call(Service::Kms, "GetSecretPolicy", region, Effect::Read, parameters).await?;
        Ok(reply.body.policy)
    }

    /// Replaces the secret's own policy. Never repeated by itself.
    pub async fn set_secret_policy(
        &self,
        region: &str,
        name: &str,
        policy: &str,
    ) -> Result<String, CloudError> {
        let parameters = Parameters::default()
            .with("SecretName", name)
            .with("PolicyName", "default")
            .with_form("Policy", policy.as_bytes());
        self.order(Service::Kms, "SetSecretPolicy", region, parameters).await
    }
}
