//! Who is asking and what they may: sign-in, sessions, local accounts, grants.

mod accounts;
mod grants;
mod limits;
mod oidc;
mod person;
mod rules;
mod sessions;
mod token;

use std::time::Duration;

use zeroize::Zeroizing;

use crate::storage::Database;

pub(crate) use accounts::{Account, Accounts, Invalid, MIN_PASSWORD, Refused};
pub(crate) use grants::{Grant, Grants, Misfit, Place, Role, Why};
pub(crate) use oidc::{Callback, Failed, Oidc, Provider};
pub(crate) use person::Person;
pub(crate) use rules::Rules;
pub(crate) use sessions::{Beginner, SessionRow, Sessions};

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
    pub(crate) oidc: Option<Oidc>,
    pub(crate) sessions: Sessions,
    pub(crate) rules: Rules,
}

/// Where somebody signs in.
pub(crate) struct From<'a> {
    pub(crate) address: &'a str,
    pub(crate) agent: &'a str,
    /// The session that this browser has so far: it ends.
    pub(crate) earlier: Option<&'a str>,
}

impl SignIn {
    pub(crate) fn new(
        database: &Database,
        configured: Vec<Grant>,
        idle: Duration,
        absolute: Duration,
    ) -> Self {
        Self {
            has_local: true,
            oidc: None,
            accounts: Accounts::new(database.clone()),
            sessions: Sessions::new(database.clone(), idle, absolute),
            rules: Rules::new(database.clone(), configured),
        }
    }

    /// Whose session this is, with what this person may now: a change of accounts and rules holds at once.
    pub(crate) async fn person_of(&self, token: &str) -> Result<Option<Person>, sqlx::Error> {
        let Some(session) = self.sessions.of_token(token).await? else { return Ok(None) };
        let groups = match session.person.strip_prefix("local:") {
            Some(name) => match self.accounts.enabled(name).await? {
                Some(account) => account.groups,
                None => return Ok(None),
            },
            None => session.groups,
        };
        let grants = Grants::new(self.rules.all().await?, &session.person, &groups);
        Ok(Some(Person {
            id: session.person,
            name: session.name,
            groups,
            grants,
            session: Some(session.id_hash),
            privileged_until_ms: session.privileged_until_ms,
        }))
    }

    /// Why somebody in these groups, and those of a local account, may or may not, by the rules as they are now.
    pub(crate) async fn why(
        &self,
        person: &str,
        mut groups: Vec<String>,
        place: Place<'_>,
    ) -> Result<Why, sqlx::Error> {
        if let Some(name) = person.strip_prefix("local:")
            && let Some(account) = self.accounts.enabled(name).await?
        {
            groups.extend(account.groups);
        }
        Ok(Grants::new(self.rules.all().await?, person, &groups).why(place))
    }

    /// Begins a session for a local account, and answers the token of its cookie and the person's ID. `only` is who must sign
    /// in, where somebody confirms that it is them.
    pub(crate) async fn local(
        &self,
        name: &str,
        password: Zeroizing<String>,
        from: From<'_>,
        only: Option<&str>,
    ) -> Result<(String, String), Refused> {
        let account = self.accounts.sign_in(name, password, from.address).await?;
        let person = format!("local:{}", account.name);
        if only.is_some_and(|only| only != person) {
            return Err(Refused::Wrong);
        }
        let beginner = Beginner {
            person: &person,
            name: &account.name,
            groups: &account.groups,
            sid: None,
            address: from.address,
            agent: from.agent,
        };
        let token = self.sessions.start(beginner, from.earlier).await?;
        Ok((token, person))
    }
}

#[cfg(test)]
mod tests;
