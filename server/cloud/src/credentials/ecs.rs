//! The role of the ECS instance that Keyturn runs on, from the instance's metadata: the second version with its token, the first
//! where that is not there and not forbidden.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::StatusCode;
use zeroize::Zeroizing;

use super::assumed::is_role_name;
use super::chain::{Found, Link, Maker, Surroundings};
use super::uri::{self, Said, answered, said};
use super::{Source, Temporary};
use crate::error::CloudError;

/// Where the metadata of an ECS instance are.
const METADATA: &str = "http://100.100.100.200";
/// It is one hop away, or not there.
const LIMIT: Duration = Duration::from_secs(1);
const TOKEN_SECONDS: u32 = 21_600;
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// A source of temporary credentials: the instance's role.
pub(super) struct Instance {
    http: reqwest::Client,
    metadata: String,
    /// Where it is not named, the metadata are asked for it.
    role_name: Option<String>,
    is_v1_allowed: bool,
}

pub(super) fn find(maker: &Maker<'_>) -> Found {
    if maker.surroundings.is_on("ECS_METADATA_DISABLED") {
        return Ok(None);
    }
    Ok(Some(Link::new("ECS instance role", maker.instance(None)?)))
}

pub(super) fn instance(surroundings: &Surroundings, role_name: Option<&str>) -> Result<Instance, String> {
    if surroundings.is_on("ECS_METADATA_DISABLED") {
        return Err(
            "the metadata of the instance are switched off (ALIBABA_CLOUD_ECS_METADATA_DISABLED)".into()
        );
    }
    Ok(Instance {
        http: uri::http(LIMIT)?,
        metadata: surroundings.metadata.clone().unwrap_or_else(|| METADATA.to_owned()),
        role_name: role_name.or(surroundings.get("ECS_METADATA")).map(str::to_owned),
        is_v1_allowed: !surroundings.is_on("IMDSV1_DISABLED"),
    })
}

impl Instance {
    /// Of the second version; nothing where there is none and the first is allowed.
    async fn token(&self) -> Result<Option<Zeroizing<String>>, CloudError> {
        let asked = self
            .http
            .put(format!("{}/latest/api/token", self.metadata))
            .header("X-aliyun-ecs-metadata-token-ttl-seconds", TOKEN_SECONDS)
            .send()
            .await;
        let token = match asked {
            Ok(answer) if answer.status() == StatusCode::OK => said(answer).await.ok().map(|said| said.text),
            _ => None,
        };
        match token.is_some() || self.is_v1_allowed {
            true => Ok(token),
            false => Err(no("give no token, and are not asked without one (ALIBABA_CLOUD_IMDSV1_DISABLED)")),
        }
    }

    /// With the token, or without where the first version is allowed.
    async fn get(&self, path: &str, token: Option<&str>) -> Result<Said, CloudError> {
        let url = format!("{}{ROLES}{path}", self.metadata);
        if let Some(token) = token {
            let asked = self.http.get(&url).header("X-aliyun-ecs-metadata-token", token).send().await;
            match asked {
                Ok(answer) if answer.status() == StatusCode::OK => return said(answer).await,
                _ if !self.is_v1_allowed => return Err(no("do not answer")),
                _ => {}
            }
        }
        match self.http.get(&url).send().await {
            Ok(answer) if answer.status() == StatusCode::OK => said(answer).await,
            Ok(answer) if answer.status() == StatusCode::NOT_FOUND => {
                Err(no("know no role of this instance"))
            }
            Ok(answer) => Err(no(&format!("answer {}", answer.status().as_u16()))),
            Err(_) => Err(no("cannot be reached")),
        }
    }
}

fn no(why: &str) -> CloudError {
    CloudError::without_credentials(format!("the instance's metadata {why}"))
}

#[async_trait]
impl Source for Instance {
    async fn fetch(&self) -> Result<Temporary, CloudError> {
        let token = self.token().await?;
        let token = token.as_ref().map(|token| token.as_str());
        let role = match &self.role_name {
            Some(name) => name.clone(),
            None => self.get("", token).await?.text.trim().to_owned(),
        };
        if !is_role_name(&role) {
            return Err(CloudError::without_credentials("this instance has no role".into()));
        }
        answered(&self.get(&role, token).await?, "the instance's metadata")
    }
}
