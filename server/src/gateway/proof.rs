//! Verifies AccessKey pairs before a secret is created from them: each pair signs one `GetCallerIdentity`, which needs no
//! permission, and must return the RAM user. Every check is limited per person and recorded in the audit log.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::future::join_all;
use hmac::{Hmac, KeyInit, Mac};
use keyturn_app::model::error::ApiError;
use keyturn_app::model::new_secret::{NewAccessKey, NewSecret, Proof};
use keyturn_cloud::{Credentials, ErrorKind};
use sha2::Sha256;

use super::{Gateway, RequestGateway};
use crate::audit::What;
use crate::identity::Most;

/// Timeout of one check. A person waits for it.
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the result of a check is reused: the wizard checks when the person leaves the first step, and creates minutes
/// later.
const REUSE_TTL: Duration = Duration::from_secs(600);
const MAX_RECENT: usize = 1_000;

impl RequestGateway {
    /// Checks whether AccessKey pairs belong to a RAM user, and records the check with its results. Returns one proof for
    /// each pair, in the order of the pairs.
    ///
    /// # Errors
    /// `throttled` if the person has checked too many pairs; `audit_down` if the check cannot be recorded.
    pub(super) async fn prove(
        &self,
        region: &str,
        user_name: &str,
        keys: &[NewAccessKey],
    ) -> Result<Vec<Proof>, ApiError> {
        let ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        let what =
            What { region: Some(region.to_owned()), ..What::about(user_name) }.with("accessKeyIds", ids);
        let most = Most::Proof { pairs: u32::try_from(keys.len()).unwrap_or(u32::MAX) };
        let check = async { Ok(self.gateway.proofs(region, user_name, keys).await) };
        let proofs = self
            .recorded_with("check_access_keys", what, most, check, |what, proofs: &Vec<Proof>| {
                what.with("results", serde_json::to_value(proofs).unwrap_or_default())
            })
            .await?;
        for (key, proof) in keys.iter().zip(&proofs) {
            self.gateway.recent_proofs.put(self.recent_id(user_name, key), *proof);
        }
        Ok(proofs)
    }

    /// Returns one proof for each pair of a secret that is about to be created. For a person with a role over the RAM user,
    /// the result of their own recent check serves; `can_continue` accepts one that is not [`Proof::Valid`]. For anyone else
    /// the pairs are the only sign that the user is theirs, so they are verified now: a pair that was disabled since its check
    /// must not count.
    pub(super) async fn proofs_of_new(
        &self,
        region: &str,
        secret: &NewSecret,
        is_over_user: bool,
        can_continue: bool,
    ) -> Result<Vec<Proof>, ApiError> {
        if !is_over_user {
            return self.prove(region, &secret.user_name, &secret.access_keys).await;
        }
        let recent: Option<Vec<Proof>> = secret
            .access_keys
            .iter()
            .map(|key| self.gateway.recent_proofs.get(&self.recent_id(&secret.user_name, key)))
            .collect();
        match recent {
            Some(proofs) if can_continue || proofs.iter().all(|proof| *proof == Proof::Valid) => Ok(proofs),
            _ => self.prove(region, &secret.user_name, &secret.access_keys).await,
        }
    }

    fn recent_id(&self, user_name: &str, key: &NewAccessKey) -> ProofId {
        self.gateway.recent_proofs.id(&[&self.asker.person.id, user_name, &key.id, key.secret.expose()])
    }
}

impl Gateway {
    /// Returns one proof for each pair, in the order of the pairs.
    async fn proofs(&self, region: &str, user_name: &str, keys: &[NewAccessKey]) -> Vec<Proof> {
        // A RAM user of another account can have the same name: without Keyturn's own account nothing is proven.
        let own = self.signer(region).await.ok();
        let Some(own) = own.as_deref().and_then(account_of) else { return vec![Proof::Unknown; keys.len()] };
        join_all(keys.iter().map(|key| self.proof(region, own, user_name, key))).await
    }

    async fn proof(&self, region: &str, own: &str, user_name: &str, key: &NewAccessKey) -> Proof {
        let pair = Credentials::access_key(&key.id, key.secret.expose());
        let client = self.client.signed_by(std::sync::Arc::new(pair));
        match tokio::time::timeout(CHECK_TIMEOUT, client.get_caller_identity(region)).await {
            Ok(Ok(identity)) => {
                let is_account = account_of(&identity.arn) == Some(own);
                match identity.arn.split_once(":user/") {
                    Some((_, name)) if name == user_name && is_account => Proof::Valid,
                    _ => Proof::Foreign,
                }
            }
            // An inactive AccessKey is refused before its signature is checked.
            Ok(Err(error))
                if error.kind == ErrorKind::BadCredentials
                    && error.code.as_deref() != Some("InvalidAccessKeyId.Inactive") =>
            {
                Proof::Wrong
            }
            Ok(Err(_)) | Err(_) => Proof::Unknown,
        }
    }

    /// Returns the ARN of Keyturn's own credentials; STS is asked once.
    pub(super) async fn signer(&self, region: &str) -> Result<String, keyturn_cloud::CloudError> {
        let arn = self.identity.get_or_try_init(|| async {
            self.client.get_caller_identity(region).await.map(|identity| identity.arn)
        });
        arn.await.cloned()
    }
}

/// Returns the account in an ARN such as `acs:ram::1234567890123456:user/alice`.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|account| !account.is_empty())
}

/// HMAC-SHA256 of person, RAM user, AccessKey ID and AccessKey secret, under a key of this process.
type ProofId = [u8; 32];

/// Results of recent checks, so that creating a secret does not repeat a call that the wizard has just made. Holds no
/// AccessKey secret, only a keyed hash that is worthless outside this process.
pub(super) struct RecentProofs {
    key: [u8; 32],
    results: Mutex<HashMap<ProofId, (Instant, Proof)>>,
}

impl Default for RecentProofs {
    fn default() -> Self {
        let mut key = [0; 32];
        getrandom::fill(&mut key).expect("the operating system provides random bytes");
        Self { key, results: Mutex::default() }
    }
}

impl RecentProofs {
    fn id(&self, parts: &[&str]) -> ProofId {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length is valid");
        for part in parts {
            // Write the length first, so that no two lists of parts give the same bytes.
            mac.update(&part.len().to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    fn get(&self, id: &ProofId) -> Option<Proof> {
        let results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, proof) = results.get(id)?;
        (since.elapsed() < REUSE_TTL).then_some(*proof)
    }

    fn put(&self, id: ProofId, proof: Proof) {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        if results.len() >= MAX_RECENT {
            results.retain(|_, (since, _)| since.elapsed() < REUSE_TTL);
        }
        // Still full: an entry only saves a call.
        if results.len() >= MAX_RECENT {
            results.clear();
        }
        results.insert(id, (Instant::now(), proof));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pt03_a_recent_proof_is_for_one_person_user_and_pair() {
        let proofs = RecentProofs::default();
        proofs.put(proofs.id(&["local:eva", "pay", "LTAI1", "secret"]), Proof::Valid);
        assert_eq!(proofs.get(&proofs.id(&["local:eva", "pay", "LTAI1", "secret"])), Some(Proof::Valid));
        for other in [
            ["local:bob", "pay", "LTAI1", "secret"],
            ["local:eva", "terraform", "LTAI1", "secret"],
            ["local:eva", "pay", "LTAI2", "secret"],
            ["local:eva", "pay", "LTAI1", "other"],
            ["local:eva", "payL", "TAI1", "secret"],
        ] {
            assert_eq!(proofs.get(&proofs.id(&other)), None, "{other:?}");
        }
        for number in 0..2 * MAX_RECENT {
            proofs.put(proofs.id(&[&number.to_string()]), Proof::Wrong);
        }
        assert!(proofs.results.lock().unwrap().len() <= MAX_RECENT);
    }
}
