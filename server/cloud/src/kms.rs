//! KMS 2016-01-20: the actions of the journey, named as the vendor names them (`kms-ram-api.md` 2).

mod create;
mod edit;
mod rotation;

use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Deserializer};

use crate::client::{Client, Effect, Parameters, Reply};
use crate::endpoint::Service;
use crate::error::CloudError;

pub use create::{AccessKeyPair, CreatedSecret, NewRamSecret};

/// The vendor's largest page.
const PAGE_SIZE: usize = 100;
/// Pages that are read beside each other, once the first has told how many there are.
const SIDE_BY_SIDE: usize = 8;
/// No list is read further than this many pages, so that every loop has an end.
const MAX_PAGES: usize = 1_000;

/// One item of `ListSecrets`; it carries neither rotation nor description.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListedSecret {
    pub secret_name: String,
    #[serde(default)]
    pub secret_type: String,
    pub create_time: String,
    pub update_time: String,
    pub planned_delete_time: Option<String>,
    #[serde(default, deserialize_with = "tags")]
    pub tags: Vec<Tag>,
}

/// A tag, as the vendor spells it.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    pub tag_key: String,
    pub tag_value: String,
}

/// The answer of `DescribeSecret`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribedSecret {
    pub arn: String,
    pub secret_name: String,
    #[serde(default)]
    pub secret_type: String,
    #[serde(default)]
    pub description: String,
    /// `Enabled`, `Disabled`, `Invalid`; absent for generic secrets.
    pub automatic_rotation: Option<String>,
    /// In seconds with the unit, such as `604800s`.
    pub rotation_interval: Option<String>,
    pub last_rotation_date: Option<String>,
    pub next_rotation_date: Option<String>,
    pub planned_delete_time: Option<String>,
    pub create_time: String,
    pub update_time: String,
    /// JSON in a string: `{"SecretSubType":…,"UserName":…,"CustomData":{}}`.
    pub extended_config: Option<String>,
    #[serde(rename = "DKMSInstanceId")]
    pub dkms_instance_id: Option<String>,
    pub encryption_key_id: Option<String>,
    #[serde(default, deserialize_with = "tags")]
    pub tags: Vec<Tag>,
}

impl DescribedSecret {
    /// The RAM user's name, from `ExtendedConfig`.
    pub fn user_name(&self) -> Option<String> {
        self.config("UserName")?.as_str().map(str::to_owned)
    }

    /// The pairs of `CustomData`, from `ExtendedConfig`. A value that is no string is told as JSON.
    pub fn custom_data(&self) -> Vec<(String, String)> {
        let Some(serde_json::Value::Object(pairs)) = self.config("CustomData") else { return Vec::new() };
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        pairs.into_iter().map(|(key, value)| (key, text(value))).collect()
    }

    fn config(&self, field: &str) -> Option<serde_json::Value> {
        let config: serde_json::Value = serde_json::from_str(self.extended_config.as_deref()?).ok()?;
        config.get(field).cloned()
    }
}

/// One version of a secret's value and the stages it has (`ACSCurrent`, `ACSPrevious`).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SecretVersion {
    pub version_id: String,
    pub create_time: String,
    #[serde(default, deserialize_with = "stages")]
    pub version_stages: Vec<String>,
}

/// How `DeleteSecret` deletes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// After so many days, 7 to 30; it can be restored until then.
    Planned {
        recovery_window_in_days: u8,
    },
    Immediate,
}

/// The answer of `DeleteSecret`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeletedSecret {
    pub secret_name: String,
    pub planned_delete_time: Option<String>,
}

/// The answer of `RestoreSecret`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RestoredSecret {
    pub secret_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SecretPage {
    secret_list: SecretItems,
    total_count: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SecretItems {
    #[serde(default)]
    secret: Vec<ListedSecret>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VersionPage {
    version_ids: VersionItems,
    total_count: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VersionItems {
    #[serde(default)]
    version_id: Vec<SecretVersion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InstancePage {
    kms_instances: InstanceItems,
    total_count: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InstanceItems {
    #[serde(default)]
    kms_instance: Vec<InstanceItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InstanceItem {
    kms_instance_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyPage {
    keys: KeyItems,
    total_count: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyItems {
    #[serde(default)]
    key: Vec<KeyItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyItem {
    key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegionList {
    regions: RegionItems,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegionItems {
    #[serde(default)]
    region: Vec<RegionItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegionItem {
    region_id: String,
}

impl Client {
    /// All RAM secrets of a region, page by page.
    pub async fn list_secrets(&self, region: &str) -> Result<Reply<Vec<ListedSecret>>, CloudError> {
        let filters = r#"[{"Key":"SecretType","Values":["RAMCredentials"]}]"#;
        self.all_pages(
            region,
            "ListSecrets",
            |page| page.with("FetchTags", "true").with("Filters", filters),
            |page: SecretPage| (page.secret_list.secret, page.total_count),
        )
        .await
    }

    /// Everything that KMS tells of a secret but its value.
    pub async fn describe_secret(
        &self,
        region: &str,
        name: &str,
    ) -> Result<Reply<DescribedSecret>, CloudError> {
        let parameters = Parameters::default().with("SecretName", name).with("FetchTags", "true");
        self.call(Service::Kms, "DescribeSecret", region, Effect::Read, parameters).await
    }

    /// The versions that have a stage, page by page.
    pub async fn list_secret_version_ids(
        &self,
        region: &str,
        name: &str,
    ) -> Result<Reply<Vec<SecretVersion>>, CloudError> {
        self.all_pages(
            region,
            "ListSecretVersionIds",
            |page| page.with("SecretName", name),
            |page: VersionPage| (page.version_ids.version_id, page.total_count),
        )
        .await
    }

    /// Plans a deletion, or deletes at once. Never repeated by itself.
    pub async fn delete_secret(
        &self,
        region: &str,
        name: &str,
        deletion: Deletion,
    ) -> Result<Reply<DeletedSecret>, CloudError> {
        let parameters = Parameters::default().with("SecretName", name);
        let parameters = match deletion {
            Deletion::Planned { recovery_window_in_days } => parameters
                .with("ForceDeleteWithoutRecovery", "false")
                .with("RecoveryWindowInDays", recovery_window_in_days),
            Deletion::Immediate => parameters.with("ForceDeleteWithoutRecovery", "true"),
        };
        self.call(Service::Kms, "DeleteSecret", region, Effect::Write, parameters).await
    }

    /// Ends the deletion window. Never repeated by itself.
    pub async fn restore_secret(
        &self,
        region: &str,
        name: &str,
    ) -> Result<Reply<RestoredSecret>, CloudError> {
        let parameters = Parameters::default().with("SecretName", name);
        self.call(Service::Kms, "RestoreSecret", region, Effect::Write, parameters).await
    }

    /// The IDs of the account's KMS instances in a region.
    pub async fn list_kms_instances(&self, region: &str) -> Result<Reply<Vec<String>>, CloudError> {
        self.all_pages(
            region,
            "ListKmsInstances",
            |page| page,
            |page: InstancePage| {
                (
                    page.kms_instances.kms_instance.into_iter().map(|item| item.kms_instance_id).collect(),
                    page.total_count,
                )
            },
        )
        .await
    }

    /// The IDs of the enabled symmetric keys of a KMS instance.
    pub async fn list_keys(&self, region: &str, instance: &str) -> Result<Reply<Vec<String>>, CloudError> {
        let filters = serde_json::json!([
            {"Key": "KeyState", "Values": ["Enabled"]},
            {"Key": "KeySpec", "Values": ["Aliyun_AES_256"]},
            {"Key": "DKMSInstanceId", "Values": [instance]},
        ]);
        self.all_pages(
            region,
            "ListKeys",
            |page| page.with("Filters", &filters),
            |page: KeyPage| (page.keys.key.into_iter().map(|item| item.key_id).collect(), page.total_count),
        )
        .await
    }

    /// The IDs of the regions in which KMS is offered.
    pub async fn describe_regions(&self, region: &str) -> Result<Reply<Vec<String>>, CloudError> {
        let reply: Reply<RegionList> =
            self.call(Service::Kms, "DescribeRegions", region, Effect::Read, Parameters::default()).await?;
        let regions = reply.body.regions.region.into_iter().map(|item| item.region_id).collect();
        Ok(Reply { body: regions, request_id: reply.request_id, sandbox_time: reply.sandbox_time })
    }

    async fn all_pages<P, T>(
        &self,
        region: &str,
        action: &'static str,
        add: impl Fn(Parameters) -> Parameters,
        items: impl Fn(P) -> (Vec<T>, usize),
    ) -> Result<Reply<Vec<T>>, CloudError>
    where
        P: serde::de::DeserializeOwned,
    {
        let page = async |number: usize| {
            let parameters = Parameters::default().with("PageNumber", number).with("PageSize", PAGE_SIZE);
            let reply: Reply<P> =
                self.call(Service::Kms, action, region, Effect::Read, add(parameters)).await?;
            let (of, total) = items(reply.body);
            Ok::<_, CloudError>((of, total, reply.request_id, reply.sandbox_time))
        };
        let (mut all, mut total, mut request_id, mut sandbox_time) = page(1).await?;
        let last = total.div_ceil(PAGE_SIZE).min(MAX_PAGES);
        let others = futures::stream::iter(2..=last).map(&page).buffered(SIDE_BY_SIDE);
        let others: Vec<_> = others.try_collect().await?;
        let mut number = last.max(1);
        for (of, now, id, time) in others {
            all.extend(of);
            (total, request_id, sandbox_time) = (now, id, time);
        }
        // What was added meanwhile.
        while all.len() < total && number < MAX_PAGES {
            number += 1;
            let (of, now, id, time) = page(number).await?;
            if of.is_empty() {
                break;
            }
            all.extend(of);
            (total, request_id, sandbox_time) = (now, id, time);
        }
        Ok(Reply { body: all, request_id, sandbox_time })
    }
}

fn tags<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Tag>, D::Error> {
    #[derive(Deserialize)]
    struct Wrapper {
        #[serde(default, rename = "Tag")]
        tag: Vec<Tag>,
    }
    Ok(Option::<Wrapper>::deserialize(deserializer)?.map(|wrapper| wrapper.tag).unwrap_or_default())
}

fn stages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    struct Wrapper {
        #[serde(default, rename = "VersionStage")]
        stage: Vec<String>,
    }
    Ok(Option::<Wrapper>::deserialize(deserializer)?.map(|wrapper| wrapper.stage).unwrap_or_default())
}
