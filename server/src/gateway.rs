//! The gateway: who is asking → may they → do it → answer. The one implementation of the seam.

mod access_keys;
mod changes;
mod create;
mod details;
mod edit;
mod error;
mod kept;
mod overview;
mod pace;
mod reading;
mod rules;
mod secrets;
mod seen;
mod snippets;
mod watch;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use keyturn_app::api::backend::Backend;
use keyturn_app::model::access_key::{KeyChange, RamUser, Receipt, is_access_key_id, is_ram_user_name};
use keyturn_app::model::deletion::Deletion;
use keyturn_app::model::error::{ApiError, ErrorCode, FieldError};
use keyturn_app::model::new_secret::{NewSecret, Prerequisites, check_tags};
use keyturn_app::model::overview::{Overview, Planned};
use keyturn_app::model::rotation::RotationPeriod;
use keyturn_app::model::secret::{Secret, SecretName, Tag, is_version_id};
use keyturn_app::model::secret_edit::{SecretEdit, check_policy};
use keyturn_app::model::secret_list::SecretPage;
use keyturn_app::model::secret_query::SecretQuery;
use keyturn_app::model::unmanaged::{KeyQuery, UnmanagedKeys};
use keyturn_cloud::{Client, ErrorKind};
use tokio::sync::OnceCell;

use access_keys::KeyScan;
use create::DirectoryCache;
use details::DetailsCache;
use overview::Scans;
use reading::Reading;
use rules::Caller;
use secrets::ListCache;
use seen::Seen;
use watch::Findings;

/// How long a calendar waits for all regions; a request may take a little longer than that.
const CALENDAR_LIMIT: Duration = Duration::from_secs(30);

/// What all requests share.
pub(crate) struct Gateway {
    client: Client,
    lists: ListCache,
    details: Arc<DetailsCache>,
    directory: DirectoryCache,
    scans: Scans,
    keys: Arc<Reading<KeyScan>>,
    findings: Findings,
    seen: Seen,
    /// The ARN of who signs the calls, once it was asked for.
    identity: OnceCell<String>,
}

/// The gateway for one request: who is asking, and the ID that joins the answer with the log.
pub(crate) struct RequestGateway {
    gateway: Arc<Gateway>,
    caller: Caller,
    request_id: String,
}

impl Gateway {
    /// What outlives a restart lies in this directory.
    pub(crate) fn new(client: Client, data_dir: &Path) -> Self {
        let regions = client.regions().to_vec();
        Self {
            client,
            lists: ListCache::default(),
            details: Arc::new(DetailsCache::default()),
            directory: DirectoryCache::default(),
            scans: Scans::new(&regions),
            keys: Arc::default(),
            findings: Findings::default(),
            seen: Seen::open(data_dir.join("managed-users.json")),
            identity: OnceCell::new(),
        }
    }

    /// After a write, so that who made it sees it.
    fn forget(&self, region: &str) {
        self.lists.forget(region);
        self.scans.forget(region);
    }

    /// For a request of this ID. The caller is everyone until there is sign-in.
    pub(crate) fn for_request(self: &Arc<Self>, request_id: String) -> Arc<dyn Backend> {
        Arc::new(RequestGateway { gateway: self.clone(), caller: Caller::Everyone, request_id })
    }
}

impl RequestGateway {
    /// The first line of every method: the rule for it, and that its region is offered.
    fn authorise(&self, method: &'static str, region: &str) -> Result<(), ApiError> {
        self.authorise_all(method)?;
        match self.gateway.client.regions().iter().any(|known| known == region) {
            true => Ok(()),
            false => Err(self.joined(ApiError::new(ErrorCode::NotFound))),
        }
    }

    /// The same for a method that is about all regions.
    fn authorise_all(&self, method: &'static str) -> Result<(), ApiError> {
        match rules::is_allowed(self.caller, method) {
            true => Ok(()),
            false => Err(self.joined(ApiError::new(ErrorCode::Forbidden))),
        }
    }

    /// Without a name RAM takes the user that signs the call: Keyturn's own.
    fn check_user(&self, name: &str) -> Result<(), ApiError> {
        match is_ram_user_name(name) {
            true => Ok(()),
            false => Err(self.joined(ApiError::new(ErrorCode::NotFound))),
        }
    }

    fn joined(&self, error: ApiError) -> ApiError {
        ApiError { request_id: self.request_id.clone(), ..error }
    }

    /// Logs a failed call where it is handled, and turns it into what the browser may see.
    fn fail(&self, error: keyturn_cloud::CloudError) -> ApiError {
        tracing::warn!(
            request_id = %self.request_id,
            cloud.service = error.service.name(),
            cloud.action = error.action,
            cloud.code = error.code.as_deref().unwrap_or_default(),
            cloud.request_id = error.request_id.as_deref().unwrap_or_default(),
            kind = ?error.kind,
            "a cloud call failed"
        );
        self.joined(error::to_api(error))
    }
}

#[async_trait]
impl Backend for RequestGateway {
    async fn list_secrets(&self, region: String, query: SecretQuery) -> Result<SecretPage, ApiError> {
        self.authorise("list_secrets", &region)?;
        self.gateway.list_secrets(&region, &query).await.map_err(|error| self.fail(error))
    }

    async fn select_secrets(&self, region: String, query: SecretQuery) -> Result<SecretPage, ApiError> {
        self.authorise("select_secrets", &region)?;
        self.gateway.select_secrets(&region, &query).await.map_err(|error| self.fail(error))
    }

    async fn get_overview(&self, tags: Vec<Tag>, is_refresh: bool) -> Result<Overview, ApiError> {
        self.authorise_all("get_overview")?;
        Ok(self.gateway.get_overview(&tags, is_refresh).await)
    }

    async fn planned_rotations(&self, tags: Vec<Tag>) -> Result<Planned, ApiError> {
        self.authorise_all("planned_rotations")?;
        Ok(self.gateway.planned_rotations(&tags, CALENDAR_LIMIT).await)
    }

    async fn get_secret(&self, region: String, name: SecretName) -> Result<Secret, ApiError> {
        self.authorise("get_secret", &region)?;
        self.gateway.get_secret(&region, &name).await.map_err(|error| self.fail(error))
    }

    async fn edit_secret(&self, region: String, name: SecretName, edit: SecretEdit) -> Result<(), ApiError> {
        self.authorise("edit_secret", &region)?;
        if let Err((field, error)) = edit.check() {
            return Err(self.joined(ApiError::invalid(vec![FieldError::of(field, error)])));
        }
        let answer = self.gateway.edit_secret(&region, &name, &edit).await;
        answer.map_err(|error| self.fail(error))?.map_err(|code| self.joined(ApiError::new(code)))
    }

    async fn tag_secret(
        &self,
        region: String,
        name: SecretName,
        tags: Vec<Tag>,
        removed_keys: Vec<String>,
    ) -> Result<(), ApiError> {
        self.authorise("tag_secret", &region)?;
        let keys: Vec<Tag> =
            removed_keys.iter().map(|key| Tag { key: key.clone(), value: String::new() }).collect();
        if let Err(error) = check_tags(&tags).and_then(|()| check_tags(&keys)) {
            return Err(self.joined(ApiError::invalid(vec![FieldError::of("tags", error)])));
        }
        let answer = self.gateway.tag_secret(&region, &name, &tags, &removed_keys).await;
        answer.map_err(|error| self.fail(error))
    }

    async fn get_secret_policy(&self, region: String, name: SecretName) -> Result<String, ApiError> {
        self.authorise("get_secret_policy", &region)?;
        self.gateway.get_secret_policy(&region, &name).await.map_err(|error| self.fail(error))
    }

    async fn set_secret_policy(
        &self,
        region: String,
        name: SecretName,
        policy: String,
        seen: String,
    ) -> Result<(), ApiError> {
        self.authorise("set_secret_policy", &region)?;
        if check_policy(&policy).is_err() {
            return Err(self.joined(ApiError::new(ErrorCode::Invalid)));
        }
        let answer = self.gateway.set_secret_policy(&region, &name, &policy, &seen).await;
        answer.map_err(|error| self.fail(error))?.map_err(|code| self.joined(ApiError::new(code)))
    }

    async fn get_snippets(
        &self,
        region: String,
        name: SecretName,
    ) -> Result<Vec<(String, String)>, ApiError> {
        self.authorise("get_snippets", &region)?;
        let answer = self.gateway.client.describe_secret(&region, name.as_str()).await;
        answer.map(|reply| snippets::of(&reply.body, &region)).map_err(|error| self.fail(error))
    }

    async fn delete_secret(
        &self,
        region: String,
        name: SecretName,
        deletion: Deletion,
        typed_name: String,
    ) -> Result<Option<i64>, ApiError> {
        self.authorise("delete_secret", &region)?;
        if deletion == Deletion::Immediate && typed_name != name.as_str() {
            return Err(self.joined(ApiError::new(ErrorCode::Invalid)));
        }
        self.gateway.delete_secret(&region, &name, deletion).await.map_err(|error| self.fail(error))
    }

    async fn list_unmanaged_keys(
        &self,
        query: KeyQuery,
        is_refresh: bool,
    ) -> Result<UnmanagedKeys, ApiError> {
        self.authorise_all("list_unmanaged_keys")?;
        let answer = self.gateway.list_unmanaged_keys(&query, is_refresh).await;
        answer.map_err(|error| self.joined(error))
    }

    async fn get_ram_user(&self, user_name: String) -> Result<RamUser, ApiError> {
        self.authorise_all("get_ram_user")?;
        self.check_user(&user_name)?;
        self.gateway.get_ram_user(&user_name).await.map_err(|error| self.fail(error))
    }

    async fn change_access_key(
        &self,
        user_name: String,
        access_key_id: String,
        change: KeyChange,
        typed_id: String,
    ) -> Result<Receipt, ApiError> {
        self.authorise_all("change_access_key")?;
        self.check_user(&user_name)?;
        if !is_access_key_id(&access_key_id) || (change.is_typed() && typed_id != access_key_id) {
            return Err(self.joined(ApiError::new(ErrorCode::Invalid)));
        }
        let answer = self.gateway.change_access_key(&user_name, &access_key_id, change).await;
        match answer.map_err(|error| self.fail(error))? {
            Ok(receipt) => Ok(receipt),
            Err(refusal) => Err(self.joined(ApiError::new(refusal))),
        }
    }

    async fn search_ram_users(&self, region: String, text: String) -> Result<Vec<RamUser>, ApiError> {
        self.authorise("search_ram_users", &region)?;
        self.gateway.search_ram_users(&region, &text).await.map_err(|error| self.fail(error))
    }

    async fn get_prerequisites(&self, region: String) -> Result<Prerequisites, ApiError> {
        self.authorise("get_prerequisites", &region)?;
        self.gateway.get_prerequisites(&region).await.map_err(|error| self.fail(error))
    }

    async fn create_secret(&self, region: String, secret: NewSecret) -> Result<SecretName, ApiError> {
        self.authorise("create_secret", &region)?;
        if let Err((field, error)) = secret.check() {
            let field = FieldError::of(field, error);
            return Err(self.joined(ApiError::invalid(vec![field])));
        }
        self.gateway.create_secret(&region, &secret).await.map_err(|error| self.fail(error))
    }

    async fn change_rotation(
        &self,
        region: String,
        name: SecretName,
        rotation: Option<RotationPeriod>,
    ) -> Result<(), ApiError> {
        self.authorise("change_rotation", &region)?;
        self.gateway.change_rotation(&region, &name, rotation).await.map_err(|error| self.fail(error))
    }

    async fn rotate_secret(
        &self,
        region: String,
        name: SecretName,
        version_id: String,
    ) -> Result<Receipt, ApiError> {
        self.authorise("rotate_secret", &region)?;
        if !is_version_id(&version_id) {
            return Err(self.joined(ApiError::new(ErrorCode::Invalid)));
        }
        match self.gateway.rotate_secret(&region, &name, &version_id).await {
            // KMS says "no permission" for this too; only its roles tell which it is.
            Err(error)
                if error.kind == ErrorKind::NoPermission
                    && self.gateway.has_service_role(&region).await == Some(false) =>
            {
                let cloud = self.fail(error).cloud;
                Err(self.joined(ApiError { cloud, ..ApiError::new(ErrorCode::NoServiceRole) }))
            }
            answer => answer.map_err(|error| self.fail(error)),
        }
    }

    async fn restore_secret(&self, region: String, name: SecretName) -> Result<(), ApiError> {
        self.authorise("restore_secret", &region)?;
        self.gateway.restore_secret(&region, &name).await.map_err(|error| self.fail(error))
    }
}
