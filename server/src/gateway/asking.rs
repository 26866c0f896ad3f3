//! Who is asking, may they, and writing it down: what every method of the seam begins with, and every change goes through.

use keyturn_app::model::access_key::is_ram_user_name;
use keyturn_app::model::error::{ApiError, ErrorCode};
use keyturn_app::model::secret::{RAM_SECRET_PREFIX, SecretName, Tag};
use keyturn_cloud::ErrorKind;

use super::error::code_name;
use super::{RequestGateway, calls, details, rules, secrets};
use crate::approvals::{Asked, MOST_OPEN, Settled};
use crate::audit::{End, Outcome, What, Who};
use crate::identity::{Identity, Most, Person, Place, Role, mark};

/// Who asks, for one request.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) person: std::sync::Arc<Person>,
    /// The address that the request came from.
    pub(crate) from: String,
    /// Joins the answer with the log.
    pub(crate) request_id: String,
    /// Whether the page is in a frame of another origin's: then every change asks who it is.
    pub(crate) is_embedded: bool,
}

impl Asker {
    pub(crate) fn who(&self) -> Who {
        Who {
            person: self.person.id.clone(),
            name: self.person.name.clone(),
            session: self.person.session.as_deref().map(mark),
            from: self.from.clone(),
            request_id: self.request_id.clone(),
        }
    }
}

impl RequestGateway {
    /// For a method that is about all regions, or what lies in them: what the person may not see is left out later.
    pub(super) async fn may_all(&self, method: &'static str) -> Result<(), ApiError> {
        self.has(method, self.grants().anywhere(), What::default()).await
    }

    /// For a method about a region as a whole.
    pub(super) async fn may_region(&self, method: &'static str, region: &str) -> Result<(), ApiError> {
        self.offered(region)?;
        let what = What { region: Some(region.to_owned()), ..What::default() };
        match rules::needed(method) {
            // Where the person may see nothing, there is nothing to be seen.
            Some(Role::Viewer) => self.has(method, self.grants().anywhere(), what).await,
            _ => self.has(method, self.grants().in_region(region), what).await,
        }
    }

    /// For a method about a secret. One that the person may not see is answered as one that is not there.
    pub(super) async fn may_secret(
        &self,
        method: &'static str,
        region: &str,
        name: &SecretName,
    ) -> Result<(), ApiError> {
        self.offered(region)?;
        let what = What::secret(region, name.as_str());
        if self.grants().everywhere() >= rules::needed(method) {
            return self.has(method, self.grants().everywhere(), what).await;
        }
        let tags = self.tags_of(region, name).await?;
        match tags.and_then(|tags| self.grants().over(Place { region, name: name.as_str(), tags: &tags })) {
            None => Err(self.hidden(method, what).await),
            role => self.has(method, role, what).await,
        }
    }

    /// Authorizes the creation of a secret with these tags for a RAM user. Returns whether a secret that is hidden from the user
    /// manages the RAM user. [`RequestGateway::verify_pairs`] then reports wrong pairs: the cloud's response would reveal the
    /// secret.
    pub(super) async fn may_new_secret(
        &self,
        method: &'static str,
        region: &str,
        user_name: &str,
        tags: &[Tag],
    ) -> Result<bool, ApiError> {
        self.offered(region)?;
        let name = format!("{RAM_SECRET_PREFIX}{user_name}");
        let role = self.grants().over(Place { region, name: &name, tags });
        self.has(method, role, What::secret(region, &name)).await?;
        Ok(self.grants().everywhere().is_none()
            && self.role_over_manager(region, user_name).await? == Some(None))
    }

    /// Whether the user has tried to create this version of a secret before.
    pub(super) async fn has_tried(
        &self,
        event: &'static str,
        region: &str,
        secret: &str,
        version_id: &str,
    ) -> Result<bool, ApiError> {
        let what = What::secret(region, secret).with("versionId", version_id);
        let tried = self.gateway.audit.has_intent(&self.asker.person.id, event, &what).await;
        tried.map_err(|error| {
            tracing::error!(%error, request_id = %self.asker.request_id, "nothing is changed: the audit log cannot be read");
            self.joined(ApiError::new(ErrorCode::AuditDown))
        })
    }

    /// For a RAM user: by its name, or by the secret that manages it.
    pub(super) async fn may_user(&self, method: &'static str, user_name: &str) -> Result<(), ApiError> {
        let what = What::about(user_name);
        match self.role_over_user(user_name, rules::needed(method)).await? {
            None => Err(self.hidden(method, what).await),
            role => self.has(method, role, what).await,
        }
    }

    /// What the person may with a secret, or a RAM user, as it would be found if they acted now; nothing is written down.
    pub(super) async fn role_over(&self, what: &What) -> Result<Option<Role>, ApiError> {
        let grants = self.grants();
        if grants.everywhere() == Some(Role::Administrator) {
            return Ok(grants.everywhere());
        }
        match (&what.region, what.secret.as_deref().and_then(SecretName::parse), &what.about) {
            (Some(region), Some(name), _) => {
                let tags = self.tags_of(region, &name).await?.unwrap_or_default();
                Ok(grants.over(Place { region, name: name.as_str(), tags: &tags }))
            }
            (_, _, Some(user)) => self.role_over_user(user, Some(Role::Operator)).await,
            _ => Ok(None),
        }
    }

    /// The same of somebody else, last seen in these groups.
    async fn role_now(
        &self,
        person: &str,
        groups: Vec<String>,
        what: &What,
    ) -> Result<Option<Role>, ApiError> {
        let Identity::SignIn(sign_in) = &*self.gateway.people else { return Ok(None) };
        let found = sign_in.grants_of(person, groups).await.map_err(|error| {
            tracing::error!(%error, request_id = %self.asker.request_id, "rules could not be read");
            self.joined(ApiError::new(ErrorCode::AuditDown))
        })?;
        let Some((groups, grants)) = found else { return Ok(None) };
        let person = Person { id: person.to_owned(), groups, grants, ..Person::everyone() };
        let asker = Asker { person: std::sync::Arc::new(person), ..self.asker.clone() };
        self.gateway.asked_by(asker).role_over(what).await
    }

    /// What the person may with a RAM user; what is `enough` is not looked beyond.
    pub(super) async fn role_over_user(
        &self,
        user_name: &str,
        enough: Option<Role>,
    ) -> Result<Option<Role>, ApiError> {
        // Without a name RAM takes the user that signs the call: Keyturn's own.
        if !is_ram_user_name(user_name) {
            return Err(self.joined(ApiError::new(ErrorCode::NotFound)));
        }
        let by_name = self.grants().over_user(user_name);
        if by_name >= enough {
            return Ok(by_name);
        }
        let by_secret = self.role_over_manager(self.gateway.default_region(), user_name).await?.flatten();
        Ok(by_name.max(by_secret))
    }

    /// What the person may with the secret that manages a RAM user; `None` where none does.
    async fn role_over_manager(
        &self,
        region: &str,
        user_name: &str,
    ) -> Result<Option<Option<Role>>, ApiError> {
        let directory = self.gateway.directory(region).await.map_err(|error| self.fail(error))?;
        let manager = directory.manager(user_name, &directory.display_name(user_name));
        let Some((region, name)) =
            manager.and_then(|(region, name)| Some((region, SecretName::parse(&name)?)))
        else {
            return Ok(None);
        };
        let secret = match self.gateway.client.describe_secret(&region, name.as_str()).await {
            Ok(reply) => reply.body,
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.fail(error)),
        };
        // The directory knows the secret by the user's name or display name, and anybody can bear a display name: KMS says
        // whose secret it is.
        if details::user_name(&secret) != user_name {
            return Ok(None);
        }
        let tags = secrets::tags_of(&secret.tags);
        Ok(Some(self.grants().over(Place { region: &region, name: name.as_str(), tags: &tags })))
    }

    /// What cannot be undone is done only a short while after the person has signed in, or has confirmed it.
    pub(super) async fn is_privileged(&self, event: &str, what: &What) -> Result<(), ApiError> {
        if self.asker.person.is_privileged() {
            return Ok(());
        }
        self.refused(event, what.clone(), ErrorCode::ConfirmIdentity).await;
        Err(self.joined(ApiError::new(ErrorCode::ConfirmIdentity)))
    }

    /// Whether a second person has agreed, where one must: then what is done says who, and the approval's ID comes along. Else it
    /// waits for one from now on.
    async fn is_approved(&self, event: &'static str, what: What) -> Result<(What, Option<String>), ApiError> {
        let who = self.asker.who();
        let approvals = &self.gateway.approvals;
        let ask =
            async || approvals.ask(&who, event, &what).await.map_err(|error| self.approvals_down(&error));
        let mut asked = ask().await?;
        if let Asked::Approved { id, by, groups } = &mut asked {
            let role = self.role_now(by, std::mem::take(groups), &what).await;
            if role.is_err() {
                approvals
                    .settle(id, Settled::GivenBack)
                    .await
                    .map_err(|error| self.approvals_down(&error))?;
            }
            if role? >= Some(Role::Operator) {
                return Ok((what.with("approvedBy", by.clone()), Some(id.clone())));
            }
            approvals.settle(id, Settled::Lapsed).await.map_err(|error| self.approvals_down(&error))?;
            asked = ask().await?;
        }
        let code = match asked {
            Asked::Free => return Ok((what, None)),
            // Two at a time, of whom one was approved anew: that is for another time.
            Asked::Approved { id, .. } => {
                approvals
                    .settle(&id, Settled::GivenBack)
                    .await
                    .map_err(|error| self.approvals_down(&error))?;
                self.refused(event, what, ErrorCode::NeedsApproval).await;
                ErrorCode::NeedsApproval
            }
            Asked::UnderWay => {
                self.refused(event, what, ErrorCode::Conflict).await;
                let (message, hint) = keyturn_app::served::under_way();
                return Err(self.joined(ApiError { message, hint, ..ApiError::new(ErrorCode::Conflict) }));
            }
            Asked::TooMany => {
                self.refused(event, what, ErrorCode::Throttled).await;
                let (message, hint) = keyturn_app::served::too_many_asked(MOST_OPEN);
                return Err(self.joined(ApiError { message, hint, ..ApiError::new(ErrorCode::Throttled) }));
            }
            Asked::Waits { is_new: false } => {
                self.refused(event, what, ErrorCode::NeedsApproval).await;
                ErrorCode::NeedsApproval
            }
            Asked::Waits { is_new: true } => {
                let end = End { outcome: Outcome::Done, ..End::default() };
                let asked_for = what.clone().with("for", event);
                if let Err(error) = self.gateway.audit.happened(&who, "ask_approval", &asked_for, end).await {
                    let back = approvals.take_back(&who, event, &what).await;
                    back.map_err(|error| self.approvals_down(&error))?;
                    return Err(self.approvals_down(&error));
                }
                ErrorCode::NeedsApproval
            }
        };
        Err(self.joined(ApiError::new(code)))
    }

    /// Adds when a secret was created to what is asked for, where a second person must agree: what is agreed for one secret
    /// does not hold for the next one of its name.
    async fn identified(&self, event: &str, what: What) -> Result<What, ApiError> {
        let (Some(region), Some(name)) = (&what.region, &what.secret) else { return Ok(what) };
        if !self.gateway.approvals.are_needed(event) {
            return Ok(what);
        }
        let secret = self.gateway.client.describe_secret(region, name).await;
        let created = secret.map_err(|error| self.fail(error))?.body.create_time;
        Ok(what.with("secretCreated", created))
    }

    fn approvals_down(&self, error: &dyn std::fmt::Display) -> ApiError {
        tracing::error!(%error, request_id = %self.asker.request_id, "nothing is changed: approvals cannot be read");
        self.joined(ApiError::new(ErrorCode::AuditDown))
    }

    /// A change that waits for a second person where one must agree. `more` says what the approval is not about. Where nothing
    /// came of it, the approval is there for another time.
    pub(super) async fn approved<T>(
        &self,
        event: &'static str,
        asked_for: What,
        most: Most,
        more: impl FnOnce(What) -> What,
        change: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        let asked_for = self.identified(event, asked_for).await?;
        let (what, approval) = self.is_approved(event, asked_for).await?;
        let answer = self.recorded_with(event, more(what), most, change, |what, _| what).await;
        if let Some(id) = approval {
            // A service that failed may have done it first.
            let is_unsure = |code| matches!(code, ErrorCode::UnknownOutcome | ErrorCode::CloudFailed);
            let has_failed = answer.as_ref().is_err_and(|error| !is_unsure(error.code));
            let settled = if has_failed { Settled::GivenBack } else { Settled::Done };
            if let Err(error) = self.gateway.approvals.settle(&id, settled).await {
                tracing::error!(%error, request_id = %self.asker.request_id, "what came of an approval could not be kept");
            }
        }
        answer
    }

    /// A change: its intent is durable before it is sent, its outcome before it is reported.
    pub(super) async fn recorded<T>(
        &self,
        event: &'static str,
        what: What,
        change: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        self.recorded_with(event, what, Most::Change, change, |what, _| what).await
    }

    /// Like [`RequestGateway::recorded`], under the limit `most`; `more` adds results to the record of the outcome.
    pub(super) async fn recorded_with<T>(
        &self,
        event: &'static str,
        what: What,
        most: Most,
        change: impl Future<Output = Result<T, ApiError>>,
        more: impl FnOnce(What, &T) -> What,
    ) -> Result<T, ApiError> {
        let (audit, who) = (&self.gateway.audit, self.asker.who());
        let what = match &self.gateway.role_arn {
            Some(role) => what.with("roleArn", role.clone()),
            None => what,
        };
        if self.asker.is_embedded {
            self.is_privileged(event, &what).await?;
        }
        self.limited(event, &what, most).await?;
        let intent = audit.intended(&who, event, &what).await.map_err(|error| {
            tracing::error!(%error, request_id = %self.asker.request_id, "nothing is changed: the audit log fails");
            self.joined(ApiError::new(ErrorCode::AuditDown))
        })?;
        let (answer, cloud_request_ids) = calls::noted(change).await;
        let (what, end) = match &answer {
            Ok(done) => (more(what, done), End { outcome: Outcome::Done, cloud_request_ids, code: None }),
            Err(error) => {
                let code = Some(code_name(error.code));
                (what, End { outcome: Outcome::Failed, cloud_request_ids, code })
            }
        };
        if let Err(error) = audit.ended(intent, &who, event, &what, end).await {
            tracing::error!(%error, request_id = %self.asker.request_id, "an outcome could not be written to the audit log");
            // What happened cannot be proven, so it is not reported as done.
            return Err(self.joined(ApiError::new(ErrorCode::UnknownOutcome)));
        }
        answer
    }

    /// Refuses who does more than hands can.
    pub(super) async fn limited(&self, event: &str, what: &What, most: Most) -> Result<(), ApiError> {
        let wait = self.gateway.limits.change(&self.asker.person.id, most).await.map_err(|error| {
            tracing::error!(%error, request_id = %self.asker.request_id, "nothing is changed: limits cannot be counted");
            self.joined(ApiError::new(ErrorCode::AuditDown))
        })?;
        let Some(wait) = wait else { return Ok(()) };
        let code = match most {
            Most::Rotation => ErrorCode::RotationThrottled,
            Most::Change | Most::Proof { .. } => ErrorCode::Throttled,
        };
        self.refused(event, what.clone(), code).await;
        let retry_after_ms = u64::try_from(wait.as_millis()).ok();
        Err(self.joined(ApiError { retry_after_ms, ..ApiError::new(code) }))
    }

    /// An unknown region is answered like a page that does not exist.
    fn offered(&self, region: &str) -> Result<(), ApiError> {
        match self.gateway.client.regions().iter().any(|known| known == region) {
            true => Ok(()),
            false => Err(self.joined(ApiError::new(ErrorCode::NotFound))),
        }
    }

    /// Whether the role is enough; a refusal is written down.
    async fn has(&self, method: &'static str, role: Option<Role>, what: What) -> Result<(), ApiError> {
        match rules::needed(method) {
            Some(needed) if role >= Some(needed) => Ok(()),
            _ => {
                self.refused(method, what, ErrorCode::Forbidden).await;
                Err(self.joined(ApiError::new(ErrorCode::Forbidden)))
            }
        }
    }

    /// The very answer to what is not there.
    async fn hidden(&self, method: &'static str, what: What) -> ApiError {
        self.refused(method, what, ErrorCode::NotFound).await;
        self.joined(ApiError::new(ErrorCode::NotFound))
    }

    pub(super) async fn refused(&self, method: &str, what: What, code: ErrorCode) {
        let code = code_name(code);
        if let Err(error) = self.gateway.audit.refused(&self.asker.who(), method, &what, &code).await {
            tracing::error!(%error, request_id = %self.asker.request_id, "a refusal could not be written to the audit log");
        }
    }

    /// The tags of a secret, from KMS: what is cached may be older than a change of them. `None` where it is not there, which
    /// is written down and answered as one that is hidden.
    async fn tags_of(&self, region: &str, name: &SecretName) -> Result<Option<Vec<Tag>>, ApiError> {
        match self.gateway.client.describe_secret(region, name.as_str()).await {
            Ok(reply) => Ok(Some(secrets::tags_of(&reply.body.tags))),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.fail(error)),
        }
    }
}
