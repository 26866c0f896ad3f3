//! The seam: one method for each thing that a page can ask for. The server's gateway implements it, nobody else.

use std::sync::Arc;

use async_trait::async_trait;

use crate::model::access_key::RamUser;
use crate::model::deletion::Deletion;
use crate::model::error::{ApiError, ErrorCode};
use crate::model::new_secret::{NewSecret, Prerequisites};
use crate::model::rotation::RotationPeriod;
use crate::model::secret::{Secret, SecretName};
use crate::model::secret_list::SecretPage;
use crate::model::secret_query::SecretQuery;

/// What the pages need, in the console's own types. `region` is checked against the offered ones by the gateway.
#[async_trait]
pub trait Backend: Send + Sync {
    async fn list_secrets(&self, region: String, query: SecretQuery) -> Result<SecretPage, ApiError>;
    async fn get_secret(&self, region: String, name: SecretName) -> Result<Secret, ApiError>;
    async fn delete_secret(
        &self,
        region: String,
        name: SecretName,
        deletion: Deletion,
        typed_name: String,
    ) -> Result<Option<i64>, ApiError>;
    async fn search_ram_users(&self, region: String, text: String) -> Result<Vec<RamUser>, ApiError>;
    async fn get_prerequisites(&self, region: String) -> Result<Prerequisites, ApiError>;
    async fn create_secret(&self, region: String, secret: NewSecret) -> Result<SecretName, ApiError>;
    async fn change_rotation(
        &self,
        region: String,
        name: SecretName,
        rotation: Option<RotationPeriod>,
    ) -> Result<(), ApiError>;
    async fn rotate_secret(
        &self,
        region: String,
        name: SecretName,
        version_id: String,
    ) -> Result<(), ApiError>;
    async fn restore_secret(&self, region: String, name: SecretName) -> Result<(), ApiError>;
}

/// The backend that the server put into the context of this request.
pub(crate) fn backend() -> Result<Arc<dyn Backend>, ApiError> {
    leptos::prelude::use_context().ok_or_else(|| ApiError::new(ErrorCode::Internal))
}
