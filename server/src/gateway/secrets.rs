//! Reading secrets: the list with its details, and one secret with everything about it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use keyturn_app::model::secret::{Known, Secret, SecretName, SecretRow, Tag, Version};
use keyturn_app::model::secret_list::{self, SecretPage};
use keyturn_app::model::secret_query::SecretQuery;
use keyturn_cloud::kms::{DescribedSecret, ListedSecret};
use keyturn_cloud::{CloudError, ErrorKind};

use super::Gateway;
use super::details;
use crate::identity::{Grants, Place};

/// How long each hundred secrets of a list serve those who ask next: they are a call each, and the quota has few.
const FRESH: Duration = Duration::from_millis(200);
const FRESHEST: Duration = Duration::from_secs(15);

/// A region's secrets as `ListSecrets` told them.
pub(crate) struct Listed {
    pub(super) secrets: Vec<ListedSecret>,
    pub(super) now_ms: i64,
    pub(super) asked_ms: i64,
}

impl Gateway {
    pub(crate) async fn list_secrets(
        &self,
        region: &str,
        query: &SecretQuery,
        grants: &Grants,
    ) -> Result<SecretPage, CloudError> {
        let listed = self.listed(region).await?;
        // The rows in view first; all of them only where the query cannot be answered without.
        let first =
            secret_list::page(&self.rows(region, &listed, grants), query, listed.now_ms, listed.asked_ms);
        let in_view: Vec<&ListedSecret> = first
            .rows
            .iter()
            .filter_map(|row| listed.secrets.iter().find(|secret| secret.secret_name == row.name.as_str()))
            .collect();
        let others: Vec<&ListedSecret> = listed.secrets.iter().filter(|_| query.needs_details()).collect();
        self.details.want(&self.client, region, (&in_view, &others), listed.now_ms).await;
        Ok(secret_list::page(&self.rows(region, &listed, grants), query, listed.now_ms, listed.asked_ms))
    }

    /// All that match, of these names where there are any, up to the most that are changed at once, with their details.
    pub(crate) async fn select_secrets(
        &self,
        region: &str,
        (query, names): (&SecretQuery, &[SecretName]),
        grants: &Grants,
    ) -> Result<SecretPage, CloudError> {
        let listed = self.listed(region).await?;
        let select = || {
            let mut rows = self.rows(region, &listed, grants);
            rows.retain(|row| names.is_empty() || names.contains(&row.name));
            secret_list::select(&rows, query, listed.now_ms, listed.asked_ms)
        };
        let first = select();
        let names: HashSet<&str> = first.rows.iter().map(|row| row.name.as_str()).collect();
        let is_wanted =
            |secret: &&ListedSecret| query.needs_details() || names.contains(secret.secret_name.as_str());
        let wanted: Vec<&ListedSecret> = listed.secrets.iter().filter(is_wanted).collect();
        self.details.want(&self.client, region, (&[], &wanted), listed.now_ms).await;
        Ok(select())
    }

    /// All about a secret, read once for those who ask at the same time.
    pub(crate) async fn get_secret(&self, region: &str, name: &SecretName) -> Result<Secret, CloudError> {
        let read = async { Ok((self.read_secret(region, name).await?, Duration::ZERO)) };
        self.secrets.get(&(region.to_owned(), name.clone()), read).await
    }

    async fn read_secret(&self, region: &str, name: &SecretName) -> Result<Secret, CloudError> {
        let described = self.client.describe_secret(region, name.as_str()).await?;
        let now_ms = now_ms(described.sandbox_time);
        let secret = described.body;
        let user_name = details::user_name(&secret);
        let (versions, access_keys) = tokio::join!(
            self.client.list_secret_version_ids(region, name.as_str()),
            self.client.list_access_keys(region, &user_name),
        );
        let is_user_gone = access_keys.as_ref().is_err_and(|error| error.kind == ErrorKind::NotFound);
        let ram_error = access_keys.as_ref().err().cloned().map(super::error::to_api);
        let access_keys = match access_keys {
            Ok(keys) => {
                let keys = details::access_keys_of(keys);
                Some(details::with_last_use(&self.client, region, &user_name, keys).await)
            }
            Err(_) => None,
        };
        let rotating_until_ms = details::rotation_window_end(&secret, now_ms)
            .filter(|_| versions.as_ref().is_ok_and(|reply| details::has_previous(&reply.body)));
        let mut details = details::details(&secret, rotating_until_ms);
        let created_ms = moment_ms(&secret.create_time);
        details.in_ram =
            access_keys.as_deref().map(|keys| details::in_ram(&details, created_ms, keys, now_ms));
        Ok(Secret {
            asked_ms: jiff::Timestamp::now().as_millisecond(),
            arn: secret.arn.clone(),
            description: secret.description.clone(),
            instance_id: secret.dkms_instance_id.clone(),
            key_id: secret.encryption_key_id.clone(),
            versions: versions.ok().map(|reply| {
                let versions = reply.body.into_iter();
                versions
                    .map(|version| Version {
                        created_ms: moment_ms(&version.create_time),
                        id: version.version_id,
                        stages: version.version_stages,
                    })
                    .collect()
            }),
            custom_data: secret.custom_data(),
            access_keys,
            is_user_gone,
            ram_error,
            now_ms,
            row: row_of(name.clone(), &secret, Known::Details(details)),
        })
    }

    pub(super) async fn listed(&self, region: &str) -> Result<Arc<Listed>, CloudError> {
        let read = async {
            let reply = self.client.list_secrets(region).await?;
            let calls = u32::try_from(reply.body.len().div_ceil(100)).unwrap_or(u32::MAX).max(1);
            let listed = Listed {
                secrets: reply.body,
                now_ms: now_ms(reply.sandbox_time),
                asked_ms: jiff::Timestamp::now().as_millisecond(),
            };
            Ok((Arc::new(listed), FRESH.saturating_mul(calls).min(FRESHEST)))
        };
        self.lists.get(&region.to_owned(), read).await
    }

    /// Those that the person may see.
    pub(super) fn rows(&self, region: &str, listed: &Listed, grants: &Grants) -> Vec<SecretRow> {
        let rows = listed.secrets.iter().filter_map(|secret| {
            Some(SecretRow {
                name: SecretName::parse(&secret.secret_name)?,
                tags: tags_of(&secret.tags),
                created_ms: moment_ms(&secret.create_time),
                changed_ms: moment_ms(&secret.update_time),
                deletion_ms: secret.planned_delete_time.as_deref().and_then(milliseconds),
                known: self.details.known(region, secret),
            })
        });
        rows.filter(|row| grants.over(Place { region, name: row.name.as_str(), tags: &row.tags }).is_some())
            .collect()
    }
}

pub(super) fn tags_of(tags: &[keyturn_cloud::kms::Tag]) -> Vec<Tag> {
    tags.iter().map(|tag| Tag { key: tag.tag_key.clone(), value: tag.tag_value.clone() }).collect()
}

fn row_of(name: SecretName, secret: &DescribedSecret, known: Known) -> SecretRow {
    SecretRow {
        name,
        tags: tags_of(&secret.tags),
        created_ms: moment_ms(&secret.create_time),
        changed_ms: moment_ms(&secret.update_time),
        deletion_ms: secret.planned_delete_time.as_deref().and_then(milliseconds),
        known,
    }
}

/// A date of the vendor's that is always there; 0 where it cannot be read.
pub(super) fn moment_ms(date: &str) -> i64 {
    milliseconds(date).unwrap_or_default()
}

/// The vendor's dates; some carry nanoseconds and an offset (`real-responses.md`).
pub(crate) fn milliseconds(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// The sandbox's time where it answers, else real time.
pub(crate) fn now_ms(sandbox_time: Option<jiff::Timestamp>) -> i64 {
    sandbox_time.unwrap_or_else(jiff::Timestamp::now).as_millisecond()
}
