//! Who is asking and what they may: sign-in, sessions, local accounts, grants.

mod accounts;
mod devices;
mod factors;
mod grants;
mod limits;
mod oidc;
mod page_marks;
mod passkeys;
mod person;
mod rules;
mod sealed;
mod sessions;
mod steps;
pub(crate) mod token;

use std::sync::Arc;
use std::time::Duration;

use keyturn_cloud::credentials::Secret;

use zeroize::Zeroizing;

use crate::networks::ClientNetworks;
use crate::storage::{Database, now_ms};
use devices::Devices;
use limits::Budget;
use steps::{Kind, Steps};

pub(crate) use accounts::{Account, Accounts, Invalid, MIN_PASSWORD, Refused};
pub(crate) use devices::DEVICE_TTL;
pub(crate) use factors::{Enrolment, Factors};
pub(crate) use grants::{
    Grant, Grants, Misfit, Place, Role, Why, is_in, is_person, is_tag, tags_of, unknown_region,
};
pub(crate) use limits::{Beginning, Limits, Most};
pub(crate) use oidc::{Callback, Failed, LoggedOut, Oidc, Provider};
pub(crate) use page_marks::PageMarks;
pub(crate) use passkeys::{Ceremony, PasskeyRow, Passkeys};
pub(crate) use person::Person;
pub(crate) use rules::{MOST_RULES, Rules};
pub(crate) use sessions::{Beginner, SessionRow, Sessions, Started, mark};

/// How people sign in.
pub(crate) enum Identity {
    /// Not at all: everybody who reaches the console may everything.
    None,
    SignIn(Box<SignIn>),
}

/// Everything that sign-in needs.
pub(crate) struct SignIn {
    /// Whether there are accounts of Keyturn's own.
    pub(crate) has_local: bool,
    pub(crate) accounts: Accounts,
    /// Whether a password alone does not sign in.
    pub(crate) needs_second_factor: bool,
    pub(crate) factors: Factors,
    /// `None` where the console is reached by an IP address.
    pub(crate) passkeys: Option<Passkeys>,
    steps: Steps,
    devices: Devices,
    page_marks: PageMarks,
    pub(crate) oidc: Option<Oidc>,
    pub(crate) sessions: Sessions,
    pub(crate) networks: ClientNetworks,
    /// Whether people's own tokens are kept, to make calls by.
    pub(crate) keeps_tokens: bool,
    pub(crate) rules: Rules,
}

/// What a right password comes to.
pub(crate) enum Entered {
    Session(Started),
    /// A code of the app is to come.
    Code {
        step: String,
    },
    /// An app is to be set up first.
    Enrol {
        step: String,
        enrolment: Enrolment,
    },
}

/// What a right code comes to.
pub(crate) struct Coded {
    pub(crate) started: Started,
    /// `totp` or `recovery_code`.
    pub(crate) with: &'static str,
    /// Where an app was set up with it: to be shown once.
    pub(crate) recovery_codes: Vec<String>,
}

/// Where somebody signs in.
pub(crate) struct From<'a> {
    pub(crate) address: &'a str,
    pub(crate) agent: &'a str,
    /// The session that this browser has so far: it ends.
    pub(crate) earlier: Option<&'a str>,
    /// The token of the cookie by which a browser is known.
    pub(crate) device: Option<&'a str>,
}

impl SignIn {
    pub(crate) fn new(
        database: &Database,
        configured: Vec<Grant>,
        idle: Duration,
        absolute: Duration,
        networks: ClientNetworks,
    ) -> Self {
        Self {
            has_local: true,
            oidc: None,
            accounts: Accounts::new(database.clone(), networks),
            needs_second_factor: false,
            factors: Factors::new(database.clone()),
            passkeys: None,
            steps: Steps::new(database.clone()),
            devices: Devices::new(database.clone()),
            page_marks: PageMarks::new(),
            networks,
            keeps_tokens: false,
            sessions: Sessions::new(database.clone(), idle, absolute),
            rules: Rules::new(database.clone(), configured),
        }
    }

    /// Whose session this is, with what this person may now: a change of accounts and rules holds at once. `is_use` says whether
    /// it lasts longer by it.
    pub(crate) async fn person_of(&self, token: &str, is_use: bool) -> Result<Option<Person>, sqlx::Error> {
        let Some(session) = self.sessions.of_token(token, is_use).await? else { return Ok(None) };
        // A second factor is required since it began.
        if self.needs_second_factor && session.is_by_password_alone && session.person.starts_with("local:") {
            return Ok(None);
        }
        let Some((groups, grants)) = self.grants_of(&session.person, session.groups).await? else {
            return Ok(None);
        };
        Ok(Some(Person {
            page_mark: self.page_marks.of(&session.person),
            id: session.person,
            name: session.name,
            groups,
            grants,
            session: Some(session.id_hash),
            token: session
                .sealed_token
                .and_then(|sealed| sealed::open(token, &sealed))
                .map(|token| Arc::new(Secret::new(token.to_string()))),
            privileged_until_ms: session.privileged_until_ms,
        }))
    }

    /// The groups of somebody who was last seen in these, and what they may, by the rules as they are now. Those of a local
    /// account are its own; `None` where it is gone or disabled.
    pub(crate) async fn grants_of(
        &self,
        person: &str,
        mut groups: Vec<String>,
    ) -> Result<Option<(Vec<String>, Grants)>, sqlx::Error> {
        if let Some(name) = person.strip_prefix("local:") {
            let Some(account) = self.accounts.enabled(name).await? else { return Ok(None) };
            groups = account.groups;
        }
        let grants = Grants::new(self.rules.all().await?, person, &groups);
        Ok(Some((groups, grants)))
    }

    /// Why somebody in these groups, and those of a local account, may or may not, by the rules as they are now.
    pub(crate) async fn why(
        &self,
        person: &str,
        mut groups: Vec<String>,
        place: Place<'_>,
    ) -> Result<Why, sqlx::Error> {
        let mut is_no_account = false;
        if let Some(name) = person.strip_prefix("local:") {
            match self.accounts.enabled(name).await? {
                Some(account) => groups.extend(account.groups),
                None => is_no_account = true,
            }
        }
        let why = Grants::new(self.rules.all().await?, person, &groups).why(place);
        Ok(match is_no_account {
            true => Why { is_no_account, role: None, ..why },
            false => why,
        })
    }

    /// With the key of all replicas, so that a page of one is known to the others.
    pub(crate) fn with_page_marks(mut self, page_marks: PageMarks) -> Self {
        self.page_marks = page_marks;
        self
    }

    /// With passkeys, where the public URL has a name.
    pub(crate) fn with_passkeys(mut self, database: &Database, public_url: &str) -> anyhow::Result<Self> {
        self.passkeys = Passkeys::new(database.clone(), self.steps.clone(), public_url)?;
        Ok(self)
    }

    /// Begins a session for a local account, or says what is needed beside the password. `only` is who must sign in, where
    /// somebody confirms that it is them.
    pub(crate) async fn local(
        &self,
        name: &str,
        password: Zeroizing<String>,
        from: From<'_>,
        only: Option<&str>,
    ) -> Result<Entered, Refused> {
        let known = self.known(&name.trim().to_lowercase(), &from, only).await?;
        let budget = from.budget(known.as_deref());
        let account = self.accounts.of_password(name, password, budget).await?;
        self.accounts.settle(budget).await?;
        if only.is_some_and(|only| only != account.person()) {
            return Err(Refused::Wrong);
        }
        if self.factors.has_totp(&account.name).await? {
            return Ok(Entered::Code { step: self.steps.begin(Kind::Code, &account.name, &()).await? });
        }
        if self.needs_second_factor {
            // Who has another way in than the password sets up no app by the password alone.
            if self.passkeys_of(&account.name).await? > 0 {
                return Err(Refused::NeedsPasskey);
            }
            let (step, enrolment) = self.begin_step(Kind::Enrol, &account.name).await?;
            return Ok(Entered::Enrol { step, enrolment });
        }
        Ok(Entered::Session(self.begin(&account, &from, budget, true).await?))
    }

    /// Goes on after a right password: with a code, or with the first code of an app that was just set up.
    pub(crate) async fn code(
        &self,
        step: &str,
        code: &str,
        from: From<'_>,
        only: Option<&str>,
    ) -> Result<Coded, Refused> {
        let open: Option<(String, ())> = self.steps.of(Kind::Code, step).await?;
        let enrols: Option<(String, String)> = self.steps.of(Kind::Enrol, step).await?;
        let (name, secret) = match (open, enrols) {
            (Some((name, ())), _) => (name, None),
            (None, Some((name, secret))) => (name, Some(Zeroizing::new(secret))),
            (None, None) => return Err(Refused::Expired),
        };
        let account = self.accounts.enabled(&name).await?.ok_or(Refused::Expired)?;
        if only.is_some_and(|only| only != account.person()) {
            return Err(Refused::Wrong);
        }
        let known = self.known(&name, &from, only).await?;
        let budget = from.budget(known.as_deref());
        self.accounts.count(&name, budget).await?;
        let (with, recovery_codes) = match &secret {
            None => (self.factors.take(&name, code, now_s()).await?.ok_or(Refused::Wrong)?, Vec::new()),
            Some(secret) => {
                // The owner has got a second factor meanwhile: who knows the password alone is not the owner.
                if self.factors.has_totp(&name).await? || self.passkeys_of(&name).await? > 0 {
                    return Err(Refused::Expired);
                }
                let codes = self.factors.enrol(&name, secret, code, now_s(), true).await?;
                ("totp", codes.ok_or(Refused::Wrong)?)
            }
        };
        self.accounts.settle(budget).await?;
        if !self.steps.end(step).await? {
            return Err(Refused::Expired);
        }
        if secret.is_some() {
            self.steps.end_all_of(&name).await?;
        }
        Ok(Coded { started: self.begin(&account, &from, budget, false).await?, with, recovery_codes })
    }

    /// How many the account has.
    async fn passkeys_of(&self, account: &str) -> Result<usize, sqlx::Error> {
        match &self.passkeys {
            Some(passkeys) => Ok(passkeys.list(account).await?.len()),
            None => Ok(0),
        }
    }

    /// Whether the account must keep what it has: it is the last beside the password, and one is required.
    pub(crate) async fn is_last_factor(&self, account: &str, is_app: bool) -> Result<bool, sqlx::Error> {
        if !self.needs_second_factor {
            return Ok(false);
        }
        let passkeys = self.passkeys_of(account).await?;
        Ok(match is_app {
            true => passkeys == 0,
            false => passkeys <= 1 && !self.factors.has_totp(account).await?,
        })
    }

    /// Whose account is between password and code.
    pub(crate) async fn in_step(&self, step: &str) -> Result<Option<String>, sqlx::Error> {
        for kind in [Kind::Code, Kind::Enrol] {
            let open: Option<(String, serde_json::Value)> = self.steps.of(kind, step).await?;
            if let Some((name, _)) = open {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// What is under way for an account is over, and links to it open no more.
    pub(crate) async fn end_ways(&self, account: &str) -> Result<(), sqlx::Error> {
        self.steps.end_all_of(account).await?;
        self.accounts.end_links(account).await?;
        self.devices.forget_all(account).await?;
        self.sessions.end_all_of(&format!("local:{account}")).await
    }

    /// Takes app and passkeys away from an account, whose owner has lost them. Its sessions end.
    pub(crate) async fn remove_factors(&self, account: &str) -> Result<(), sqlx::Error> {
        self.factors.remove(account).await?;
        if let Some(passkeys) = &self.passkeys {
            passkeys.remove_all(account).await?;
        }
        self.sessions.end_all_of(&format!("local:{account}")).await
    }

    /// What an app is shown again after a wrong first code, before the first session; `None` where the step is over, or asks for
    /// a code alone.
    pub(crate) async fn enrolment(&self, step: &str) -> Result<Option<Enrolment>, sqlx::Error> {
        let enrols: Option<(String, String)> = self.steps.of(Kind::Enrol, step).await?;
        Ok(enrols.and_then(|(name, secret)| factors::enrolment(&name, &secret)))
    }

    /// The same for somebody who is signed in.
    pub(crate) async fn own_enrolment(
        &self,
        account: &str,
        step: &str,
    ) -> Result<Option<Enrolment>, sqlx::Error> {
        let enrols: Option<(String, String)> = self.steps.of(Kind::AddApp, step).await?;
        Ok(enrols
            .filter(|(of, _)| of == account)
            .and_then(|(name, secret)| factors::enrolment(&name, &secret)))
    }

    /// Begins to set up an app for somebody who is signed in. What is begun here opens no session.
    pub(crate) async fn begin_enrolment(&self, account: &str) -> Result<(String, Enrolment), sqlx::Error> {
        self.begin_step(Kind::AddApp, account).await
    }

    async fn begin_step(&self, kind: Kind, account: &str) -> Result<(String, Enrolment), sqlx::Error> {
        let secret = Zeroizing::new(factors::new_secret());
        let enrolment = factors::enrolment(account, &secret).ok_or(sqlx::Error::WorkerCrashed)?;
        Ok((self.steps.begin(kind, account, &*secret).await?, enrolment))
    }

    /// Ends to set it up, by the app's first code. The recovery codes; `None` where the code is wrong or the step is over.
    pub(crate) async fn enrol(
        &self,
        account: &str,
        step: &str,
        code: &str,
    ) -> Result<Option<Vec<String>>, sqlx::Error> {
        let enrols: Option<(String, String)> = self.steps.of(Kind::AddApp, step).await?;
        let Some((_, secret)) = enrols.filter(|(of, _)| of == account) else { return Ok(None) };
        let secret = Zeroizing::new(secret);
        let codes = self.factors.enrol(account, &secret, code, now_s(), false).await?;
        if codes.is_some() {
            self.steps.end_all_of(account).await?;
        }
        Ok(codes)
    }

    /// Begins a session for the account whose passkey answered.
    pub(crate) async fn passkey(
        &self,
        step: &str,
        credential: &str,
        from: From<'_>,
        only: Option<&str>,
    ) -> Result<Started, Refused> {
        let Some(passkeys) = &self.passkeys else { return Err(Refused::Wrong) };
        let name = passkeys.account(step, credential).await?.ok_or(Refused::Wrong)?;
        let account = self.accounts.enabled(&name).await?.ok_or(Refused::Wrong)?;
        if only.is_some_and(|only| only != account.person()) {
            return Err(Refused::Wrong);
        }
        self.begin(&account, &from, Budget::Address(from.address), false).await
    }

    /// Returns what a client is known by: a session of the account that confirms, or a browser in which the account has
    /// signed in before. `None` for any other client.
    async fn known(
        &self,
        account: &str,
        from: &From<'_>,
        only: Option<&str>,
    ) -> Result<Option<String>, sqlx::Error> {
        let confirms = only.is_some_and(|only| only.strip_prefix("local:") == Some(account));
        match (from.earlier.filter(|_| confirms), from.device) {
            (Some(session), _) => Ok(Some(token::hash(session))),
            (None, Some(device)) => self.devices.known(device, Some(account)).await,
            (None, None) => Ok(None),
        }
    }

    /// Counts a ceremony or a sign-in at a provider that a client begins: by its session, by its browser if any account has signed
    /// in with it before, or else by its network. `session` is the hash of the session's token.
    ///
    /// # Errors
    /// [`Refused::TooOften`] and [`Refused::Unavailable`].
    pub(crate) async fn count_beginning(
        &self,
        what: Beginning,
        session: Option<&str>,
        device: Option<&str>,
        address: &str,
    ) -> Result<(), Refused> {
        let known = match (session, device) {
            (Some(session), _) => Some(session.to_owned()),
            (None, Some(device)) => self.devices.known(device, None).await?,
            (None, None) => None,
        };
        let budget = known.as_deref().map_or(Budget::Address(address), Budget::Known);
        self.accounts.begun(budget, what).await
    }

    /// Remembers the browser of a person who came by a provider; returns the token for its cookie.
    pub(crate) async fn remember(&self, device: Option<&str>, person: &str) -> Result<String, sqlx::Error> {
        self.devices.remember(device, person).await
    }

    /// Begins a session, after attempts of this budget.
    async fn begin(
        &self,
        account: &Account,
        from: &From<'_>,
        budget: Budget<'_>,
        is_by_password_alone: bool,
    ) -> Result<Started, Refused> {
        self.accounts.forgive(&account.name, budget).await?;
        let person = account.person();
        let beginner = Beginner {
            person: &person,
            name: &account.name,
            groups: &account.groups,
            sid: None,
            token: None,
            is_by_password_alone,
            address: from.address,
            agent: from.agent,
        };
        let started = self.sessions.start(beginner, from.earlier).await?;
        let device = Some(self.devices.remember(from.device, &account.name).await?);
        Ok(Started { device, ..started })
    }
}

impl<'a> From<'a> {
    fn budget(&self, known: Option<&'a str>) -> Budget<'a> {
        known.map_or(Budget::Address(self.address), Budget::Known)
    }
}

fn now_s() -> u64 {
    u64::try_from(now_ms() / 1_000).unwrap_or_default()
}

#[cfg(test)]
mod tests;
