//! Creating a secret.

use leptos::prelude::*;

use super::client::Api;
use crate::model::error::ApiError;
use crate::model::new_secret::{KmsInstance, NewSecret};
use crate::model::secret::SecretName;

/// Creates a secret and answers the name that KMS gave it. Safe to repeat with the same version ID.
#[server(prefix = "/api", endpoint = "create-secret", input = server_fn::codec::Json, client = Api)]
pub async fn create_secret(region: String, secret: NewSecret) -> Result<SecretName, ApiError> {
    super::backend::backend()?.create_secret(region, secret).await
}

/// The KMS instances of a region with their keys; empty where the account has none.
#[server(prefix = "/api", endpoint = "list-kms-instances", input = server_fn::codec::Json, client = Api)]
pub async fn list_kms_instances(region: String) -> Result<Vec<KmsInstance>, ApiError> {
    super::backend::backend()?.list_kms_instances(region).await
}
