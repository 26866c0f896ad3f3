//! Tags of secrets and keys, by the three families of actions that there are.

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

/// What has tags.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tagged {
    Secret(String),
    Key(String),
}

pub(crate) fn tag_resource(world: &mut World, call: &Call<'_>) -> Answer {
    let of = one(call)?;
    call.parameters.required("Tags")?;
    let tags = parse(call.parameters)?;
    if tags.is_empty() {
        return Err(ApiError::missing("Tags"));
    }
    let all = with(world, call, &of, &tags)?;
    write(world, call, of, all);
    Ok(json!({}))
}

/// `TagKeys` separated by commas, or, as the Terraform provider sends them, a JSON list.
pub(crate) fn untag_resource(world: &mut World, call: &Call<'_>) -> Answer {
    let of = one(call)?;
    let text = call.parameters.required("TagKeys")?;
    let keys: Vec<String> = match text.starts_with('[') {
        true => serde_json::from_str(text).map_err(|_| ApiError::invalid("TagKeys"))?,
        false => text.split(',').map(|key| key.trim().to_owned()).collect(),
    };
    let left = read(world, call, &of)?.into_iter().filter(|(key, _)| !keys.contains(key)).collect();
    write(world, call, of, left);
    Ok(json!({}))
}

/// All or none of them.
pub(crate) fn tag_resources(world: &mut World, call: &Call<'_>) -> Answer {
    let resources = several(call)?;
    let tags = checked(listed_tags(call.parameters), "Tag")?;
    if tags.is_empty() {
        return Err(ApiError::missing("Tag.1.Key"));
    }
    let mut changed = Vec::new();
    for of in resources {
        let all = with(world, call, &of, &tags)?;
        changed.push((of, all));
    }
    for (of, all) in changed {
        write(world, call, of, all);
    }
    Ok(json!({}))
}

/// All or none of them.
pub(crate) fn untag_resources(world: &mut World, call: &Call<'_>) -> Answer {
    let resources = several(call)?;
    let keys = call.parameters.list("TagKey");
    let all = call.parameters.flag("All", false)? && keys.is_empty();
    if keys.is_empty() && !all {
        return Err(ApiError::missing("TagKey.1"));
    }
    let mut changed = Vec::new();
    for of in resources {
        let left = read(world, call, &of)?.into_iter().filter(|(key, _)| !all && !keys.contains(key));
        let left: Vec<(String, String)> = left.collect();
        changed.push((of, left));
    }
    for (of, left) in changed {
        write(world, call, of, left);
    }
    Ok(json!({}))
}

/// By resource, by tag, or both; the token is the number of rows that were told.
pub(crate) fn list_tag_resources(world: &mut World, call: &Call<'_>) -> Answer {
    let kind = call.parameters.required("ResourceType")?;
    let all: Vec<(&str, &[(String, String)])> = match kind {
        "secret" => {
            let secrets = world.secrets(call.region);
            secrets.map(|secret| (secret.name.as_str(), secret.tags.as_slice())).collect()
        }
        "key" => {
            let account = world.account();
            let here = account.instances.iter().filter(|instance| instance.region == call.region);
            let keys = here.flat_map(|instance| &instance.key_ids);
            keys.map(|id| (id.as_str(), account.key_tags.get(id).map(Vec::as_slice).unwrap_or_default()))
                .collect()
        }
        _ => return Err(ApiError::invalid("ResourceType")),
    };
    let wanted = call.parameters.list("ResourceId");
    let ids: BTreeSet<&str> = wanted.iter().map(|id| super::name_of(call.region, id)).collect();
    let tags = listed_tags(call.parameters);
    let start: usize = match call.parameters.get("NextToken") {
        None => 0,
        Some(token) => token.parse().map_err(|_| ApiError::invalid("NextToken"))?,
    };
    let has = |of: &[(String, String)], key: &str, value: &str| {
        of.iter().any(|(k, v)| k == key && (value.is_empty() || v == value))
    };
    let rows: Vec<Value> = all
        .into_iter()
        .filter(|(id, _)| ids.is_empty() || ids.contains(id))
        .filter(|(_, of)| tags.iter().all(|(key, value)| has(of, key, value)))
        .flat_map(|(id, of)| of.iter().map(move |(key, value)| (id, key, value)))
        .map(|(id, key, value)| {
            json!({"ResourceType": kind, "ResourceId": id, "TagKey": key, "TagValue": value})
        })
        .collect();
    let end = rows.len().min(start.saturating_add(PAGE));
    let next = if end < rows.len() { end.to_string() } else { String::new() };
    let page = rows.get(start..end).unwrap_or_default();
    Ok(json!({"NextToken": next, "TagResources": {"TagResource": page}}))
}

/// For keys alone (`kms-ram-api.md` 0.12).
pub(crate) fn list_resource_tags(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.parameters.required("KeyId")?;
    let tags = read(world, call, &Tagged::Key(id.to_owned()))?;
    let tags: Vec<Value> =
        tags.into_iter().map(|(key, value)| json!({"KeyId": id, "TagKey": key, "TagValue": value})).collect();
    Ok(json!({"Tags": {"Tag": tags}}))
}

/// The tags of what is there and in use.
fn read(world: &World, call: &Call<'_>, of: &Tagged) -> Result<Vec<(String, String)>, ApiError> {
    match of {
        Tagged::Secret(name) => {
            let secret = world.secret(call.region, name).ok_or_else(ApiError::secret_not_found)?;
            secret.in_use()?;
            Ok(secret.tags.clone())
        }
        Tagged::Key(id) => {
            super::account::instance_of_key(world, call.region, id)?;
            Ok(world.account().key_tags.get(id).cloned().unwrap_or_default())
        }
    }
}

/// The tags that it would have.
fn with(
    world: &World,
    call: &Call<'_>,
    of: &Tagged,
    tags: &[(String, String)],
) -> Result<Vec<(String, String)>, ApiError> {
    let mut all = read(world, call, of)?;
    for (key, value) in tags {
        match all.iter_mut().find(|(of, _)| of == key) {
            Some((_, old)) => value.clone_into(old),
            None => all.push((key.clone(), value.clone())),
        }
    }
    checked(all, "Tags")
}

/// To be called with what was read or reckoned just now.
fn write(world: &mut World, call: &Call<'_>, of: Tagged, tags: Vec<(String, String)>) {
    match of {
        Tagged::Secret(name) => {
            if let Some(secret) = world.secret_mut(call.region, &name) {
                secret.tags = tags;
            }
        }
        Tagged::Key(id) => {
            world.account_mut().key_tags.insert(id, tags);
        }
    }
}

/// One of three parameters names the resource; there are no certificates here.
fn one(call: &Call<'_>) -> Result<Tagged, ApiError> {
    let given = |name: &str| call.parameters.get(name);
    match (given("SecretName"), given("KeyId"), given("CertificateId")) {
        (Some(_), None, None) => Ok(Tagged::Secret(super::secret_name(call)?.to_owned())),
        (None, Some(id), None) => Ok(Tagged::Key(id.to_owned())),
        (None, None, None) => Err(ApiError::missing("SecretName")),
        (None, None, Some(_)) => {
            Err(ApiError::invalid_because("CertificateId", "the sandbox has no certificates"))
        }
        _ => Err(ApiError::invalid_because("SecretName", "one resource is named, by one parameter")),
    }
}

fn several(call: &Call<'_>) -> Result<Vec<Tagged>, ApiError> {
    let kind: fn(String) -> Tagged = match call.parameters.required("ResourceType")? {
        "secret" => Tagged::Secret,
        "key" => Tagged::Key,
        _ => return Err(ApiError::invalid("ResourceType")),
    };
    let ids = call.parameters.list("ResourceId");
    if ids.is_empty() {
        return Err(ApiError::missing("ResourceId.1"));
    }
    if ids.len() > MOST_RESOURCES {
        return Err(ApiError::invalid("ResourceId"));
    }
    Ok(ids.iter().map(|id| kind(super::name_of(call.region, id).to_owned())).collect())
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
