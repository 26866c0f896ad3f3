//! What a call is signed with, and where that comes from.

mod assumed;
mod chain;
mod ecs;
mod environment;
mod file;
mod oidc;
mod profile;
mod refreshing;
mod turn;
mod uri;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::CloudError;

pub use assumed::{AssumedRole, AssumedWithOidc, OidcToken, is_role_arn};
pub use chain::{Chain, Surroundings};
pub use refreshing::Refreshing;

/// A secret string: no `Display`, no `Serialize`, a `Debug` that hides it, zeroed on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Takes the value over; the caller must not keep a copy.
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value itself, for signing and for the one request body that must carry it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What signs a call: an AccessKey pair, and a security token when it is a temporary one.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub access_key_id: String,
    pub access_key_secret: Secret,
    pub security_token: Option<Secret>,
}

impl Credentials {
    /// A long-lived AccessKey pair.
    pub fn access_key(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { access_key_id: id.into(), access_key_secret: Secret::new(secret.into()), security_token: None }
    }
}

/// Credentials that end.
#[derive(Clone, Debug)]
pub struct Temporary {
    pub credentials: Arc<Credentials>,
    /// How long they last from now on, by the clock of whoever gave them: this machine's may be wrong.
    pub life: Duration,
}

/// Where the credentials of each call come from.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Those to sign with now. An error is that of the call that was to be signed.
    async fn credentials(&self) -> Result<Arc<Credentials>, CloudError>;

    /// The cloud refused these: they are not offered again, where others can be had.
    fn refused(&self, _credentials: &Credentials) {}
}

/// The same for ever.
#[async_trait]
impl Provider for Arc<Credentials> {
    async fn credentials(&self) -> Result<Arc<Credentials>, CloudError> {
        Ok(self.clone())
    }
}

#[async_trait]
impl Provider for Arc<dyn Provider> {
    async fn credentials(&self) -> Result<Arc<Credentials>, CloudError> {
        (**self).credentials().await
    }

    fn refused(&self, credentials: &Credentials) {
        (**self).refused(credentials);
    }
}

/// For a client that makes no call which has to be signed.
pub struct Unsigned;

#[async_trait]
impl Provider for Unsigned {
    async fn credentials(&self) -> Result<Arc<Credentials>, CloudError> {
        Err(CloudError::without_credentials("there are no credentials".into()))
    }
}

/// Where temporary credentials come from; [`Refreshing`] keeps them.
#[async_trait]
pub trait Source: Send + Sync + 'static {
    /// New ones.
    async fn fetch(&self) -> Result<Temporary, CloudError>;
}

#[cfg(test)]
mod tests;
