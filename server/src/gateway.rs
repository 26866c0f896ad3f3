//! The gateway: who is asking → may they → do it → write it down → answer. The one implementation of the seam.

mod access_keys;
mod asking;
mod calls;
mod changes;
mod create;
mod details;
mod edit;
mod error;
mod find;
mod in_name;
mod kept;
mod once;
mod overview;
mod pace;
mod proof;
mod reading;
mod rules;
mod secrets;
mod service_role;
mod snippets;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use keyturn_app::api::backend::Backend;
use keyturn_app::model::access_key::{KeyChange, RamUser, Receipt, is_access_key_id, is_ram_user_name};
use keyturn_app::model::deletion::Deletion;
use keyturn_app::model::error::{ApiError, ErrorCode, FieldError};
use keyturn_app::model::found::FoundSecrets;
use keyturn_app::model::new_secret::{
    NewAccessKey, NewSecret, Prerequisites, Proof, check_access_keys, check_tags,
};
use keyturn_app::model::overview::{Overview, Planned};
use keyturn_app::model::rotation::RotationPeriod;
use keyturn_app::model::secret::{RAM_SECRET_PREFIX, Secret, SecretName, Tag, is_version_id};
use keyturn_app::model::secret_edit::{SecretEdit, check_policy};
use keyturn_app::model::secret_list::SecretPage;
use keyturn_app::model::secret_query::SecretQuery;
use keyturn_app::model::unmanaged::{KeyQuery, UnmanagedKeys};
use keyturn_cloud::{Client, ErrorKind, Provider};
use tokio::sync::OnceCell;

use access_keys::KeyScan;
use create::DirectoryCache;
use details::DetailsCache;
use kept::Kept;
use once::Once;
use overview::Scans;
use proof::RecentProofs;
use reading::Reading;
use secrets::Listed;

use crate::approvals::Approvals;
use crate::audit::{Audit, What, sha256};
use crate::identity::{Grants, Identity, Limits, Most};
use crate::storage::Database;

pub(crate) use asking::Asker;
pub(crate) use calls::note as note_call;
pub(crate) use error::to_api;
pub(crate) use in_name::{AssumeRole, Gateways};
pub(crate) use service_role::{SERVICE_ROLES, service_role};

/// How long a calendar waits for all regions; a request may take a little longer than that.
const CALENDAR_LIMIT: Duration = Duration::from_secs(30);

/// What all requests share.
pub(crate) struct Gateway {
    client: Client,
    /// By region.
    lists: Once<String, Arc<Listed>>,
    /// The same for a search over all of them, which may be older.
    found_in: Once<String, Arc<Listed>>,
    /// By region and name.
    secrets: Once<(String, SecretName), Secret>,
    details: Arc<DetailsCache>,
    directory: DirectoryCache,
    scans: Scans,
    keys: Arc<Reading<KeyScan>>,
    kept: Kept,
    recent_proofs: RecentProofs,
    /// The ARN of who signs the calls, once it was asked for.
    identity: OnceCell<String>,
    audit: Audit,
    approvals: Approvals,
    people: Arc<Identity>,
    limits: Limits,
    /// The role in a person's name that signs the calls.
    role_arn: Option<String>,
}

/// The gateway for one request, and who is asking.
pub(crate) struct RequestGateway {
    gateway: Arc<Gateway>,
    asker: Asker,
}

impl Gateway {
    pub(crate) fn new(
        client: Client,
        database: Database,
        audit: Audit,
        approvals: Approvals,
        people: Arc<Identity>,
        limits: Limits,
    ) -> Self {
        let regions = client.regions().to_vec();
        Self {
            client,
            lists: Once::default(),
            found_in: Once::default(),
            secrets: Once::default(),
            details: Arc::new(DetailsCache::default()),
            directory: DirectoryCache::default(),
            scans: Scans::new(&regions),
            keys: Arc::default(),
            kept: Kept::new(database),
            recent_proofs: RecentProofs::default(),
            identity: OnceCell::new(),
            audit,
            approvals,
            people,
            limits,
            role_arn: None,
        }
    }

    /// The same for calls that somebody else signs: nothing that was read before is in its caches.
    fn in_name_of(&self, provider: impl Provider + 'static, role_arn: Option<&str>) -> Self {
        // Who acts in another account has that account's quotas.
        let account = role_arn.and_then(proof::account_of).unwrap_or_default();
        let client = self.client.signed_by(provider).of_account(account);
        let regions = client.regions().to_vec();
        Self {
            client,
            lists: Once::default(),
            found_in: Once::default(),
            secrets: Once::default(),
            details: Arc::new(DetailsCache::default()),
            directory: DirectoryCache::default(),
            scans: Scans::new(&regions),
            keys: Arc::default(),
            kept: self.kept.clone(),
            recent_proofs: RecentProofs::default(),
            identity: OnceCell::new(),
            audit: self.audit.clone(),
            approvals: self.approvals.clone(),
            people: self.people.clone(),
            limits: self.limits.clone(),
            role_arn: role_arn.map(str::to_owned),
        }
    }

    /// After a write, so that who made it sees it.
    fn forget(&self, region: &str) {
        self.lists.forget(|of| of == region);
        self.found_in.forget(|of| of == region);
        self.secrets.forget(|(of, _)| of == region);
        self.scans.forget(region);
    }

    /// For an administrator who asks why somebody may or may not; none where the secret is not there.
    async fn tags_of(&self, region: &str, name: &str) -> Vec<Tag> {
        let is_offered = self.client.regions().iter().any(|known| known == region);
        match is_offered && !name.is_empty() {
            true => match self.client.describe_secret(region, name).await {
                Ok(reply) => secrets::tags_of(&reply.body.tags),
                Err(_) => Vec::new(),
            },
            false => Vec::new(),
        }
    }

    fn for_request(self: &Arc<Self>, asker: Asker) -> Arc<dyn Backend> {
        Arc::new(self.asked_by(asker))
    }

    fn asked_by(self: &Arc<Self>, asker: Asker) -> RequestGateway {
        RequestGateway { gateway: self.clone(), asker }
    }
}

impl RequestGateway {
    fn grants(&self) -> &Grants {
        &self.asker.person.grants
    }

    fn joined(&self, error: ApiError) -> ApiError {
        ApiError { request_id: self.asker.request_id.clone(), ..error }
    }

    /// Logs a failed call where it is handled, and turns it into what the browser may see.
    fn fail(&self, error: keyturn_cloud::CloudError) -> ApiError {
        tracing::warn!(
            request_id = %self.asker.request_id,
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
        self.may_region("list_secrets", &region).await?;
        self.gateway.list_secrets(&region, &query, self.grants()).await.map_err(|error| self.fail(error))
    }

    async fn select_secrets(
        &self,
        region: String,
        query: SecretQuery,
        names: Vec<SecretName>,
    ) -> Result<SecretPage, ApiError> {
        self.may_region("select_secrets", &region).await?;
        let answer = self.gateway.select_secrets(&region, (&query, &names), self.grants()).await;
        answer.map_err(|error| self.fail(error))
    }

    async fn get_overview(&self, tags: Vec<Tag>, is_refresh: bool) -> Result<Overview, ApiError> {
        self.may_all("get_overview").await?;
        Ok(self.gateway.get_overview(&tags, is_refresh, self.grants()).await)
    }

    async fn find_secrets(&self, text: String) -> Result<FoundSecrets, ApiError> {
        self.may_all("find_secrets").await?;
        Ok(self.gateway.find_secrets(&text, self.grants()).await)
    }

    async fn planned_rotations(&self, tags: Vec<Tag>) -> Result<Planned, ApiError> {
        self.may_all("planned_rotations").await?;
        Ok(self.gateway.planned_rotations(&tags, CALENDAR_LIMIT, self.grants()).await)
    }

    async fn get_secret(&self, region: String, name: SecretName) -> Result<Secret, ApiError> {
        self.may_secret("get_secret", &region, &name).await?;
        self.gateway.get_secret(&region, &name).await.map_err(|error| self.fail(error))
    }

    async fn edit_secret(&self, region: String, name: SecretName, edit: SecretEdit) -> Result<(), ApiError> {
        self.may_secret("edit_secret", &region, &name).await?;
        if let Err((field, error)) = edit.check() {
            return Err(self.joined(ApiError::invalid(vec![FieldError::of(field, error)])));
        }
        let mut what = What::secret(&region, name.as_str()).with("changes", edit.changed());
        // Rules can be scoped by tag, so the record says which tags the secret is to have.
        if let Some(tags) = &edit.tags {
            what = what.with("tags", tags_text(tags));
        }
        self.recorded("edit_secret", what, async {
            let answer = self.gateway.edit_secret(&region, &name, &edit).await;
            answer.map_err(|error| self.fail(error))?.map_err(|code| self.joined(ApiError::new(code)))
        })
        .await
    }

    async fn tag_secret(
        &self,
        region: String,
        name: SecretName,
        tags: Vec<Tag>,
        removed_keys: Vec<String>,
    ) -> Result<(), ApiError> {
        self.may_secret("tag_secret", &region, &name).await?;
        let keys: Vec<Tag> =
            removed_keys.iter().map(|key| Tag { key: key.clone(), value: String::new() }).collect();
        if let Err(error) = check_tags(&tags).and_then(|()| check_tags(&keys)) {
            return Err(self.joined(ApiError::invalid(vec![FieldError::of("tags", error)])));
        }
        let what = What::secret(&region, name.as_str())
            .with("tags", tags_text(&tags))
            .with("removed", removed_keys.clone());
        self.recorded("tag_secret", what, async {
            let answer = self.gateway.tag_secret(&region, &name, &tags, &removed_keys).await;
            answer.map_err(|error| self.fail(error))
        })
        .await
    }

    async fn get_secret_policy(&self, region: String, name: SecretName) -> Result<String, ApiError> {
        self.may_secret("get_secret_policy", &region, &name).await?;
        self.gateway.get_secret_policy(&region, &name).await.map_err(|error| self.fail(error))
    }

    async fn set_secret_policy(
        &self,
        region: String,
        name: SecretName,
        policy: String,
        seen: String,
    ) -> Result<(), ApiError> {
        self.may_secret("set_secret_policy", &region, &name).await?;
        let Ok(policy) = check_policy(&policy) else {
            return Err(self.joined(ApiError::new(ErrorCode::Invalid)));
        };
        // Record and send the same bytes: padding hides nothing, and no key appears twice.
        let what = What::secret(&region, name.as_str()).with("policy", policy.clone());
        let policy = policy.to_string();
        let what = what.with("policyBytes", policy.len()).with("policySha256", sha256(&policy));
        self.recorded("set_secret_policy", what, async {
            let answer = self.gateway.set_secret_policy(&region, &name, &policy, &seen).await;
            answer.map_err(|error| self.fail(error))?.map_err(|code| self.joined(ApiError::new(code)))
        })
        .await
    }

    async fn get_snippets(
        &self,
        region: String,
        name: SecretName,
    ) -> Result<Vec<(String, String)>, ApiError> {
        self.may_secret("get_snippets", &region, &name).await?;
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
        self.may_secret("delete_secret", &region, &name).await?;
        if deletion == Deletion::Immediate && typed_name != name.as_str() {
            return Err(self.joined(ApiError::new(ErrorCode::Invalid)));
        }
        let what = What::secret(&region, name.as_str());
        let delete = async {
            self.gateway.delete_secret(&region, &name, deletion).await.map_err(|error| self.fail(error))
        };
        match deletion {
            Deletion::Planned(window) => {
                self.recorded("delete_secret", what.with("days", window.days()), delete).await
            }
            Deletion::Immediate => {
                let what = what.with("immediate", true);
                self.is_privileged("delete_secret", &what).await?;
                self.approved("delete_secret", what, Most::Change, |what| what, delete).await
            }
        }
    }

    async fn list_unmanaged_keys(
        &self,
        query: KeyQuery,
        is_refresh: bool,
    ) -> Result<UnmanagedKeys, ApiError> {
        self.may_all("list_unmanaged_keys").await?;
        let answer = self.gateway.list_unmanaged_keys(&query, is_refresh, self.grants()).await;
        answer.map_err(|error| self.joined(error))
    }

    async fn get_ram_user(&self, user_name: String) -> Result<RamUser, ApiError> {
        self.may_user("get_ram_user", &user_name).await?;
        self.gateway.get_ram_user(&user_name).await.map_err(|error| self.fail(error))
    }

    async fn change_access_key(
        &self,
        user_name: String,
        access_key_id: String,
        change: KeyChange,
        typed_id: String,
    ) -> Result<Receipt, ApiError> {
        self.may_user("change_access_key", &user_name).await?;
        if !is_access_key_id(&access_key_id) || (change.is_typed() && typed_id != access_key_id) {
            return Err(self.joined(ApiError::new(ErrorCode::Invalid)));
        }
        let what = What::about(&user_name)
            .with("accessKeyId", access_key_id.clone())
            .with("change", change.action());
        let apply = async {
            let answer = self.gateway.change_access_key(&user_name, &access_key_id, change).await;
            answer.map_err(|error| self.fail(error))?.map_err(|code| self.joined(ApiError::new(code)))
        };
        match change {
            KeyChange::Delete | KeyChange::DisableInUse => {
                self.is_privileged("change_access_key", &what).await?;
                self.approved("change_access_key", what, Most::Change, |what| what, apply).await
            }
            _ => self.recorded("change_access_key", what, apply).await,
        }
    }

    async fn search_ram_users(&self, region: String, text: String) -> Result<Vec<RamUser>, ApiError> {
        self.may_region("search_ram_users", &region).await?;
        self.gateway.search_ram_users(&region, &text, self.grants()).await.map_err(|error| self.fail(error))
    }

    async fn get_prerequisites(&self, region: String) -> Result<Prerequisites, ApiError> {
        self.may_region("get_prerequisites", &region).await?;
        let (known, error) = self.gateway.get_prerequisites(&region).await;
        Ok(Prerequisites { instances_error: error.map(|error| self.fail(error)), ..known })
    }

    async fn check_access_keys(
        &self,
        region: String,
        user_name: String,
        access_keys: Vec<NewAccessKey>,
    ) -> Result<Vec<Proof>, ApiError> {
        self.may_region("check_access_keys", &region).await?;
        if !is_ram_user_name(&user_name) || check_access_keys(&access_keys).is_err() {
            return Err(self.joined(ApiError::new(ErrorCode::Invalid)));
        }
        self.prove(&region, &user_name, &access_keys).await
    }

    async fn create_secret(&self, region: String, secret: NewSecret) -> Result<SecretName, ApiError> {
        let is_hidden =
            self.may_new_secret("create_secret", &region, &secret.user_name, &secret.tags).await?;
        if let Err((field, error)) = secret.check() {
            let field = FieldError::of(field, error);
            return Err(self.joined(ApiError::invalid(vec![field])));
        }
        let unproven = self.verify_pairs(&region, &secret, is_hidden).await?;
        let name = format!("{RAM_SECRET_PREFIX}{}", secret.user_name);
        // A version that is there already is ours only if we have tried to create it before.
        let is_retry = self.has_tried("create_secret", &region, &name, &secret.version_id).await?;
        let mut what = What::secret(&region, &name)
            .with("userName", secret.user_name.clone())
            .with("versionId", secret.version_id.clone())
            .with("rotationSeconds", secret.rotation.map(RotationPeriod::seconds))
            .with("tags", tags_text(&secret.tags));
        if let Some((instance, key)) = &secret.instance {
            what = what.with("instance", instance.clone()).with("encryptionKey", key.clone());
        }
        if !unproven.is_empty() {
            what = what.with("unproven", unproven);
        }
        self.recorded("create_secret", what, async {
            self.gateway.create_secret(&region, &secret, is_retry).await.map_err(|error| self.fail(error))
        })
        .await
    }

    async fn change_rotation(
        &self,
        region: String,
        name: SecretName,
        rotation: Option<RotationPeriod>,
    ) -> Result<(), ApiError> {
        self.may_secret("change_rotation", &region, &name).await?;
        let what = What::secret(&region, name.as_str())
            .with("rotationSeconds", rotation.map(RotationPeriod::seconds));
        let change = async {
            self.gateway.change_rotation(&region, &name, rotation).await.map_err(|error| self.fail(error))
        };
        let is_immediate = match rotation {
            Some(period) => {
                self.gateway.rotates_soon(&region, &name, period).await.map_err(|error| self.fail(error))?
            }
            None => false,
        };
        if !is_immediate {
            return self.recorded("change_rotation", what, change).await;
        }
        // By its effect this is Rotate Now, so it needs what Rotate Now needs.
        let what = what.with("immediate", true);
        self.is_privileged("change_rotation", &what).await?;
        self.approved("change_rotation", what, Most::Rotation, |what| what, change).await
    }

    async fn rotate_secret(
        &self,
        region: String,
        name: SecretName,
        version_id: String,
    ) -> Result<Receipt, ApiError> {
        self.may_secret("rotate_secret", &region, &name).await?;
        if !is_version_id(&version_id) {
            return Err(self.joined(ApiError::new(ErrorCode::Invalid)));
        }
        let what = What::secret(&region, name.as_str());
        self.is_privileged("rotate_secret", &what).await?;
        let rotate = async {
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
        };
        // Each try has a version ID of its own, which nobody approves.
        let with_version = |what: What| what.with("versionId", version_id.clone());
        self.approved("rotate_secret", what, Most::Rotation, with_version, rotate).await
    }

    async fn restore_secret(&self, region: String, name: SecretName) -> Result<(), ApiError> {
        self.may_secret("restore_secret", &region, &name).await?;
        self.recorded("restore_secret", What::secret(&region, name.as_str()), async {
            self.gateway.restore_secret(&region, &name).await.map_err(|error| self.fail(error))
        })
        .await
    }
}

/// Returns `key=value` for each tag, as rules and records write tags.
fn tags_text(tags: &[Tag]) -> Vec<String> {
    tags.iter().map(|tag| format!("{}={}", tag.key, tag.value)).collect()
}
