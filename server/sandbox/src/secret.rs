//! The life of a secret, free of I/O: rotation, deletion, restoration, over a clock that is handed in.
//!
//! What the vendor does not document stands here as assumptions, each marked UNVERIFIED.

mod stages;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::{AccessKey, MOST_ACCESS_KEYS, User};
use crate::error::ApiError;

/// How long a rotation keeps both AccessKeys: two days unless a reset says otherwise (`facts.md`, "RAM secrets").
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Windows {
    pub(crate) automatic: SignedDuration,
    pub(crate) immediate: SignedDuration,
}

impl Default for Windows {
    fn default() -> Self {
        Self { automatic: SignedDuration::from_hours(48), immediate: SignedDuration::from_hours(48) }
    }
}

pub(crate) const SHORTEST_INTERVAL: SignedDuration = SignedDuration::from_hours(6);
pub(crate) const LONGEST_INTERVAL: SignedDuration = SignedDuration::from_hours(8_760);

/// An AccessKey ID and its secret. Its `Debug` does not show the secret; the export of the state does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccessKeyPair {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl std::fmt::Debug for AccessKeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccessKeyPair({})", self.id)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AutomaticRotation {
    Enabled,
    Disabled,
    /// Rotation failed and is not tried again by itself.
    Invalid,
}

impl AutomaticRotation {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::Invalid => "Invalid",
        }
    }
}

/// The stages that the vendor keeps for itself; generic secrets may have others beside them.
pub(crate) const CURRENT: &str = "ACSCurrent";
pub(crate) const PREVIOUS: &str = "ACSPrevious";

/// What a version holds. Its `Debug` shows no value; the export of the state does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Value {
    AccessKey(AccessKeyPair),
    Text(String),
    /// As it was sent: base64.
    Binary(String),
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AccessKey(pair) => pair.fmt(f),
            Self::Text(_) => f.write_str("Text"),
            Self::Binary(_) => f.write_str("Binary"),
        }
    }
}

/// A version of a secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Version {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    /// None where the version is deprecated; each stage is at one version at the most.
    pub(crate) stages: Vec<String>,
    pub(crate) value: Value,
}

impl Version {
    pub(crate) fn is(&self, stage: &str) -> bool {
        self.stages.iter().any(|of| of == stage)
    }

    pub(crate) fn access_key(&self) -> Option<&AccessKeyPair> {
        match &self.value {
            Value::AccessKey(pair) => Some(pair),
            _ => None,
        }
    }
}

/// What kind of secret it is, with what only that kind has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// The AccessKeys of a RAM user, the one kind that lives here as in the cloud.
    Ram {
        user_name: String,
    },
    Generic,
    /// `Rds`, `Redis`, `PolarDB` or `ECS`: told about, never made or rotated.
    Other {
        secret_type: String,
        extended_config: serde_json::Map<String, serde_json::Value>,
    },
}

impl Kind {
    /// The vendor's `SecretType`.
    pub(crate) fn secret_type(&self) -> &str {
        match self {
            Self::Ram { .. } => "RAMCredentials",
            Self::Generic => "Generic",
            Self::Other { secret_type, .. } => secret_type,
        }
    }
}

/// What the clock makes happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    RotationStart,
    RotationEnd,
    Deletion,
}

/// A secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Secret {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Who made it: an account's, user's or role's ID.
    pub(crate) creator: String,
    pub(crate) description: String,
    pub(crate) custom_data: serde_json::Value,
    pub(crate) tags: Vec<(String, String)>,
    /// The policy as it was set; `None` is the default one.
    pub(crate) policy: Option<String>,
    pub(crate) instance_id: Option<String>,
    pub(crate) key_id: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) automatic_rotation: AutomaticRotation,
    pub(crate) interval: Option<SignedDuration>,
    pub(crate) last_rotation: Option<Timestamp>,
    pub(crate) next_rotation: Option<Timestamp>,
    /// The end of a rotation that is under way.
    pub(crate) rotating_until: Option<Timestamp>,
    pub(crate) planned_delete: Option<Timestamp>,
    /// Its KMS instance or key is gone.
    pub(crate) is_unavailable: bool,
    pub(crate) versions: Vec<Version>,
}

/// Why a rotation cannot start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoRotation {
    UserGone,
    /// A second AccessKey that KMS does not know.
    NoRoom,
}

impl Secret {
    /// The RAM user whose AccessKeys it holds.
    pub(crate) fn user_name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Ram { user_name } => Some(user_name),
            _ => None,
        }
    }

    pub(crate) fn at(&self, stage: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.is(stage))
    }

    /// Most calls are refused in the deletion window, and while the instance or key is gone.
    pub(crate) fn in_use(&self) -> Result<(), ApiError> {
        match (self.planned_delete, self.is_unavailable) {
            (Some(_), _) => Err(ApiError::in_deletion_window()),
            (None, true) => Err(ApiError::unavailable()),
            (None, false) => Ok(()),
        }
    }

    /// Switches automatic rotation on, with its period, or off. The first date is the last rotation and a period; for
    /// what was never rotated, its creation (UNVERIFIED). A date in the past is due at once.
    pub(crate) fn set_policy(&mut self, interval: Option<SignedDuration>, at: Timestamp) {
        self.interval = interval;
        self.automatic_rotation = match interval {
            Some(_) => AutomaticRotation::Enabled,
            None => AutomaticRotation::Disabled,
        };
        let last = self.last_rotation.unwrap_or(self.created);
        self.next_rotation = interval.map(|interval| (last + interval).max(at));
        self.updated = at;
    }

    /// Rotation rests in the deletion window (UNVERIFIED).
    pub(crate) fn next_event(&self) -> Option<(Timestamp, Event)> {
        if let Some(at) = self.planned_delete {
            return Some((at, Event::Deletion));
        }
        // Only RAM secrets rotate.
        self.user_name()?;
        if let Some(at) = self.rotating_until {
            return Some((at, Event::RotationEnd));
        }
        (self.automatic_rotation == AutomaticRotation::Enabled)
            .then_some(self.next_rotation?)
            .map(|at| (at, Event::RotationStart))
    }

    /// A new pair becomes current, the old one stays valid until the end of the window; answers the IDs of the AccessKeys
    /// that had to make room. What cannot be rotated becomes `Invalid` (UNVERIFIED which event sets it); a rotation that
    /// works again mends that.
    pub(crate) fn start_rotation(
        &mut self,
        user: Option<&mut User>,
        pair: AccessKeyPair,
        version_id: String,
        at: Timestamp,
        window: SignedDuration,
    ) -> Result<Vec<String>, NoRotation> {
        let refused = match user {
            None => NoRotation::UserGone,
            Some(user) => {
                // A user has at most two AccessKeys: the previous one makes room. A key that KMS does not know
                // takes that room (UNVERIFIED).
                let gone = self.remove_previous(user);
                if user.access_keys.len() < MOST_ACCESS_KEYS {
                    user.access_keys.push(AccessKey {
                        pair: pair.clone(),
                        is_active: true,
                        created: at,
                        last_used: None,
                    });
                    self.take(pair, version_id, at, window);
                    return Ok(gone);
                }
                NoRotation::NoRoom
            }
        };
        self.automatic_rotation = AutomaticRotation::Invalid;
        self.updated = at;
        Err(refused)
    }

    fn take(&mut self, pair: AccessKeyPair, version_id: String, at: Timestamp, window: SignedDuration) {
        for version in &mut self.versions {
            version.stages = vec![PREVIOUS.into()];
        }
        self.versions.push(Version {
            id: version_id,
            created: at,
            stages: vec![CURRENT.into()],
            value: Value::AccessKey(pair),
        });
        if self.automatic_rotation == AutomaticRotation::Invalid {
            self.automatic_rotation = match self.interval {
                Some(_) => AutomaticRotation::Enabled,
                None => AutomaticRotation::Disabled,
            };
        }
        self.updated = at;
        self.last_rotation = Some(at);
        self.next_rotation = self.interval.map(|interval| at + interval);
        self.rotating_until = Some(at + window);
    }

    /// The old pair leaves RAM and the secret; answers the IDs of the AccessKeys that are gone.
    pub(crate) fn end_rotation(&mut self, user: Option<&mut User>, at: Timestamp) -> Vec<String> {
        self.updated = at;
        self.rotating_until = None;
        // A period shorter than the window waits for its end.
        self.next_rotation = self.next_rotation.map(|next| next.max(at));
        match user {
            Some(user) => self.remove_previous(user),
            None => {
                self.automatic_rotation = AutomaticRotation::Invalid;
                Vec::new()
            }
        }
    }

    fn remove_previous(&mut self, user: &mut User) -> Vec<String> {
        let previous: Vec<String> = self
            .versions
            .iter()
            .filter(|version| version.is(PREVIOUS))
            .filter_map(|version| Some(version.access_key()?.id.clone()))
            .collect();
        self.versions.retain(|version| !version.is(PREVIOUS));
        // Another user may have it by now: what RAM did not hold here is not gone.
        let (gone, kept) = std::mem::take(&mut user.access_keys)
            .into_iter()
            .partition(|key: &AccessKey| previous.contains(&key.pair.id));
        user.access_keys = kept;
        gone.into_iter().map(|key| key.pair.id).collect()
    }

    /// Ends the deletion window. A rotation that fell due meanwhile waits one more period (UNVERIFIED).
    pub(crate) fn restore(&mut self, at: Timestamp) {
        self.planned_delete = None;
        self.updated = at;
        if let (Some(next), Some(interval)) = (self.next_rotation, self.interval)
            && next <= at
        {
            self.next_rotation = Some(at + interval);
        }
    }
}
