//! Reading secrets, rotating, ending and restoring them.

use leptos::prelude::*;
use server_fn::codec::Post;

use super::client::Api;
use crate::json::Json;
use crate::model::access_key::Receipt;
use crate::model::deletion::Deletion;
use crate::model::error::ApiError;
use crate::model::found::FoundSecrets;
use crate::model::overview::Overview;
use crate::model::rotation::RotationPeriod;
use crate::model::secret::{Secret, SecretName, Tag};
use crate::model::secret_edit::SecretEdit;
use crate::model::secret_list::SecretPage;
use crate::model::secret_query::SecretQuery;

/// One page of a region's secrets. Rows come at once; details that are not known yet are marked so.
#[server(prefix = "/api", endpoint = "list-secrets", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn list_secrets(region: String, query: SecretQuery) -> Result<SecretPage, ApiError> {
    super::backend::backend()?.list_secrets(region, query).await
}

/// All regions, of the secrets with these tags, as far as they are known. A refresh reads what was read a while ago.
#[server(prefix = "/api", endpoint = "get-overview", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn get_overview(tags: Vec<Tag>, is_refresh: bool) -> Result<Overview, ApiError> {
    super::backend::backend()?.get_overview(tags, is_refresh).await
}

/// Secrets of all regions by a part of their names, for the command palette: the page's own script calls it.
#[server(prefix = "/api", endpoint = "find-secrets", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn find_secrets(text: String) -> Result<FoundSecrets, ApiError> {
    super::backend::backend()?.find_secrets(text).await
}

/// All secrets of a region that match, and of these only the ones with these names where there are any; up to `BULK_MAX`, for
/// what is done to many at once.
#[server(prefix = "/api", endpoint = "select-secrets", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn select_secrets(
    region: String,
    query: SecretQuery,
    names: Vec<SecretName>,
) -> Result<SecretPage, ApiError> {
    super::backend::backend()?.select_secrets(region, query, names).await
}

/// A secret with its versions and its RAM user's AccessKeys.
#[server(prefix = "/api", endpoint = "get-secret", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn get_secret(region: String, name: SecretName) -> Result<Secret, ApiError> {
    super::backend::backend()?.get_secret(region, name).await
}

/// Plans a deletion or deletes at once, for which the whole name must have been typed. Answers the planned date, in
/// milliseconds since 1970; nothing when the secret is gone.
#[server(prefix = "/api", endpoint = "delete-secret", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn delete_secret(
    region: String,
    name: SecretName,
    deletion: Deletion,
    typed_name: String,
) -> Result<Option<i64>, ApiError> {
    super::backend::backend()?.delete_secret(region, name, deletion, typed_name).await
}

/// Ends the deletion window.
#[server(prefix = "/api", endpoint = "restore-secret", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn restore_secret(region: String, name: SecretName) -> Result<(), ApiError> {
    super::backend::backend()?.restore_secret(region, name).await
}

/// Switches automatic rotation on, with its period, or off.
#[server(prefix = "/api", endpoint = "change-rotation", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn change_rotation(
    region: String,
    name: SecretName,
    rotation: Option<RotationPeriod>,
) -> Result<(), ApiError> {
    super::backend::backend()?.change_rotation(region, name, rotation).await
}

/// Starts a rotation. The same version ID again is a success without another one.
#[server(prefix = "/api", endpoint = "rotate-secret", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn rotate_secret(
    region: String,
    name: SecretName,
    version_id: String,
) -> Result<Receipt, ApiError> {
    super::backend::backend()?.rotate_secret(region, name, version_id).await
}

/// Changes description, custom data and tags, unless somebody else changed the secret meanwhile.
#[server(prefix = "/api", endpoint = "edit-secret", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn edit_secret(region: String, name: SecretName, edit: SecretEdit) -> Result<(), ApiError> {
    super::backend::backend()?.edit_secret(region, name, edit).await
}

/// The secret's own policy, JSON as KMS has it.
#[server(prefix = "/api", endpoint = "get-secret-policy", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn get_secret_policy(region: String, name: SecretName) -> Result<String, ApiError> {
    super::backend::backend()?.get_secret_policy(region, name).await
}

/// Replaces the secret's own policy, unless it is another one than was seen.
#[server(prefix = "/api", endpoint = "set-secret-policy", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn set_secret_policy(
    region: String,
    name: SecretName,
    policy: String,
    seen: String,
) -> Result<(), ApiError> {
    super::backend::backend()?.set_secret_policy(region, name, policy, seen).await
}

/// How applications read the secret: titles and texts, made from the real names.
#[server(prefix = "/api", endpoint = "get-snippets", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn get_snippets(region: String, name: SecretName) -> Result<Vec<(String, String)>, ApiError> {
    super::backend::backend()?.get_snippets(region, name).await
}

/// Sets tags, and takes others away by their keys.
#[server(prefix = "/api", endpoint = "tag-secret", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn tag_secret(
    region: String,
    name: SecretName,
    tags: Vec<Tag>,
    removed_keys: Vec<String>,
) -> Result<(), ApiError> {
    super::backend::backend()?.tag_secret(region, name, tags, removed_keys).await
}
