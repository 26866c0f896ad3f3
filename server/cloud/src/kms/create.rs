//! `CreateSecret` for RAM secrets.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::Tag;
use crate::client::{Client, Effect, Parameters, Reply};
use crate::credentials::Secret;
use crate::endpoint::Service;
use crate::error::CloudError;

/// A pair that goes into `SecretData`.
#[derive(Clone, Debug)]
pub struct AccessKeyPair {
    pub access_key_id: String,
    pub access_key_secret: Secret,
}

/// What `CreateSecret` is asked for a RAM secret.
#[derive(Clone, Debug)]
pub struct NewRamSecret {
    pub user_name: String,
    /// All AccessKey pairs of the user.
    pub access_keys: Vec<AccessKeyPair>,
    pub description: String,
    /// Seconds; `None` leaves automatic rotation off.
    pub rotation_interval_seconds: Option<u64>,
    /// Chosen at random by the caller: it recognises its own secret by it after a lost answer.
    pub version_id: String,
    pub dkms_instance_id: Option<String>,
    pub encryption_key_id: Option<String>,
    pub tags: Vec<Tag>,
}

/// The answer of `CreateSecret`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreatedSecret {
    pub secret_name: String,
    pub version_id: String,
    pub next_rotation_date: Option<String>,
}

impl Client {
    /// Creates a RAM secret; KMS makes its name. Never repeated by itself.
    pub async fn create_secret(
        &self,
        region: &str,
        secret: &NewRamSecret,
    ) -> Result<Reply<CreatedSecret>, CloudError> {
        let config = serde_json::json!({
            "SecretSubType": "RamUserAccessKey", "UserName": secret.user_name, "CustomData": {},
        });
        let tags = (!secret.tags.is_empty())
            .then(|| serde_json::to_string(&secret.tags).expect("tags are plain strings"));
        let mut parameters = Parameters::default()
            .with("SecretName", "$Auto")
            .with("SecretType", "RAMCredentials")
            .with("SecretDataType", "text")
            .with("VersionId", &secret.version_id)
            .with("ExtendedConfig", config)
            .with("EnableAutomaticRotation", secret.rotation_interval_seconds.is_some())
            .with_option(
                "RotationInterval",
                secret.rotation_interval_seconds.map(|seconds| format!("{seconds}s")),
            )
            .with_option("DKMSInstanceId", secret.dkms_instance_id.as_deref())
            .with_option("EncryptionKeyId", secret.encryption_key_id.as_deref())
            .with_option("Tags", tags);
        // In the form: percent-encoded, the longest description is longer than an address may be.
        if !secret.description.is_empty() {
            parameters = parameters.with_form("Description", secret.description.as_bytes());
        }
        parameters = parameters.with_form("SecretData", &secret_data(&secret.access_keys));
        self.call(Service::Kms, "CreateSecret", region, Effect::Write, parameters).await
    }
}

/// `SecretData`: JSON that holds all pairs. Wiped when dropped, and never moved to a larger place before that.
fn secret_data(access_keys: &[AccessKeyPair]) -> Zeroizing<Vec<u8>> {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Data<'a> {
        access_keys: Vec<Pair<'a>>,
    }
    #[derive(serde::Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Pair<'a> {
        access_key_id: &'a str,
        access_key_secret: &'a str,
    }
    let pairs = access_keys.iter().map(|pair| Pair {
        access_key_id: &pair.access_key_id,
        access_key_secret: pair.access_key_secret.expose(),
    });
    let data = Data { access_keys: pairs.collect() };
    // JSON makes at most six characters of one.
    let longest = |pair: &Pair<'_>| 6 * (pair.access_key_id.len() + pair.access_key_secret.len()) + 64;
    let mut json =
        Zeroizing::new(Vec::with_capacity(32 + data.access_keys.iter().map(longest).sum::<usize>()));
    serde_json::to_writer(&mut *json, &data).expect("strings are JSON, and a vector takes them");
    json
}
