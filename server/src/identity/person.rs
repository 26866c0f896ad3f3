//! Who is asking.

use std::sync::Arc;

use keyturn_cloud::credentials::Secret;

use super::grants::{Grant, Grants, Role};
use super::token;
use crate::storage::now_ms;

/// A person with what this person may.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// `local:` and the account's name, `oidc:` with issuer and subject, or `everyone`.
    pub(crate) id: String,
    /// What people call this person.
    pub(crate) name: String,
    pub(crate) groups: Vec<String>,
    pub(crate) grants: Grants,
    /// The session's hash; `None` without sign-in.
    pub(crate) session: Option<String>,
    /// The person's own token from the provider, where calls are made by it.
    pub(crate) token: Option<Arc<Secret>>,
    /// Until then what cannot be undone is not asked about again; milliseconds since 1970.
    pub(crate) privileged_until_ms: i64,
    /// What the forms of this person's pages hold (`page-of`); nobody else can know it.
    pub(crate) page_mark: String,
}

impl Person {
    /// Who asks where there is no sign-in: on loopback, over the sandbox. May all.
    pub(crate) fn everyone() -> Self {
        let all = Grant::new(Role::Administrator);
        Self {
            id: "everyone".into(),
            name: "everyone".into(),
            groups: Vec::new(),
            grants: Grants::new(Arc::from([all]), "everyone", &[]),
            session: None,
            token: None,
            privileged_until_ms: i64::MAX,
            page_mark: "everyone".into(),
        }
    }

    /// Tells people apart without telling who they are: in the names of their sessions at STS, and for their turns at calls.
    pub(crate) fn mark(&self) -> String {
        token::hash(&self.id).chars().take(16).collect()
    }

    /// Whether what cannot be undone may be done without asking once more.
    pub(crate) fn is_privileged(&self) -> bool {
        now_ms() < self.privileged_until_ms
    }

    pub(crate) fn is_administrator(&self) -> bool {
        self.grants.everywhere() == Some(Role::Administrator)
    }
}
