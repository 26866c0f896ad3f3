//! Before creating: whether typed AccessKey secrets are those of the user. Each signs one `GetCallerIdentity`, which needs no
//! permission, and is dropped.

use std::time::Duration;

use futures::future::join_all;
use keyturn_app::model::new_secret::{NewAccessKey, Proof};
use keyturn_cloud::{Credentials, ErrorKind};

use super::Gateway;

/// A person waits for it.
const LIMIT: Duration = Duration::from_secs(5);

impl Gateway {
    /// One for each pair, in their order.
    pub(super) async fn proofs(&self, region: &str, user_name: &str, keys: &[NewAccessKey]) -> Vec<Proof> {
        // Whose account it is; where that cannot be told, the user's name alone is looked at.
        let own = self.signer(region).await.ok();
        let own = own.as_deref().and_then(account_of);
        join_all(keys.iter().map(|key| self.proof(region, own, user_name, key))).await
    }

    async fn proof(&self, region: &str, own: Option<&str>, user_name: &str, key: &NewAccessKey) -> Proof {
        let pair = Credentials::access_key(&key.id, key.secret.expose());
        let client = self.client.signed_by(std::sync::Arc::new(pair));
        match tokio::time::timeout(LIMIT, client.get_caller_identity(region)).await {
            Ok(Ok(identity)) => {
                let is_account = own.is_none_or(|own| account_of(&identity.arn) == Some(own));
                match identity.arn.split_once(":user/") {
                    Some((_, name)) if name == user_name && is_account => Proof::Valid,
                    _ => Proof::Foreign,
                }
            }
            // Of an AccessKey that is disabled nothing can be told.
            Ok(Err(error))
                if error.kind == ErrorKind::BadCredentials
                    && error.code.as_deref() != Some("InvalidAccessKeyId.Inactive") =>
            {
                Proof::Wrong
            }
            Ok(Err(_)) | Err(_) => Proof::Unknown,
        }
    }

    /// The ARN of who signs the calls, asked for once.
    pub(super) async fn signer(&self, region: &str) -> Result<String, keyturn_cloud::CloudError> {
        let arn = self.identity.get_or_try_init(|| async {
            self.client.get_caller_identity(region).await.map(|identity| identity.arn)
        });
        arn.await.cloned()
    }
}

/// The account in an ARN, such as `acs:ram::1234567890123456:user/alice`.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|account| !account.is_empty())
}
