//! The account's KMS: instances, keys, whether the service is on, passwords.

use axum::http::StatusCode;
use serde_json::json;

use crate::ACCOUNT_ID;
use crate::account::Instance;
use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::world::World;

pub(crate) fn get_kms_instance(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.parameters.required("KmsInstanceId")?;
    let instance = world
        .account()
        .instances
        .iter()
        .find(|instance| instance.region == call.region && instance.id == id)
        .ok_or_else(|| {
            ApiError::new(StatusCode::NOT_FOUND, "Forbidden.InstanceNotFound", "The instance is not found.")
        })?;
    let of_region = world.secrets(call.region).count();
    Ok(json!({"KmsInstance": {
        "InstanceId": instance.id,
        "InstanceName": instance.id,
        "Status": "Connected",
        "CreateTime": format(instance.created),
        "StartDate": format(instance.created),
        "EndDate": format(instance.created + jiff::SignedDuration::from_hours(24 * 365 * 10)),
        "ChargeType": "PREPAY",
        "ProductType": "kms_ddi_public_intl",
        "ProductVersion": "3",
        "KeyNum": 1_000,
        "SecretNum": of_region.max(1_000).to_string(),
        "Spec": 1_000,
        "Log": 0,
        "LogStorage": 0,
        "VpcNum": 1,
        "VpcId": "vpc-sandbox",
        "VswitchIds": ["vsw-sandbox"],
        "ZoneIds": [format!("{}-a", call.region)],
        "BindVpcs": {"BindVpc": []},
        "CaCertificateChainPem": "",
        "DeletionProtection": false,
        "DeletionProtectionDescription": "",
    }}))
}

pub(crate) fn describe_key(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.parameters.required("KeyId")?;
    let instance = instance_of_key(world, call.region, id)?;
    Ok(json!({"KeyMetadata": {
        "KeyId": id,
        "Arn": format!("acs:kms:{}:{ACCOUNT_ID}:key/{id}", call.region),
        "KeySpec": "Aliyun_AES_256",
        "KeyState": "Enabled",
        "KeyUsage": "ENCRYPT/DECRYPT",
        "Origin": "Aliyun_KMS",
        "ProtectionLevel": "HSM",
        "AutomaticRotation": "Disabled",
        "CreationDate": format(instance.created),
        "Creator": ACCOUNT_ID,
        "DKMSInstanceId": instance.id,
        "Description": "",
        "DeletionProtection": "Disabled",
        "DeletionProtectionDescription": "",
        "MaterialExpireTime": "",
        "PrimaryKeyVersion": id,
    }}))
}

/// The account's first instance in the region; empty where there is none (UNVERIFIED).
pub(crate) fn get_default_kms_instance(world: &mut World, call: &Call<'_>) -> Answer {
    let first = world.account().instances.iter().find(|instance| instance.region == call.region);
    Ok(json!({"DefaultKmsInstanceId": first.map(|instance| instance.id.as_str()).unwrap_or_default()}))
}

pub(crate) fn describe_account_kms_status(_: &mut World, _: &Call<'_>) -> Answer {
    Ok(json!({"AccountStatus": "Enabled"}))
}

/// It is open already; opening it again is a success.
pub(crate) fn open_kms_service(_: &mut World, _: &Call<'_>) -> Answer {
    Ok(json!({}))
}

pub(crate) fn get_random_password(_: &mut World, call: &Call<'_>) -> Answer {
    let parameters = call.parameters;
    let length = parameters.number("PasswordLength", 32, 8..=128)?;
    let excluded = parameters.get("ExcludeCharacters").unwrap_or_default();
    let kinds = [
        ("ExcludeLowercase", "abcdefghijklmnopqrstuvwxyz"),
        ("ExcludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("ExcludeNumbers", "0123456789"),
        ("ExcludePunctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    ];
    let mut sets: Vec<Vec<char>> = Vec::new();
    for (switch, characters) in kinds {
        let left: Vec<char> = characters.chars().filter(|c| !excluded.contains(*c)).collect();
        if !parameters.flag(switch, false)? && !left.is_empty() {
            sets.push(left);
        }
    }
    let all: Vec<char> = sets.iter().flatten().copied().collect();
    if all.is_empty() {
        return Err(ApiError::invalid_because("ExcludeCharacters", "nothing is left to choose from"));
    }
    let mut password: Vec<char> = (0..length).map(|_| pick(&all)).collect();
    if parameters.flag("RequireEachIncludedType", true)? {
        // One of each kind at a place of its own; the rest is anything.
        for (place, set) in sets.iter().enumerate() {
            password[place] = pick(set);
        }
        for place in (1..password.len()).rev() {
            password.swap(place, random_below(place + 1));
        }
    }
    Ok(json!({"RandomPassword": password.into_iter().collect::<String>()}))
}

/// The instance that a key belongs to.
pub(super) fn instance_of_key<'a>(
    world: &'a World,
    region: &str,
    id: &str,
) -> Result<&'a Instance, ApiError> {
    world
        .account()
        .instances
        .iter()
        .find(|instance| instance.region == region && instance.key_ids.iter().any(|key| key == id))
        .ok_or_else(|| {
            ApiError::new(StatusCode::NOT_FOUND, "Forbidden.KeyNotFound", "The specified Key is not found.")
        })
}

fn pick(set: &[char]) -> char {
    set[random_below(set.len())]
}

/// Evenly spread: numbers that would favour some are drawn again.
fn random_below(limit: usize) -> usize {
    let limit = u32::try_from(limit).expect("sets of characters are small");
    let fair = u32::MAX - u32::MAX % limit;
    loop {
        let mut bytes = [0_u8; 4];
        getrandom::fill(&mut bytes).expect("the system has a random source");
        let number = u32::from_le_bytes(bytes);
        if number < fair {
            return usize::try_from(number % limit).expect("it is below a small limit");
        }
    }
}
