//! Tags of secrets, by the three families of actions that there are.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::rpc::Parameters;
use crate::world::World;

const MOST_TAGS: usize = 20;
const MOST_RESOURCES: usize = 50;
/// Rows of one page of `ListTagResources`.
const PAGE: usize = 200;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    tag_key: String,
    tag_value: String,
}

/// The parameter `Tags`: JSON in a string.
pub(super) fn parse(parameters: &Parameters) -> Result<Vec<(String, String)>, ApiError> {
    let tags: Vec<Tag> = parameters.json("Tags")?.unwrap_or_default();
    checked(tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect(), "Tags")
}

/// The vendor's rules for keys and values (`kms-ram-api.md` 2, `CreateSecret`).
fn checked(tags: Vec<(String, String)>, parameter: &str) -> Result<Vec<(String, String)>, ApiError> {
    let is_allowed = |text: &str| {
        text.chars().count() <= 128 && text.chars().all(|c| c.is_alphanumeric() || "/\\_-.+=:@ ".contains(c))
    };
    let is_valid = |(key, value): &(String, String)| {
        let is_reserved = key.starts_with("aliyun") || key.starts_with("acs:");
        !key.is_empty() && !is_reserved && is_allowed(key) && is_allowed(value)
    };
    let keys: BTreeSet<&String> = tags.iter().map(|(key, _)| key).collect();
    if tags.len() > MOST_TAGS || keys.len() != tags.len() || !tags.iter().all(is_valid) {
        return Err(ApiError::invalid(parameter));
    }
    Ok(tags)
}

pub(crate) fn tag_resource(world: &mut World, call: &Call<'_>) -> Answer {
    let name = only_secret(call)?.to_owned();
    call.parameters.required("Tags")?;
    let tags = parse(call.parameters)?;
    if tags.is_empty() {
        return Err(ApiError::missing("Tags"));
    }
    add(world, call, &name, &tags)?;
    Ok(json!({}))
}

/// `TagKeys` separated by commas, or, as the Terraform provider sends them, a JSON list.
pub(crate) fn untag_resource(world: &mut World, call: &Call<'_>) -> Answer {
    let name = only_secret(call)?.to_owned();
    let text = call.parameters.required("TagKeys")?;
    let keys: Vec<String> = match text.starts_with('[') {
        true => serde_json::from_str(text).map_err(|_| ApiError::invalid("TagKeys"))?,
        false => text.split(',').map(|key| key.trim().to_owned()).collect(),
    };
    remove(world, call, &name, &keys, false)?;
    Ok(json!({}))
}

pub(crate) fn tag_resources(world: &mut World, call: &Call<'_>) -> Answer {
    let names = resources(call)?;
    let tags = checked(listed_tags(call.parameters), "Tag")?;
    if tags.is_empty() {
        return Err(ApiError::missing("Tag.1.Key"));
    }
    // All or none of them.
    for name in &names {
        with(world, call, name, &tags)?;
    }
    for name in names {
        add(world, call, &name, &tags)?;
    }
    Ok(json!({}))
}

pub(crate) fn untag_resources(world: &mut World, call: &Call<'_>) -> Answer {
    let names = resources(call)?;
    let keys = call.parameters.list("TagKey");
    let all = call.parameters.flag("All", false)? && keys.is_empty();
    if keys.is_empty() && !all {
        return Err(ApiError::missing("TagKey.1"));
    }
    all_exist(world, call, &names)?;
    for name in names {
        remove(world, call, &name, &keys, all)?;
    }
    Ok(json!({}))
}

/// By resource, by tag, or both; the token is the number of rows that were told.
pub(crate) fn list_tag_resources(world: &mut World, call: &Call<'_>) -> Answer {
    secrets_only(call)?;
    let wanted = call.parameters.list("ResourceId");
    let tags = listed_tags(call.parameters);
    let start: usize = match call.parameters.get("NextToken") {
        None => 0,
        Some(token) => token.parse().map_err(|_| ApiError::invalid("NextToken"))?,
    };
    let names: BTreeSet<&str> = wanted.iter().map(|id| super::name_of(call.region, id)).collect();
    let rows: Vec<Value> = world
        .secrets(call.region)
        .filter(|secret| names.is_empty() || names.contains(secret.name.as_str()))
        .filter(|secret| {
            tags.iter().all(|(key, value)| {
                secret.tags.iter().any(|(k, v)| k == key && (value.is_empty() || v == value))
            })
        })
        .flat_map(|secret| {
            secret.tags.iter().map(|(key, value)| {
                json!({
                    "ResourceType": "secret", "ResourceId": secret.name, "TagKey": key, "TagValue": value,
                })
            })
        })
        .collect();
    let end = rows.len().min(start.saturating_add(PAGE));
    let next = if end < rows.len() { end.to_string() } else { String::new() };
    let page = rows.get(start..end).unwrap_or_default();
    Ok(json!({"NextToken": next, "TagResources": {"TagResource": page}}))
}

/// For keys alone (`kms-ram-api.md` 0.12); the sandbox's keys have no tags.
pub(crate) fn list_resource_tags(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.parameters.required("KeyId")?;
    super::account::instance_of_key(world, call.region, id)?;
    Ok(json!({"Tags": {"Tag": []}}))
}

fn add(world: &mut World, call: &Call<'_>, name: &str, tags: &[(String, String)]) -> Result<(), ApiError> {
    let all = with(world, call, name, tags)?;
    let secret = world.secret_mut(call.region, name).ok_or_else(ApiError::secret_not_found)?;
    secret.tags = all;
    Ok(())
}

/// The tags that a secret would have.
fn with(
    world: &World,
    call: &Call<'_>,
    name: &str,
    tags: &[(String, String)],
) -> Result<Vec<(String, String)>, ApiError> {
    let secret = world.secret(call.region, name).ok_or_else(ApiError::secret_not_found)?;
    secret.in_use()?;
    let mut all = secret.tags.clone();
    for (key, value) in tags {
        match all.iter_mut().find(|(of, _)| of == key) {
            Some((_, old)) => value.clone_into(old),
            None => all.push((key.clone(), value.clone())),
        }
    }
    checked(all, "Tags")
}

fn remove(
    world: &mut World,
    call: &Call<'_>,
    name: &str,
    keys: &[String],
    all: bool,
) -> Result<(), ApiError> {
    let secret = world.secret_mut(call.region, name).ok_or_else(ApiError::secret_not_found)?;
    secret.in_use()?;
    secret.tags.retain(|(key, _)| !all && !keys.contains(key));
    Ok(())
}

/// One of the three parameters names the resource; only secrets have tags here.
fn only_secret<'a>(call: &'a Call<'_>) -> Result<&'a str, ApiError> {
    for other in ["KeyId", "CertificateId"] {
        if call.parameters.get(other).is_some() {
            return Err(ApiError::invalid_because(other, "the sandbox keeps tags of secrets only"));
        }
    }
    super::secret_name(call)
}

fn secrets_only(call: &Call<'_>) -> Result<(), ApiError> {
    match call.parameters.required("ResourceType")? {
        "secret" => Ok(()),
        _ => Err(ApiError::invalid_because("ResourceType", "the sandbox keeps tags of secrets only")),
    }
}

fn resources(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    secrets_only(call)?;
    let ids = call.parameters.list("ResourceId");
    if ids.is_empty() {
        return Err(ApiError::missing("ResourceId.1"));
    }
    if ids.len() > MOST_RESOURCES {
        return Err(ApiError::invalid("ResourceId"));
    }
    Ok(ids.iter().map(|id| super::name_of(call.region, id).to_owned()).collect())
}

/// Nothing is done where one of several does not exist.
fn all_exist(world: &World, call: &Call<'_>, names: &[String]) -> Result<(), ApiError> {
    for name in names {
        world.secret(call.region, name).ok_or_else(ApiError::secret_not_found)?.in_use()?;
    }
    Ok(())
}

/// `Tag.1.Key`, `Tag.1.Value`, and so on.
fn listed_tags(parameters: &Parameters) -> Vec<(String, String)> {
    (1..=MOST_TAGS + 1)
        .map_while(|n| {
            let key = parameters.get(&format!("Tag.{n}.Key"))?;
            let value = parameters.get(&format!("Tag.{n}.Value")).unwrap_or_default();
            Some((key.to_owned(), value.to_owned()))
        })
        .collect()
}
