//! Writes. An answer that was lost after the call is settled by a read (`design.md`): what is reported is what happened.

use keyturn_app::model::access_key::Receipt;
use keyturn_app::model::deletion::Deletion;
use keyturn_app::model::rotation::RotationPeriod;
use keyturn_app::model::secret::SecretName;
use keyturn_cloud::kms::{self, DescribedSecret};
use keyturn_cloud::{CloudError, ErrorKind};

use super::secrets::{milliseconds, moment_ms, now_ms};
use super::{Gateway, details};

/// A rotation that a new interval brings forward to within this time counts as an immediate one: otherwise an interval that ends
/// an hour from now would do what Rotate Now does. In ms.
const SOON_MS: i64 = 24 * 3_600_000;

impl Gateway {
    /// The planned date; `None` when the secret is gone.
    pub(crate) async fn delete_secret(
        &self,
        region: &str,
        name: &SecretName,
        deletion: Deletion,
    ) -> Result<Option<i64>, CloudError> {
        let how = match deletion {
            Deletion::Planned(window) => kms::Deletion::Planned { recovery_window_in_days: window.days() },
            Deletion::Immediate => kms::Deletion::Immediate,
        };
        let answer = self.client.delete_secret(region, name.as_str(), how).await;
        self.forget(region);
        match (answer, deletion) {
            (Ok(_), Deletion::Immediate) => Ok(None),
            (Ok(reply), Deletion::Planned(_)) => {
                Ok(reply.body.planned_delete_time.as_deref().and_then(milliseconds))
            }
            (Err(error), _) if error.kind == ErrorKind::UnknownOutcome => {
                match (self.look(region, name).await, deletion) {
                    (Some(Err(gone)), Deletion::Immediate) if gone.kind == ErrorKind::NotFound => Ok(None),
                    (Some(Ok(secret)), Deletion::Planned(_)) if secret.planned_delete_time.is_some() => {
                        Ok(secret.planned_delete_time.as_deref().and_then(milliseconds))
                    }
                    _ => Err(error),
                }
            }
            (Err(error), _) => Err(error),
        }
    }

    pub(crate) async fn restore_secret(&self, region: &str, name: &SecretName) -> Result<(), CloudError> {
        let answer = self.client.restore_secret(region, name.as_str()).await;
        self.forget(region);
        match answer {
            Ok(_) => Ok(()),
            Err(error) if error.kind == ErrorKind::UnknownOutcome => match self.look(region, name).await {
                Some(Ok(secret)) if secret.planned_delete_time.is_none() => Ok(()),
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Returns whether KMS rotates at once, or within a day and sooner than planned, when automatic rotation is set to this
    /// interval.
    /// https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-updatesecretrotationpolicy
    /// (read 2026-11-24): if the last rotation and the interval lie in the past, the rotation starts immediately.
    pub(crate) async fn rotates_soon(
        &self,
        region: &str,
        name: &SecretName,
        period: RotationPeriod,
    ) -> Result<bool, CloudError> {
        let described = self.client.describe_secret(region, name.as_str()).await?;
        let now_ms = now_ms(described.sandbox_time);
        let secret = described.body;
        let last_ms = secret.last_rotation_date.as_deref().and_then(milliseconds);
        let from_ms = last_ms.unwrap_or_else(|| moment_ms(&secret.create_time));
        let planned_ms = secret.next_rotation_date.as_deref().and_then(milliseconds);
        let is_sooner = planned_ms.is_none_or(|planned_ms| from_ms + period.milliseconds() < planned_ms);
        Ok(period.has_passed(from_ms, now_ms) || (is_sooner && period.has_passed(from_ms, now_ms + SOON_MS)))
    }

    pub(crate) async fn change_rotation(
        &self,
        region: &str,
        name: &SecretName,
        rotation: Option<RotationPeriod>,
    ) -> Result<(), CloudError> {
        let wanted = rotation.map(RotationPeriod::seconds);
        let answer = self.client.update_secret_rotation_policy(region, name.as_str(), wanted).await;
        self.forget(region);
        match answer {
            Ok(_) => Ok(()),
            Err(error) if error.kind == ErrorKind::UnknownOutcome => match self.look(region, name).await {
                Some(Ok(secret)) if details::period_seconds(&secret) == wanted => Ok(()),
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn rotate_secret(
        &self,
        region: &str,
        name: &SecretName,
        version_id: &str,
    ) -> Result<Receipt, CloudError> {
        let answer = self.client.rotate_secret(region, name.as_str(), version_id).await;
        self.forget(region);
        let request_id = match answer {
            Ok(reply) => reply.request_id,
            // Only this call can have made a version of that ID.
            Err(error) if error.kind == ErrorKind::UnknownOutcome => {
                match self.client.list_secret_version_ids(region, name.as_str()).await {
                    Ok(reply) if reply.body.iter().any(|version| version.version_id == version_id) => {
                        String::new()
                    }
                    _ => return Err(error),
                }
            }
            Err(error) => return Err(error),
        };
        Ok(self.receipt("RotateSecret", version_id, request_id).await)
    }

    /// What the secret is now; `None` where that cannot be told either.
    async fn look(&self, region: &str, name: &SecretName) -> Option<Result<DescribedSecret, CloudError>> {
        match self.client.describe_secret(region, name.as_str()).await {
            Ok(reply) => Some(Ok(reply.body)),
            Err(error) if error.kind == ErrorKind::NotFound => Some(Err(error)),
            Err(_) => None,
        }
    }
}
