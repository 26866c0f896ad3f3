//! Verifies AccessKey pairs before a secret is created from them: each pair signs one `GetCallerIdentity`, which needs no
//! permission, and must return the RAM user. Every check is limited per person and recorded in the audit log.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::future::join_all;
use keyturn_app::model::error::{ApiError, ErrorCode, FieldError};
use keyturn_app::model::new_secret::{InvalidInput, NewAccessKey, NewSecret, Proof};
use keyturn_app::model::secret::RAM_SECRET_PREFIX;
use keyturn_cloud::{Credentials, ErrorKind};

use super::{Gateway, RequestGateway};
use crate::audit::What;
use crate::identity::{Most, Role, token};

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

    /// Verifies the AccessKey pairs of a secret before its creation. Returns the IDs of unproven AccessKeys with which the user
    /// continues.
    ///
    /// A secret gives its owner power over the RAM user: KMS creates new AccessKeys for the RAM user. If no rule gives the user a
    /// role over the RAM user, valid pairs of all its AccessKeys are the only evidence that the user manages it.
    ///
    /// # Errors
    /// `invalid` for pairs that are not proven, unless the user has a role over the RAM user and has chosen to continue; always
    /// for a pair of another RAM user, and if `is_hidden`. The errors of [`RequestGateway::prove`].
    pub(super) async fn verify_pairs(
        &self,
        region: &str,
        secret: &NewSecret,
        is_hidden: bool,
    ) -> Result<Vec<String>, ApiError> {
        let NewSecret { user_name, access_keys, .. } = secret;
        let is_over_user = self.grants().over_user(user_name) >= Some(Role::Operator);
        let can_continue = is_over_user && secret.is_checked;
        let recent = if is_over_user { self.recent_proofs(user_name, access_keys) } else { None };
        let mut proofs = match recent {
            Some(proofs) if can_continue || proofs.iter().all(|proof| *proof == Proof::Valid) => proofs,
            _ => self.prove(region, user_name, access_keys).await?,
        };
        if is_hidden {
            // Respond as to wrong pairs, after the same time and under the same limit.
            let name = format!("{RAM_SECRET_PREFIX}{user_name}");
            self.refused("create_secret", What::secret(region, &name), ErrorCode::Forbidden).await;
            proofs = vec![Proof::Wrong; proofs.len()];
        }
        let unproven: Vec<_> =
            access_keys.iter().zip(proofs).filter(|(_, proof)| *proof != Proof::Valid).collect();
        let is_foreign = unproven.iter().any(|(_, proof)| *proof == Proof::Foreign);
        if !unproven.is_empty() && (is_hidden || is_foreign || !can_continue) {
            let fields = unproven.iter().map(|(key, proof)| FieldError::unproven(&key.id, *proof)).collect();
            return Err(self.joined(ApiError::invalid(fields)));
        }
        if !is_over_user {
            self.require_all_pairs(region, secret).await?;
        }
        Ok(unproven.into_iter().map(|(key, _)| key.id.clone()).collect())
    }

    /// Rejects a new secret without a pair for each AccessKey that the RAM user has now.
    async fn require_all_pairs(&self, region: &str, secret: &NewSecret) -> Result<(), ApiError> {
        let keys = self.gateway.client.list_access_keys(region, &secret.user_name).await;
        let keys = keys.map_err(|error| self.fail(error))?;
        let existing: BTreeSet<&str> = keys.iter().map(|key| key.access_key_id.as_str()).collect();
        let entered: BTreeSet<&str> = secret.access_keys.iter().map(|key| key.id.as_str()).collect();
        match existing == entered {
            true => Ok(()),
            false => {
                let field = FieldError::of("secret-value", InvalidInput::Missing);
                Err(self.joined(ApiError::invalid(vec![field])))
            }
        }
    }

    /// Returns the user's own recent result for each pair; `None` if one of the pairs has none. Results of users without a role
    /// over the RAM user are never reused: an AccessKey that was disabled since its check must not count.
    fn recent_proofs(&self, user_name: &str, keys: &[NewAccessKey]) -> Option<Vec<Proof>> {
        keys.iter().map(|key| self.gateway.recent_proofs.get(&self.recent_id(user_name, key))).collect()
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

/// Keyed hash of person, RAM user, AccessKey ID and AccessKey secret.
type ProofId = String;

/// Results of recent checks, so that creating a secret does not repeat a call that the wizard has just made. Stores no
/// AccessKey secret, only a keyed hash that is worthless outside this process.
pub(super) struct RecentProofs {
    key: String,
    results: Mutex<HashMap<ProofId, (Instant, Proof)>>,
}

impl Default for RecentProofs {
    fn default() -> Self {
        Self { key: token::new(), results: Mutex::default() }
    }
}

impl RecentProofs {
    fn id(&self, parts: &[&str]) -> ProofId {
        token::keyed_hash(&self.key, parts)
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
