//! What holds for any order of calls and clock jumps.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::World;
use crate::account::{AccessKey, Caller, MOST_ACCESS_KEYS};
use crate::authorize::Origin;
use crate::dataset::{self, Dataset};
use crate::dispatch::{self, Answer, Call};
use crate::rpc::Parameters;
use crate::secret::{CURRENT, PREVIOUS};

const HISTORIES: u32 = 1_000;
const REGIONS: [&str; 2] = ["cn-hangzhou", "cn-shanghai"];
/// With a secret, under rotation, failing, in the window; free with one key, with two, with none.
const USERS: [&str; 7] = [
    "payroll-exporter",
    "image-resizer",
    "search-indexer",
    "old-reports",
    "checkout-api",
    "data-lake-sync",
    "new-hire-bot",
];

#[derive(Clone, Debug)]
enum Step {
    Create {
        user: usize,
        hours: Option<u32>,
    },
    Rotate(usize),
    Policy {
        user: usize,
        hours: Option<u32>,
    },
    Delete {
        user: usize,
        days: Option<u8>,
    },
    Restore(usize),
    /// Behind KMS's back, in RAM.
    AddKey(usize),
    DropKey {
        user: usize,
        which: usize,
    },
    SwitchKey {
        user: usize,
        which: usize,
        is_active: bool,
    },
    /// Back to its name where it has another.
    Rename(usize),
    Wait {
        minutes: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let user = || 0..USERS.len();
    let hours = || prop::option::of(6_u32..1_000);
    prop_oneof![
        2 => (user(), hours()).prop_map(|(user, hours)| Step::Create { user, hours }),
        3 => user().prop_map(Step::Rotate),
        2 => (user(), hours()).prop_map(|(user, hours)| Step::Policy { user, hours }),
        2 => (user(), prop::option::of(7_u8..=30)).prop_map(|(user, days)| Step::Delete { user, days }),
        2 => user().prop_map(Step::Restore),
        1 => user().prop_map(Step::AddKey),
        1 => (user(), 0..2_usize).prop_map(|(user, which)| Step::DropKey { user, which }),
        1 => (user(), 0..2_usize, any::<bool>())
            .prop_map(|(user, which, is_active)| Step::SwitchKey { user, which, is_active }),
        1 => user().prop_map(Step::Rename),
        5 => (1_i64..60 * 24 * 40).prop_map(|minutes| Step::Wait { minutes }),
    ]
}

struct History {
    world: World,
    now: Timestamp,
    /// Users whose keys were changed behind KMS's back: nothing is promised about theirs.
    tampered: BTreeSet<&'static str>,
}

impl History {
    fn start() -> Self {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let regions = REGIONS.map(str::to_owned);
        let world = dataset::build(Dataset::Demo, 1, dataset::Amount::default(), &regions, now);
        Self { world, now, tampered: BTreeSet::from(["search-indexer"]) }
    }

    fn call(&mut self, service: &str, action: &str, parameters: &[(&str, String)]) -> Answer {
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let call = Call {
            region: REGIONS[0],
            caller: &Caller::Administrator,
            parameters: &Parameters(parameters),
            origin: Origin { address: std::net::Ipv4Addr::LOCALHOST.into(), is_secure: false, at: self.now },
            oidc: None,
            now: self.now,
        };
        dispatch::dispatch(&mut self.world, service, action, &call)
    }

    /// Does a step; a refusal is as good as an answer. Answers the secret that was deleted at once, if one was.
    fn take(&mut self, step: &Step, version: usize) -> Option<String> {
        let name = |user: usize| format!("acs/ram/user/{}", USERS[user]);
        let secret = |user: usize| ("SecretName", name(user));
        match *step {
            Step::Create { user, hours } => {
                let pairs = self
                    .keys(user)
                    .iter()
                    .map(|key| serde_json::json!({"AccessKeyId": key.pair.id, "AccessKeySecret": "wrong"}));
                let data = serde_json::json!({"AccessKeys": pairs.collect::<Vec<_>>()}).to_string();
                let config =
                    serde_json::json!({"SecretSubType": "RamUserAccessKey", "UserName": USERS[user]})
                        .to_string();
                let mut parameters = vec![
                    ("SecretName", "$Auto".to_owned()),
                    ("SecretType", "RAMCredentials".into()),
                    ("ExtendedConfig", config),
                    ("SecretData", data),
                    ("VersionId", format!("created-{version}")),
                    ("EnableAutomaticRotation", hours.is_some().to_string()),
                ];
                parameters.extend(hours.map(|hours| ("RotationInterval", format!("{hours}h"))));
                // A disabled key that is handed over is a key that somebody tampered with already.
                let _ = self.call("kms", "CreateSecret", &parameters);
            }
            Step::Rotate(user) => {
                let _ =
                    self.call("kms", "RotateSecret", &[secret(user), ("VersionId", format!("v-{version}"))]);
            }
            Step::Policy { user, hours } => {
                let mut parameters =
                    vec![secret(user), ("EnableAutomaticRotation", hours.is_some().to_string())];
                parameters.extend(hours.map(|hours| ("RotationInterval", format!("{hours}h"))));
                let _ = self.call("kms", "UpdateSecretRotationPolicy", &parameters);
            }
            Step::Delete { user, days } => {
                let how = match days {
                    Some(days) => ("RecoveryWindowInDays", days.to_string()),
                    None => ("ForceDeleteWithoutRecovery", "true".into()),
                };
                let done = self.call("kms", "DeleteSecret", &[secret(user), how]).is_ok();
                return (done && days.is_none()).then(|| name(user));
            }
            Step::Restore(user) => {
                let _ = self.call("kms", "RestoreSecret", &[secret(user)]);
            }
            Step::AddKey(user) => {
                let _ = self.call("ram", "CreateAccessKey", &[("UserName", USERS[user].into())]);
            }
            Step::DropKey { user, which } => {
                self.tamper(user, which, "DeleteAccessKey", &[]);
            }
            Step::SwitchKey { user, which, is_active } => {
                let status = if is_active { "Active" } else { "Inactive" };
                self.tamper(user, which, "UpdateAccessKey", &[("Status", status.into())]);
            }
            Step::Rename(user) => {
                let other = format!("{}-renamed", USERS[user]);
                let (from, to) = match self.world.users.contains_key(USERS[user]) {
                    true => (USERS[user].to_owned(), other),
                    false => (other, USERS[user].to_owned()),
                };
                let renamed = self.call("ram", "UpdateUser", &[("UserName", from), ("NewUserName", to)]);
                // The name may have been given to another meanwhile.
                if renamed.is_ok() {
                    let _ = self.call("ram", "CreateUser", &[("UserName", USERS[user].into())]);
                }
                self.tampered.insert(USERS[user]);
            }
            Step::Wait { minutes } => {
                self.now += SignedDuration::from_mins(minutes);
                self.world.advance(self.now);
            }
        }
        None
    }

    /// None where the user has another name.
    fn keys(&self, user: usize) -> &[AccessKey] {
        self.world.users.get(USERS[user]).map(|user| user.access_keys.as_slice()).unwrap_or_default()
    }

    fn tamper(&mut self, user: usize, which: usize, action: &str, more: &[(&'static str, String)]) {
        let Some(id) = self.keys(user).get(which).map(|key| key.pair.id.clone()) else { return };
        let mut parameters = vec![("UserName", USERS[user].to_owned()), ("UserAccessKeyId", id)];
        parameters.extend_from_slice(more);
        if self.call("ram", action, &parameters).is_ok() {
            self.tampered.insert(USERS[user]);
        }
    }

    fn planned(&self) -> BTreeMap<String, Option<Timestamp>> {
        let secrets = self.world.secrets.get(REGIONS[0]).into_iter().flat_map(|secrets| secrets.values());
        secrets.map(|secret| (secret.name.clone(), secret.planned_delete)).collect()
    }

    fn check(&self) -> Result<(), TestCaseError> {
        for (name, user) in &self.world.users {
            prop_assert!(user.access_keys.len() <= MOST_ACCESS_KEYS, "{name} has too many AccessKeys");
            for key in &user.access_keys {
                let owner = self.world.access_key(&key.pair.id).map(|(owner, _)| owner);
                prop_assert_eq!(owner, Some(name.as_str()));
            }
        }
        let secrets = self.world.secrets.values().flat_map(|secrets| secrets.values());
        for secret in secrets {
            let name = &secret.name;
            let of_stage = |stage| secret.versions.iter().filter(move |version| version.is(stage));
            prop_assert_eq!(of_stage(CURRENT).count(), 1, "{} has one current version", name);
            prop_assert!(of_stage(PREVIOUS).count() <= 1, "{name} has more than one previous version");
            prop_assert!(
                secret.rotating_until.is_none_or(|until| until > self.now || secret.planned_delete.is_some())
            );
            prop_assert!(secret.planned_delete.is_none_or(|at| at > self.now), "{name} should be gone");
            let user_name = secret.user_name().unwrap();
            if !self.tampered.contains(user_name) {
                let current =
                    of_stage(CURRENT).next().and_then(|version| Some(version.access_key()?.id.as_str()));
                let user = &self.world.users[user_name];
                let key = user.access_keys.iter().find(|key| Some(key.pair.id.as_str()) == current);
                prop_assert!(
                    key.is_some_and(|key| key.is_active),
                    "the current AccessKey of {name} is not valid in RAM"
                );
            }
        }
        Ok(())
    }
}

#[test]
fn for_any_order_of_calls_and_clock_jumps() {
    let tried = Cell::new(0);
    let steps = Cell::new(0);
    // `make soak` asks for more.
    let cases = Config::default().cases.max(HISTORIES);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    runner
        .run(&prop::collection::vec(step(), 1..80), |history| {
            tried.set(tried.get() + 1);
            let mut state = History::start();
            for (version, step) in history.iter().enumerate() {
                steps.set(steps.get() + 1);
                let before = state.planned();
                let deleted = state.take(step, version);
                let after = state.planned();
                for (name, planned) in before {
                    let is_due = planned.is_some_and(|at| at <= state.now);
                    let is_gone = !after.contains_key(&name);
                    prop_assert!(
                        !is_gone || is_due || deleted.as_ref() == Some(&name),
                        "{name} was deleted before its time"
                    );
                }
                state.check()?;
            }
            Ok(())
        })
        .unwrap();
    println!("{} histories, {} steps", tried.get(), steps.get());
}
