//! What is typed in the wizard. All but the values survives a reload, in the tab's own storage.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::forms::rotation_fields::RotationChoice;
use crate::json::Json;
use crate::model::access_key::{RamUser, TypedSecret};
use crate::model::new_secret::{
    InvalidInput, KmsInstance, NewAccessKey, Proof, check_access_key_secret, check_description, parse_key,
    parse_tags,
};
use crate::model::rotation::PeriodUnit;
use crate::plain::typed;

/// The key in the tab's storage.
pub(super) const KEY: &str = "keyturn-create-secret";

#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) user: RwSignal<Option<RamUser>>,
    /// By AccessKey ID. The only place in the browser where a value is.
    pub(super) values: RwSignal<Vec<(String, TypedSecret)>>,
    /// What the server found of them, in their order; empty until they were checked as they are.
    pub(super) proofs: RwSignal<Vec<Proof>>,
    /// How often they were changed: what was found of others is not of these.
    pub(super) edits: StoredValue<u32>,
    /// Whether somebody goes on without a proof.
    pub(super) is_unverified: RwSignal<bool>,
    pub(super) description: RwSignal<String>,
    pub(super) tags: RwSignal<String>,
    /// The KMS instance and its key.
    pub(super) instance: RwSignal<Option<(String, String)>>,
    pub(super) rotation: RotationChoice,
}

/// What is kept of it; there is no field for a value.
#[derive(Serialize, Deserialize)]
struct Kept {
    user: Option<RamUser>,
    description: String,
    tags: String,
    instance: Option<(String, String)>,
    is_rotated: bool,
    period: String,
    unit: PeriodUnit,
}

impl Draft {
    /// As the wizard begins; with what was typed, where the server shows a posted form again.
    pub(super) fn new() -> Self {
        Self {
            user: RwSignal::new(None),
            values: RwSignal::new(Vec::new()),
            proofs: RwSignal::new(Vec::new()),
            edits: StoredValue::new(0),
            is_unverified: RwSignal::new(false),
            description: RwSignal::new(typed("description", "")),
            tags: RwSignal::new(typed("tags", "")),
            instance: RwSignal::new(parse_key(&typed("key", ""))),
            rotation: RotationChoice::new(true, "30", PeriodUnit::Days),
        }
    }

    pub(super) fn text(self) -> String {
        let kept = Kept {
            user: self.user.get(),
            description: self.description.get(),
            tags: self.tags.get(),
            instance: self.instance.get(),
            is_rotated: self.rotation.is_on.get(),
            period: self.rotation.period.get(),
            unit: self.rotation.unit.get(),
        };
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// What another version kept is left alone.
    pub(super) fn load(self, text: &str) {
        let Ok(kept) = Json::read::<Kept>(text.as_bytes()) else { return };
        if let Some(user) = kept.user {
            self.choose(user);
        }
        self.description.set(kept.description);
        self.tags.set(kept.tags);
        self.instance.set(kept.instance);
        self.rotation.is_on.set(kept.is_rotated);
        self.rotation.period.set(kept.period);
        self.rotation.unit.set(kept.unit);
    }

    /// Another user has other AccessKeys: what was typed for the last one goes.
    pub(super) fn choose(self, user: RamUser) {
        let keys = user.access_keys.clone().unwrap_or_default();
        self.values.set(keys.into_iter().map(|key| (key.id, TypedSecret::default())).collect());
        self.forget_proofs();
        self.user.set(Some(user));
    }

    /// Keeps the chosen key where the region has it, else takes the first there is.
    pub(super) fn choose_key(self, instances: &[KmsInstance]) {
        let mut keys = instances
            .iter()
            .flat_map(|instance| instance.key_ids.iter().map(|key| (instance.id.clone(), key.clone())));
        let chosen = self.instance.get_untracked();
        let first = keys.next();
        let is_known = chosen.is_some() && (chosen == first || keys.any(|key| Some(key) == chosen));
        if !is_known {
            self.instance.set(first);
        }
    }

    pub(super) fn set_value(self, id: &str, typed: &str) {
        self.values.update(|values| {
            if let Some((_, value)) = values.iter_mut().find(|(of, _)| of == id) {
                *value = TypedSecret::new(typed);
            }
        });
        self.forget_proofs();
    }

    fn forget_proofs(self) {
        self.edits.update_value(|edits| *edits += 1);
        self.proofs.set(Vec::new());
        self.is_unverified.set(false);
    }

    /// What is known of the value of an AccessKey, where that is not good.
    pub(super) fn flaw(self, id: &str) -> Option<Proof> {
        let place = self.values.with(|values| values.iter().position(|(of, _)| of == id))?;
        self.proofs.with(|proofs| proofs.get(place).copied()).filter(|proof| *proof != Proof::Valid)
    }

    /// Whether one can go on without a proof: what is known to be somebody else's is in no secret of this user.
    pub(super) fn can_be_unverified(self) -> bool {
        !self.needs_proof()
            && self.proofs.with(|proofs| {
                !proofs.contains(&Proof::Foreign) && proofs.iter().any(|proof| *proof != Proof::Valid)
            })
    }

    /// Returns whether every value must be verified: no rule of the user covers the RAM user itself.
    pub(super) fn needs_proof(self) -> bool {
        self.user.with(|user| user.as_ref().is_some_and(|user| user.needs_proof))
    }

    /// Whether the values are proven, or somebody goes on without.
    pub(super) fn is_checked(self) -> bool {
        let is_proven = self
            .proofs
            .with(|proofs| !proofs.is_empty() && proofs.iter().all(|proof| *proof == Proof::Valid));
        is_proven || (self.is_unverified.get() && self.can_be_unverified())
    }

    /// The pairs, to be sent.
    pub(super) fn pairs(self) -> Vec<NewAccessKey> {
        let values = self.values.get_untracked().into_iter();
        values.map(|(id, secret)| NewAccessKey { id, secret }).collect()
    }

    /// The values are zeroed; the fields stay, empty.
    pub(super) fn forget_values(self) {
        let _ = self.values.try_update(|values| {
            for (_, value) in values {
                *value = TypedSecret::default();
            }
        });
    }

    /// Whether something would be lost.
    pub(super) fn is_touched(self) -> bool {
        self.user.with_untracked(Option::is_some)
            || self.values.with_untracked(|values| values.iter().any(|(_, value)| !value.is_empty()))
            || !self.description.with_untracked(String::is_empty)
            || !self.tags.with_untracked(String::is_empty)
    }

    pub(super) fn description_error(self) -> Option<InvalidInput> {
        check_description(&self.description.get()).err()
    }

    pub(super) fn tags_error(self) -> Option<InvalidInput> {
        parse_tags(&self.tags.get()).err()
    }

    pub(super) fn value_error(self, id: &str) -> Option<InvalidInput> {
        self.values.with(|values| {
            let (_, value) = values.iter().find(|(of, _)| of == id)?;
            check_access_key_secret(value).err()
        })
    }

    /// Whether the first step is complete.
    pub(super) fn can_leave_first(self) -> bool {
        let has_user = self.user.with(|user| user.as_ref().is_some_and(|user| user.eligible().is_ok()));
        let has_values = self.values.with(|values| {
            !values.is_empty() && values.iter().all(|(_, value)| check_access_key_secret(value).is_ok())
        });
        has_user && has_values && self.description_error().is_none() && self.tags_error().is_none()
    }
}
