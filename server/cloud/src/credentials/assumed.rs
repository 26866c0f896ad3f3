//! Temporary credentials of a RAM role, in somebody's name.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;

use super::{Secret, Source, Temporary, file};
use crate::client::Client;
use crate::error::CloudError;

/// STS takes no longer ones.
const MOST_TOKEN_BYTES: u64 = 20_000;

/// By `AssumeRole`, which the client's own credentials sign.
pub struct AssumedRole {
    pub client: Client,
    /// Where STS is asked.
    pub region: String,
    /// `acs:ram::<account>:role/<name>`.
    pub role_arn: String,
    /// Who acts, as ActionTrail shows it: 2 to 64 of letters, digits and `.@-_`.
    pub session_name: String,
    /// The same, kept along a chain of roles.
    pub source_identity: Option<String>,
    /// What the role may at the most, as JSON.
    pub policy: Option<String>,
    /// What the role's owner asks others to say.
    pub external_id: Option<String>,
    /// 900 to the role's own limit.
    pub seconds: u32,
}

#[async_trait]
impl Source for AssumedRole {
    async fn fetch(&self) -> Result<Temporary, CloudError> {
        self.client.assume_role(self).await
    }
}

/// By `AssumeRoleWithOIDC`, which nothing of ours signs: the token is the proof.
pub struct AssumedWithOidc {
    pub client: Client,
    pub region: String,
    pub role_arn: String,
    /// `acs:ram::<account>:oidc-provider/<name>`.
    pub provider_arn: String,
    pub session_name: String,
    pub seconds: u32,
    pub token: OidcToken,
}

/// Where the token comes from.
pub enum OidcToken {
    /// The newest that a person has brought.
    Brought(RwLock<Arc<Secret>>),
    /// Of the pod that Keyturn runs in, which its platform renews in a file.
    File(PathBuf),
}

impl AssumedWithOidc {
    /// The person has signed in again.
    pub fn bring(&self, token: &Arc<Secret>) {
        if let OidcToken::Brought(held) = &self.token {
            *held.write().unwrap_or_else(PoisonError::into_inner) = token.clone();
        }
    }
}

impl OidcToken {
    async fn newest(&self) -> Result<Arc<Secret>, CloudError> {
        match self {
            Self::Brought(held) => Ok(held.read().unwrap_or_else(PoisonError::into_inner).clone()),
            Self::File(path) => {
                let own = path.clone();
                let read = tokio::task::spawn_blocking(move || file::read(&own, MOST_TOKEN_BYTES)).await;
                let why = match read {
                    Ok(Ok(token)) => return Ok(Arc::new(Secret::new(token.trim().to_owned()))),
                    Ok(Err(why)) => why,
                    Err(_) => format!("{} cannot be read", path.display()),
                };
                Err(CloudError::without_credentials(format!("the OIDC token file {why}")))
            }
        }
    }
}

#[async_trait]
impl Source for AssumedWithOidc {
    async fn fetch(&self) -> Result<Temporary, CloudError> {
        self.client.assume_role_with_oidc(self, &*self.token.newest().await?).await
    }
}

/// Whether it is the ARN of a role.
pub fn is_role_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        ["acs", "ram", "", account, role] => {
            account.len() >= 5
                && account.chars().all(|c| c.is_ascii_digit())
                && role.strip_prefix("role/").is_some_and(is_role_name)
        }
        _ => false,
    }
}

/// Whether a role can be called so.
pub(super) fn is_role_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
}

#[cfg(test)]
mod tests {
    use super::is_role_arn;

    #[test]
    fn the_arn_of_a_role_is_told_from_others() {
        assert!(is_role_arn("acs:ram::1234567890123456:role/payments"));
        for wrong in [
            "payments",
            "acs:ram::1234567890123456:user/payments",
            "acs:ram::x:role/payments",
            "acs:ram::1234567890123456:role/",
            "acs:ram::1234567890123456:role/a b",
            "acs:ram:cn-hangzhou:1234567890123456:role/a",
        ] {
            assert!(!is_role_arn(wrong), "{wrong}");
        }
    }
}
