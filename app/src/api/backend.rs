//! The seam: one method for each thing that a page can ask for. The server's gateway implements it, nobody else.

use std::sync::Arc;

use async_trait::async_trait;

use crate::model::access_key::{KeyChange, RamUser, Receipt};
use crate::model::deletion::Deletion;
use crate::model::error::{ApiError, ErrorCode};
use crate::model::found::FoundSecrets;
use crate::model::new_secret::{NewAccessKey, NewSecret, Prerequisites, Proof};
use crate::model::overview::{Overview, Planned};
use crate::model::rotation::RotationPeriod;
use crate::model::secret::{Secret, SecretName, Tag};
use crate::model::secret_edit::SecretEdit;
use crate::model::secret_list::SecretPage;
use crate::model::secret_query::SecretQuery;
use crate::model::unmanaged::{KeyQuery, UnmanagedKeys};

/// What the pages need, in the console's own types. `region` is checked against the offered ones by the gateway.
#[async_trait]
pub trait Backend: Send + Sync {
    async fn list_secrets(&self, region: String, query: SecretQuery) -> Result<SecretPage, ApiError>;
    /// All regions as far as they are known; it reads the others meanwhile.
    async fn get_overview(&self, tags: Vec<Tag>, is_refresh: bool) -> Result<Overview, ApiError>;
    /// By a part of the name, in all regions.
    async fn find_secrets(&self, text: String) -> Result<FoundSecrets, ApiError>;
    /// Every rotation that is planned, in all regions, the next first.
    async fn planned_rotations(&self, tags: Vec<Tag>) -> Result<Planned, ApiError>;
    /// All that match, of these names where there are any, up to `BULK_MAX`.
    async fn select_secrets(
        &self,
        region: String,
        query: SecretQuery,
        names: Vec<SecretName>,
    ) -> Result<SecretPage, ApiError>;
    async fn get_secret(&self, region: String, name: SecretName) -> Result<Secret, ApiError>;
    /// Changes what differs, unless somebody else changed the secret meanwhile.
    async fn edit_secret(&self, region: String, name: SecretName, edit: SecretEdit) -> Result<(), ApiError>;
    /// Sets tags, and takes others away by their keys.
    async fn tag_secret(
        &self,
        region: String,
        name: SecretName,
        tags: Vec<Tag>,
        removed_keys: Vec<String>,
    ) -> Result<(), ApiError>;
    /// The secret's own policy, JSON as KMS has it.
    async fn get_secret_policy(&self, region: String, name: SecretName) -> Result<String, ApiError>;
    /// Replaces it, unless it is another one than was seen.
    async fn set_secret_policy(
        &self,
        region: String,
        name: SecretName,
        policy: String,
        seen: String,
    ) -> Result<(), ApiError>;
    /// How applications read the secret: titles and texts.
    async fn get_snippets(&self, region: String, name: SecretName)
    -> Result<Vec<(String, String)>, ApiError>;
    async fn delete_secret(
        &self,
        region: String,
        name: SecretName,
        deletion: Deletion,
        typed_name: String,
    ) -> Result<Option<i64>, ApiError>;
    async fn search_ram_users(&self, region: String, text: String) -> Result<Vec<RamUser>, ApiError>;
    /// The AccessKeys that no secret rotates, as far as they are known.
    async fn list_unmanaged_keys(&self, query: KeyQuery, is_refresh: bool)
    -> Result<UnmanagedKeys, ApiError>;
    /// A user with the AccessKeys, their last use, and the secret that manages it.
    async fn get_ram_user(&self, user_name: String) -> Result<RamUser, ApiError>;
    /// To delete, the whole ID must have been typed.
    async fn change_access_key(
        &self,
        user_name: String,
        access_key_id: String,
        change: KeyChange,
        typed_id: String,
    ) -> Result<Receipt, ApiError>;
    async fn get_prerequisites(&self, region: String) -> Result<Prerequisites, ApiError>;
    /// Whether these are the AccessKey secrets of the user: one answer for each.
    async fn check_access_keys(
        &self,
        region: String,
        user_name: String,
        access_keys: Vec<NewAccessKey>,
    ) -> Result<Vec<Proof>, ApiError>;
    /// Where nobody has checked the AccessKey secrets, they are checked first.
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
    ) -> Result<Receipt, ApiError>;
    async fn restore_secret(&self, region: String, name: SecretName) -> Result<(), ApiError>;
}

/// The backend that the server put into the context of this request.
pub(crate) fn backend() -> Result<Arc<dyn Backend>, ApiError> {
    leptos::prelude::use_context().ok_or_else(|| ApiError::new(ErrorCode::Internal))
}
