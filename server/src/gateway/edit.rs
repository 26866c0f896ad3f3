//! Changing description, custom data, tags and policy. What somebody else changed meanwhile is not overwritten.

use keyturn_app::model::error::ErrorCode;
use keyturn_app::model::secret::{SecretName, Tag};
use keyturn_app::model::secret_edit::SecretEdit;
use keyturn_cloud::{CloudError, kms};
use serde_json::Value;

use super::Gateway;
use super::secrets::{milliseconds, tags_of};

impl Gateway {
    /// Sends what differs. Where one of several calls fails, the others stand, and the error says which it was.
    pub(crate) async fn edit_secret(
        &self,
        region: &str,
        name: &SecretName,
        edit: &SecretEdit,
    ) -> Result<Result<(), ErrorCode>, CloudError> {
        let now = self.client.describe_secret(region, name.as_str()).await?.body;
        let description = edit.description.as_deref().filter(|wanted| *wanted != now.description);
        let sorted = |mut pairs: Vec<(String, String)>| {
            pairs.sort();
            pairs
        };
        let had = sorted(now.custom_data());
        let custom_data = edit.custom_data.as_deref().filter(|wanted| sorted(wanted.to_vec()) != had);
        let is_same = description.is_none() && custom_data.is_none();
        // Half of an edit that failed is there already: what is as wanted was overwritten by nobody.
        if milliseconds(&now.update_time) != Some(edit.seen_ms) && !is_same {
            return Ok(Err(ErrorCode::ChangedMeanwhile));
        }
        if description.is_some() || custom_data.is_some() {
            let answer = self.client.update_secret(region, name.as_str(), description, custom_data).await;
            self.forget(region);
            answer?;
        }
        let Some(wanted) = &edit.tags else { return Ok(Ok(())) };
        let had = tags_of(&now.tags);
        let gone: Vec<String> = had
            .iter()
            .filter(|tag| wanted.iter().all(|of| of.key != tag.key))
            .map(|tag| tag.key.clone())
            .collect();
        let new: Vec<Tag> = wanted.iter().filter(|tag| !had.contains(tag)).cloned().collect();
        self.tag_secret(region, name, &new, &gone).await?;
        Ok(Ok(()))
    }

    /// Both calls may be made again without harm.
    pub(crate) async fn tag_secret(
        &self,
        region: &str,
        name: &SecretName,
        tags: &[Tag],
        removed_keys: &[String],
    ) -> Result<(), CloudError> {
        if !removed_keys.is_empty() {
            let answer = self.client.untag_resource(region, name.as_str(), removed_keys).await;
            self.forget(region);
            answer?;
        }
        if !tags.is_empty() {
            let tags: Vec<kms::Tag> = tags.iter().map(to_vendor).collect();
            let answer = self.client.tag_resource(region, name.as_str(), &tags).await;
            self.forget(region);
            answer?;
        }
        Ok(())
    }

    /// JSON as a person reads it.
    pub(crate) async fn get_secret_policy(
        &self,
        region: &str,
        name: &SecretName,
    ) -> Result<String, CloudError> {
        let text = self.client.get_secret_policy(region, name.as_str()).await?;
        let pretty = |policy: Value| serde_json::to_string_pretty(&policy).ok();
        Ok(serde_json::from_str(&text).ok().and_then(pretty).unwrap_or(text))
    }

    pub(crate) async fn set_secret_policy(
        &self,
        region: &str,
        name: &SecretName,
        policy: &str,
        seen: &str,
    ) -> Result<Result<(), ErrorCode>, CloudError> {
        // How it is written is no change: what was seen was made to be read.
        let meaning = |text: &str| serde_json::from_str::<Value>(text).ok();
        let now = self.client.get_secret_policy(region, name.as_str()).await?;
        if now != seen && meaning(&now) != meaning(seen) {
            return Ok(Err(ErrorCode::ChangedMeanwhile));
        }
        let answer = self.client.set_secret_policy(region, name.as_str(), policy).await;
        self.forget(region);
        answer.map(|_| Ok(()))
    }
}

pub(super) fn to_vendor(tag: &Tag) -> kms::Tag {
    kms::Tag { tag_key: tag.key.clone(), tag_value: tag.value.clone() }
}
