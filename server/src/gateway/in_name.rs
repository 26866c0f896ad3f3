//! In whose name calls are made: Keyturn's own, or, where the configuration maps groups to RAM roles (`[[assume_role]]`), each
//! person's, so that RAM's policies and ActionTrail see the person.
//!
//! Each person has a gateway of their own then: what one identity may read is in no cache of another's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use keyturn_app::api::backend::Backend;
use keyturn_app::model::error::ApiError;
use keyturn_app::model::secret::Tag;
use keyturn_cloud::credentials::{AssumedRole, AssumedWithOidc, OidcToken, Refreshing, Secret, is_role_arn};
use keyturn_cloud::{Client, CloudError, Credentials, ErrorKind, Provider, Service};
use serde::Deserialize;

use super::error::NO_ROLE;
use super::{Asker, Gateway};
use crate::audit::What;
use crate::identity::{Most, Person, Role, is_in};

/// A gateway that nobody has used for so long is dropped, with its credentials.
const IDLE: Duration = Duration::from_secs(1_800);
/// So many people at a time; the longest unused goes first.
const MOST: usize = 500;

/// Under which role the people of a group act.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssumeRole {
    pub(crate) group: String,
    /// Whose group it is: `local`, or an issuer; a group of that name anywhere without it.
    pub(crate) provider: Option<String>,
    pub(crate) role_arn: String,
    /// With it, the role is assumed by the person's own token of OpenID Connect, and Keyturn itself needs no permission.
    pub(crate) oidc_provider_arn: Option<String>,
    /// Whether the person is named as `SourceIdentity` too; the role must allow it.
    #[serde(default)]
    pub(crate) source_identity: bool,
    #[serde(default = "an_hour")]
    pub(crate) seconds: u32,
}

fn an_hour() -> u32 {
    3_600
}

impl AssumeRole {
    /// As Keyturn's own identity takes it, in the name of somebody.
    pub(crate) fn by_us(&self, client: Client, region: String, session_name: String) -> AssumedRole {
        AssumedRole {
            client,
            region,
            role_arn: self.role_arn.clone(),
            source_identity: self.source_identity.then(|| session_name.clone()),
            session_name,
            policy: None,
            external_id: None,
            seconds: self.seconds,
        }
    }

    /// Whether both are one role, taken in one way: for other people.
    pub(crate) fn is_taken_as(&self, other: &Self) -> bool {
        let how = |role: &Self| {
            (role.role_arn.clone(), role.oidc_provider_arn.clone(), role.source_identity, role.seconds)
        };
        how(self) == how(other)
    }

    /// What is wrong with it, in words for who wrote it.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.group.is_empty() {
            return Err("the group has no name".into());
        }
        if !is_role_arn(&self.role_arn) {
            return Err(format!(
                "“{}” is no ARN of a role, such as acs:ram::1234567890123456:role/payments",
                self.role_arn
            ));
        }
        if self
            .oidc_provider_arn
            .as_ref()
            .is_some_and(|arn| !arn.starts_with("acs:ram::") || !arn.contains(":oidc-provider/"))
        {
            return Err(
                "oidc_provider_arn is none, such as acs:ram::1234567890123456:oidc-provider/company".into()
            );
        }
        if !(900..=43_200).contains(&self.seconds) {
            return Err("seconds is 900 to 43200".into());
        }
        Ok(())
    }
}

pub(crate) struct Gateways {
    own: Arc<Gateway>,
    /// Of whom no role is for.
    none: Arc<Gateway>,
    /// The first that fits a person counts.
    roles: Vec<AssumeRole>,
    by_person: Mutex<HashMap<(String, String), Entry>>,
}

struct Entry {
    gateway: Arc<Gateway>,
    with_oidc: Option<Refreshing<AssumedWithOidc>>,
    used: Instant,
}

impl Gateways {
    pub(crate) fn new(own: Arc<Gateway>, roles: Vec<AssumeRole>) -> Self {
        let none = Arc::new(own.in_name_of(NoRole, None));
        Self { own, none, roles, by_person: Mutex::default() }
    }

    /// Refuses who changes, or takes away, more than hands can, and writes that down.
    pub(crate) async fn limited(&self, asker: &Asker, event: &str, what: &What) -> Result<(), ApiError> {
        self.own.asked_by(asker.clone()).limited(event, what, Most::Change).await
    }

    /// The seam, for whoever asks.
    pub(crate) fn for_request(&self, asker: Asker) -> Arc<dyn Backend> {
        self.of(&asker.person).for_request(asker)
    }

    /// What a person is over a secret, or over a RAM user, as it would be found if they acted now; nothing is written down.
    pub(crate) async fn role_over(&self, asker: &Asker, what: &What) -> Option<Role> {
        self.of(&asker.person).asked_by(asker.clone()).role_over(what).await.ok().flatten()
    }

    /// For an administrator who asks why somebody may or may not, by Keyturn's own identity.
    pub(crate) async fn tags_of(&self, region: &str, name: &str) -> Vec<Tag> {
        self.own.tags_of(region, name).await
    }

    pub(super) fn of(&self, person: &Person) -> Arc<Gateway> {
        if self.roles.is_empty() {
            return self.own.clone();
        }
        let is_for =
            |role: &&AssumeRole| is_in(&person.id, &person.groups, &role.group, role.provider.as_deref());
        let Some(role) = self.roles.iter().find(is_for) else {
            return self.none.clone();
        };
        let key = (role.role_arn.clone(), person.id.clone());
        let mut all = self.by_person.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, entry| entry.used.elapsed() < IDLE);
        if !all.contains_key(&key) {
            if all.len() >= MOST
                && let Some(oldest) =
                    all.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone())
            {
                all.remove(&oldest);
            }
            all.insert(key.clone(), self.entry(role, person));
        }
        let entry = all.get_mut(&key).expect("it is there, or was put there");
        entry.used = Instant::now();
        if let (Some(with_oidc), Some(token)) = (&entry.with_oidc, &person.token) {
            with_oidc.source().bring(token);
        }
        entry.gateway.clone()
    }

    fn entry(&self, role: &AssumeRole, person: &Person) -> Entry {
        let (client, region) = (self.own.client.clone(), self.own.default_region().to_owned());
        let (role_arn, seconds) = (role.role_arn.clone(), role.seconds);
        let (gateway, with_oidc) = match &role.oidc_provider_arn {
            None => {
                let source = role.by_us(client, region, session_name(person));
                (self.own.in_name_of(Refreshing::new(source), Some(&role.role_arn)), None)
            }
            Some(provider_arn) => {
                let source = Refreshing::new(AssumedWithOidc {
                    client,
                    region,
                    role_arn,
                    provider_arn: provider_arn.clone(),
                    session_name: session_name(person),
                    seconds,
                    // Of whom has signed in by another way: STS refuses it, and says why.
                    token: OidcToken::Brought(
                        person.token.clone().unwrap_or_else(|| Arc::new(Secret::new("none".into()))).into(),
                    ),
                });
                (self.own.in_name_of(source.clone(), Some(&role.role_arn)), Some(source))
            }
        };
        Entry { gateway: Arc::new(gateway), with_oidc, used: Instant::now() }
    }
}

/// What ActionTrail shows: the name as far as it may be written there, and a mark of the ID, as names can be alike.
fn session_name(person: &Person) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || ".@-_".contains(c) { c } else { '-' };
    let name: String = person.name.chars().map(allowed).take(50).collect();
    let mark: String = person.mark().chars().take(8).collect();
    format!("{name}-{mark}")
}

/// Of whom no role is for: nothing is signed in their name.
struct NoRole;

#[async_trait]
impl Provider for NoRole {
    async fn credentials(&self) -> Result<Arc<Credentials>, CloudError> {
        let why = "no [[assume_role]] of the configuration is for a group of this person";
        Err(CloudError {
            code: Some(NO_ROLE.into()),
            ..CloudError::new(ErrorKind::NoPermission, Service::Sts, "AssumeRole", why)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_name_is_what_sts_takes_and_tells_people_apart() {
        let person = |id: &str, name: &str| Person { id: id.into(), name: name.into(), ..Person::everyone() };
        for name in ["eva@example.com", "Eva Å \u{202e}Øst", "", &"x".repeat(200)] {
            let name = session_name(&person("oidc:https://a|1", name));
            let is_allowed = |c: char| c.is_ascii_alphanumeric() || ".@-_".contains(c);
            assert!((2..=64).contains(&name.len()) && name.chars().all(is_allowed), "{name}");
        }
        assert_ne!(
            session_name(&person("local:eva", "eva")),
            session_name(&person("oidc:https://a|eva", "eva"))
        );
    }

    #[test]
    fn a_mapping_that_cannot_be_meant_is_refused() {
        let check = |text: &str| {
            toml::from_str::<AssumeRole>(text).map_err(|error| error.to_string()).and_then(|it| it.check())
        };
        let arn = "role_arn = 'acs:ram::1234567890123456:role/a'";
        assert_eq!(check(&format!("group = 'g'\n{arn}")), Ok(()));
        assert_eq!(
            check(&format!("group = 'g'\n{arn}\noidc_provider_arn = 'acs:ram::1:oidc-provider/c'")),
            Ok(())
        );
        for wrong in [
            format!("group = ''\n{arn}"),
            "group = 'g'\nrole_arn = 'payments'".into(),
            format!("group = 'g'\n{arn}\nseconds = 60"),
            format!("group = 'g'\n{arn}\noidc_provider_arn = 'company'"),
            format!("groups = ['g']\n{arn}"),
        ] {
            assert!(check(&wrong).is_err(), "{wrong}");
        }
    }
}
