//! Creating a secret.

use leptos::prelude::*;

use super::client::Api;
use crate::model::error::ApiError;
use crate::model::new_secret::{NewSecret, Prerequisites};
use crate::model::secret::SecretName;

/// Creates a secret and answers the name that KMS gave it. Safe to repeat with the same version ID.
#[server(prefix = "/api", endpoint = "create-secret", input = server_fn::codec::Json, client = Api)]
pub async fn create_secret(region: String, secret: NewSecret) -> Result<SecretName, ApiError> {
    super::backend::backend()?.create_secret(region, secret).await
}

/// The KMS instances of a region with their keys, and whether KMS has its service role.
#[server(prefix = "/api", endpoint = "get-prerequisites", input = server_fn::codec::Json, client = Api)]
pub async fn get_prerequisites(region: String) -> Result<Prerequisites, ApiError> {
    super::backend::backend()?.get_prerequisites(region).await
}
