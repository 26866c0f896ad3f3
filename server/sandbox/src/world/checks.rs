//! What holds for every world that calls have made, asked of one that comes from outside.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::World;
use crate::ADMIN_ACCESS_KEY_ID;
use crate::account::MOST_ACCESS_KEYS;
use crate::clock::Clock;
use crate::secret::{CURRENT, Kind, LONGEST_INTERVAL, SHORTEST_INTERVAL, Secret, Windows};

const SESSION_SECONDS: std::ops::RangeInclusive<usize> = 3_600..=43_200;

impl World {
    /// What is wrong with it, as a half sentence: it would not end, or break, what the clock makes happen.
    pub(super) fn check(&self) -> Result<(), String> {
        if !self.account.windows.are_allowed() {
            return Err("a rotation window is from 1 minute to 48 hours".into());
        }
        if let Some(region) = self.secrets.keys().find(|region| region.is_empty() || region.contains('/')) {
            return Err(format!("“{region}” is no region"));
        }
        for (name, role) in &self.account.roles {
            if !SESSION_SECONDS.contains(&role.max_session_seconds) {
                return Err(format!("the role {name} has sessions of less than an hour or more than twelve"));
            }
        }
        let mut owners = HashMap::new();
        for (name, user) in &self.users {
            for key in &user.access_keys {
                let other = owners.insert(key.pair.id.as_str(), name);
                if key.pair.id == ADMIN_ACCESS_KEY_ID || other.is_some() {
                    return Err(format!("the AccessKey {} of the user {name} is another's", key.pair.id));
                }
            }
            if user.access_keys.len() > MOST_ACCESS_KEYS {
                return Err(format!("the user {name} has more than {MOST_ACCESS_KEYS} AccessKeys"));
            }
        }
        for (name, secret) in self.secrets.values().flatten() {
            if *name != secret.name {
                return Err(format!("the secret {name} is called {} too", secret.name));
            }
            secret.check().map_err(|why| format!("the secret {name} {why}"))?;
        }
        Ok(())
    }
}

impl Windows {
    /// From a minute to two days.
    pub(crate) fn are_allowed(&self) -> bool {
        let allowed = SignedDuration::from_mins(1)..=SignedDuration::from_hours(48);
        allowed.contains(&self.automatic) && allowed.contains(&self.immediate)
    }
}

impl Secret {
    fn check(&self) -> Result<(), &'static str> {
        if self.interval.is_some_and(|interval| !(SHORTEST_INTERVAL..=LONGEST_INTERVAL).contains(&interval)) {
            return Err("has a period that is not between 6 hours and 365 days");
        }
        let dates = [self.last_rotation, self.next_rotation, self.rotating_until, self.planned_delete];
        let all = dates.into_iter().flatten().chain([self.created, self.updated]);
        if all.into_iter().any(|date: Timestamp| !Clock::reaches(date)) {
            return Err("has a date that is not between 1990 and 2200");
        }
        if self.versions.iter().filter(|version| version.is(CURRENT)).count() != 1 {
            return Err("does not have one current version");
        }
        let is_ram = matches!(self.kind, Kind::Ram { .. });
        if self.versions.iter().any(|version| version.access_key().is_some() != is_ram) {
            return Err("holds another kind of value than its own");
        }
        let rotates =
            self.interval.is_some() || self.rotating_until.is_some() || self.next_rotation.is_some();
        if rotates && !is_ram {
            return Err("rotates, and is no RAM secret");
        }
        let mut ids: Vec<&str> = self.versions.iter().map(|version| version.id.as_str()).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("has two versions of one ID");
        }
        Ok(())
    }
}
