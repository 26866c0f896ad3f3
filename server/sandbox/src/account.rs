//! What an account has beside its secrets: users, roles, policies, KMS instances, sessions of STS.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ACCOUNT_ID;
use crate::secret::{AccessKeyPair, Windows};

/// AccessKeys of one RAM user (`facts.md`).
pub(crate) const MOST_ACCESS_KEYS: usize = 2;
/// Either of the two service roles lets KMS manage AccessKeys (`kms-ram-api.md` 0.1; the second is spelled so).
pub(crate) const SERVICE_ROLES: [&str; 2] =
    ["AliyunKMSManageRAMCredentialsRole", "AliyunKMSManagedRAMCrendentialsRole"];

/// What changes seldom.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    /// The offered regions, the default first.
    pub(crate) region_ids: Vec<String>,
    pub(crate) roles: BTreeMap<String, Role>,
    /// The account's own policies.
    pub(crate) policies: BTreeMap<String, Policy>,
    pub(crate) windows: Windows,
    /// Whether the vendor's quotas hold.
    pub(crate) throttling: bool,
    pub(crate) instances: Vec<Instance>,
    pub(crate) oidc_providers: BTreeMap<String, OidcProvider>,
    /// By key ID.
    #[serde(default)]
    pub(crate) key_tags: BTreeMap<String, Vec<(String, String)>>,
}

/// A RAM user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct User {
    pub(crate) user_id: String,
    pub(crate) display_name: String,
    pub(crate) comments: String,
    pub(crate) created: Timestamp,
    pub(crate) access_keys: Vec<AccessKey>,
    pub(crate) policies: Vec<Attached>,
}

/// An AccessKey of a RAM user, with its secret: signatures are verified with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessKey {
    pub(crate) pair: AccessKeyPair,
    pub(crate) is_active: bool,
    pub(crate) created: Timestamp,
    /// When it last signed a call.
    pub(crate) last_used: Option<Timestamp>,
}

/// A RAM role with the policies that are attached to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) description: String,
    /// Who may assume it: a policy document.
    pub(crate) trust: String,
    pub(crate) max_session_seconds: usize,
    pub(crate) created: Timestamp,
    pub(crate) policies: Vec<Attached>,
}

/// A policy of the account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) description: String,
    pub(crate) document: String,
    pub(crate) created: Timestamp,
}

/// A policy at a user or role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attached {
    pub(crate) name: String,
    pub(crate) is_system: bool,
    pub(crate) at: Timestamp,
}

/// A KMS instance and the IDs of its symmetric keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) region: String,
    pub(crate) key_ids: Vec<String>,
    pub(crate) created: Timestamp,
}

/// Who vouches for tokens of OpenID Connect. With `jwks` its keys are these; else they are fetched from the issuer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OidcProvider {
    pub(crate) issuer: String,
    pub(crate) client_ids: Vec<String>,
    #[serde(default)]
    pub(crate) jwks: Option<Value>,
}

/// Temporary credentials. They live on real time, as signatures do.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) role: String,
    pub(crate) name: String,
    /// Narrows what the role may.
    pub(crate) policy: Option<String>,
    pub(crate) expires: Timestamp,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({}/{})", self.role, self.name)
    }
}

/// Who signed a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The account itself: may do everything.
    Administrator,
    /// A RAM user, by its name.
    User(String),
    /// A role under a session's name.
    Role { role: String, session: String, policy: Option<String> },
    /// Nobody: the calls that trade a foreign token for credentials.
    Anonymous,
}

impl Caller {
    /// As it stands in logs and answers.
    pub(crate) fn arn(&self) -> Option<String> {
        Some(match self {
            Self::Administrator => format!("acs:ram::{ACCOUNT_ID}:root"),
            Self::User(name) => user_arn(name),
            Self::Role { role, session, .. } => {
                format!("acs:ram::{ACCOUNT_ID}:assumed-role/{role}/{session}")
            }
            Self::Anonymous => return None,
        })
    }
}

pub(crate) fn user_arn(name: &str) -> String {
    format!("acs:ram::{ACCOUNT_ID}:user/{name}")
}

/// Lower case, as the vendor answers it.
pub(crate) fn role_arn(name: &str) -> String {
    format!("acs:ram::{ACCOUNT_ID}:role/{}", name.to_lowercase())
}
