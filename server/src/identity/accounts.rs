//! Local accounts, for small teams and tests: a name, groups, a password as its Argon2id hash. Passwords are chosen by their
//! owners, behind a one-time link; the first administrator's is printed at the start.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sqlx::Row;
use sqlx::any::AnyRow;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::grants::is_plain;
use super::limits::{Beginning, Budget, Limits, Over};
use super::token;
use crate::networks::ClientNetworks;
use crate::storage::{Database, containing, now_ms};

/// The columns of an [`Account`], and its password. Never `*`: a replica of the next version can add columns.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT name, groups_json, password_hash, is_disabled, created_ms FROM accounts ", $rest)
    };
}

/// Those in this group may all: the first account is in it.
pub(crate) const ADMINISTRATORS: &str = "administrators";
/// NIST SP 800-63B: length is what counts.
pub(crate) const MIN_PASSWORD: usize = 12;
/// More than anybody types; it bounds the work of hashing.
pub(crate) const MAX_PASSWORD: usize = 256;
/// How long a one-time link opens.
pub(crate) const INVITED_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// How long one waits for its turn.
const TURN: Duration = Duration::from_secs(10);

/// An account as an administrator sees it.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) groups: Vec<String>,
    pub(crate) has_password: bool,
    pub(crate) is_disabled: bool,
    pub(crate) created_ms: i64,
}

impl Account {
    /// Its ID in rules and in the audit log.
    pub(crate) fn person(&self) -> String {
        format!("local:{}", self.name)
    }
}

/// Why somebody is not let in. One word for every reason that would tell who exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Wrong,
    /// How long to wait, and whether that begins with this try: only then it is written down.
    TooOften {
        wait: Duration,
        is_first: bool,
    },
    /// The database does not answer, or too many are signing in.
    Unavailable,
    /// What was begun is over: it took too long, or was used.
    Expired,
    /// A second factor is required, and this account has a passkey.
    NeedsPasskey,
}

/// What a new account or a new password is refused for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Invalid {
    Name,
    Taken,
    Password,
    /// Common, or made of what others know.
    Guessable,
    Link,
    /// There is no such account.
    Gone,
}

#[derive(Clone)]
pub(crate) struct Accounts {
    database: Database,
    limits: Limits,
    turns: Arc<Semaphore>,
}

impl Refused {
    /// As the audit log has it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Wrong => "wrong_code",
            Self::Expired => "expired",
            Self::NeedsPasskey => "needs_passkey",
            Self::TooOften { .. } => "throttled",
            Self::Unavailable => "internal",
        }
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "the database failed at sign-in");
        Self::Unavailable
    }
}

impl Accounts {
    pub(crate) fn new(database: Database, networks: ClientNetworks) -> Self {
        let limits = Limits::new(database.clone(), networks, None);
        Self { database, limits, turns: Arc::new(Semaphore::new(hashes_at_once())) }
    }

    /// The account of this name and password. What is not there takes as long as what is. A try that is counted until
    /// [`Accounts::forgive`].
    pub(super) async fn of_password(
        &self,
        name: &str,
        password: Zeroizing<String>,
        budget: Budget<'_>,
    ) -> Result<Account, Refused> {
        let name = name.trim().to_lowercase();
        self.count(&name, budget).await?;
        let row =
            sqlx::query(select!("WHERE name = $1")).bind(&name).fetch_optional(self.database.pool()).await?;
        let hash: Option<String> = match &row {
            Some(row) => row.try_get("password_hash")?,
            None => None,
        };
        let is_right = self.is_right(password, hash).await?;
        let account = row.map(|row| account(&row)).transpose()?;
        match account.filter(|account| is_right && account.has_password && !account.is_disabled) {
            Some(account) => Ok(account),
            None => Err(Refused::Wrong),
        }
    }

    /// A try at a password or a code, of which there are only so many.
    pub(super) async fn count(&self, name: &str, budget: Budget<'_>) -> Result<(), Refused> {
        within(self.limits.count(name, budget).await?)
    }

    pub(super) async fn begun(&self, budget: Budget<'_>, what: Beginning) -> Result<(), Refused> {
        within(self.limits.begun(budget, what).await?)
    }

    /// Somebody is in: the tries before were their own slips.
    pub(super) async fn forgive(&self, name: &str, budget: Budget<'_>) -> Result<(), Refused> {
        Ok(self.limits.forgive(name, budget).await?)
    }

    /// An attempt was right, though another step may follow.
    pub(super) async fn settle(&self, budget: Budget<'_>) -> Result<(), Refused> {
        Ok(self.limits.settle(budget).await?)
    }

    /// The account as it is now; `None` where it is gone or disabled.
    pub(crate) async fn enabled(&self, name: &str) -> Result<Option<Account>, sqlx::Error> {
        let row = sqlx::query(select!("WHERE name = $1 AND is_disabled = 0"))
            .bind(name)
            .fetch_optional(self.database.pool())
            .await?;
        row.map(|row| account(&row)).transpose()
    }

    /// So many by name after this one, of those whose name holds this text.
    pub(crate) async fn list(&self, find: &str, after: &str, most: i64) -> Result<Vec<Account>, sqlx::Error> {
        let rows = sqlx::query(select!("WHERE name LIKE $1 ESCAPE '!' AND name > $2 ORDER BY name LIMIT $3"))
            .bind(containing(&find.to_lowercase()))
            .bind(after)
            .bind(most)
            .fetch_all(self.database.pool())
            .await?;
        rows.iter().map(account).collect()
    }

    /// Makes an account without a password, and answers the token of the link for its owner.
    pub(crate) async fn invite(
        &self,
        name: &str,
        groups: &[String],
    ) -> Result<Result<String, Invalid>, sqlx::Error> {
        let name = name.trim().to_lowercase();
        if !is_account_name(&name) || !groups.iter().all(|group| is_plain(group)) {
            return Ok(Err(Invalid::Name));
        }
        let made = sqlx::query(
            "INSERT INTO accounts (name, groups_json, is_disabled, created_ms) VALUES ($1, $2, 0, $3) \
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(&name)
        .bind(serde_json::to_string(groups).unwrap_or_else(|_| "[]".into()))
        .bind(now_ms())
        .execute(self.database.pool())
        .await?;
        if made.rows_affected() == 0 {
            return Ok(Err(Invalid::Taken));
        }
        Ok(Ok(self.link(&name).await?))
    }

    /// A new one-time link for an account, for example after a forgotten password. Those before open no more. `None` where the
    /// account is not there, or disabled.
    pub(crate) async fn new_link(&self, name: &str) -> Result<Option<String>, sqlx::Error> {
        match self.enabled(name).await? {
            Some(_) => self.link(name).await.map(Some),
            None => Ok(None),
        }
    }

    async fn link(&self, name: &str) -> Result<String, sqlx::Error> {
        let token = token::new();
        let expires_ms = now_ms() + i64::try_from(INVITED_FOR.as_millis()).unwrap_or_default();
        let mut transaction = self.database.begin().await?;
        sqlx::query("DELETE FROM invitations WHERE account = $1 OR expires_ms < $2")
            .bind(name)
            .bind(now_ms())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO invitations (token_hash, account, expires_ms) VALUES ($1, $2, $3)")
            .bind(token::hash(&token))
            .bind(name)
            .bind(expires_ms)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// Whose link this is, while it opens.
    pub(crate) async fn invited(&self, token: &str) -> Result<Option<String>, sqlx::Error> {
        let row = sqlx::query(
            "SELECT account FROM invitations WHERE token_hash = $1 AND expires_ms >= $2 \
             AND account IN (SELECT name FROM accounts WHERE is_disabled = 0)",
        )
        .bind(token::hash(token))
        .bind(now_ms())
        .fetch_optional(self.database.pool())
        .await?;
        row.map(|row| row.try_get(0)).transpose()
    }

    /// Sets the password behind a one-time link, which opens no more then. Answers the account's name.
    pub(crate) async fn accept(
        &self,
        token: &str,
        password: Zeroizing<String>,
    ) -> Result<Result<String, Invalid>, Refused> {
        if !is_password(&password) {
            return Ok(Err(Invalid::Password));
        }
        let Some(name) = self.invited(token).await? else { return Ok(Err(Invalid::Link)) };
        let Some(hash) = self.hashed(password, name).await? else { return Ok(Err(Invalid::Guessable)) };
        let mut transaction = self.database.begin().await?;
        let used = sqlx::query("DELETE FROM invitations WHERE token_hash = $1 RETURNING account")
            .bind(token::hash(token))
            .fetch_optional(&mut *transaction)
            .await?;
        // Somebody was quicker.
        let Some(row) = used else { return Ok(Err(Invalid::Link)) };
        let name: String = row.try_get(0)?;
        sqlx::query("UPDATE accounts SET password_hash = $1 WHERE name = $2")
            .bind(hash)
            .bind(&name)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Ok(name))
    }

    /// Whether there is such an account.
    pub(crate) async fn set_disabled(&self, name: &str, is_disabled: bool) -> Result<bool, sqlx::Error> {
        let changed = sqlx::query("UPDATE accounts SET is_disabled = $1 WHERE name = $2")
            .bind(i64::from(is_disabled))
            .bind(name)
            .execute(self.database.pool())
            .await?;
        Ok(changed.rows_affected() > 0)
    }

    /// One of them, disabled or not.
    pub(crate) async fn one(&self, name: &str) -> Result<Option<Account>, sqlx::Error> {
        let row =
            sqlx::query(select!("WHERE name = $1")).bind(name).fetch_optional(self.database.pool()).await?;
        row.map(|row| account(&row)).transpose()
    }

    pub(super) async fn end_links(&self, name: &str) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM invitations WHERE account = $1")
            .bind(name)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    /// They hold for running sessions at once.
    pub(crate) async fn set_groups(
        &self,
        name: &str,
        groups: &[String],
    ) -> Result<Result<(), Invalid>, sqlx::Error> {
        if !groups.iter().all(|group| is_plain(group)) {
            return Ok(Err(Invalid::Name));
        }
        let changed = sqlx::query("UPDATE accounts SET groups_json = $1 WHERE name = $2")
            .bind(serde_json::to_string(groups).unwrap_or_else(|_| "[]".into()))
            .bind(name)
            .execute(self.database.pool())
            .await?;
        Ok(if changed.rows_affected() > 0 { Ok(()) } else { Err(Invalid::Gone) })
    }

    /// With its link and what it signs in with. Whether there was such an account.
    pub(crate) async fn delete(&self, name: &str) -> Result<bool, sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        for table in ["invitations", "totps", "recovery_codes", "passkeys", "steps", "devices"] {
            let rows = sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE account = $1"));
            sqlx::query(rows).bind(name).execute(&mut *transaction).await?;
        }
        let deleted =
            sqlx::query("DELETE FROM accounts WHERE name = $1").bind(name).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// The token of a link for the first administrator, where nobody can sign in yet.
    pub(crate) async fn first(&self) -> Result<Option<String>, sqlx::Error> {
        let row = sqlx::query("SELECT COUNT(*) FROM accounts WHERE password_hash IS NOT NULL")
            .fetch_one(self.database.pool())
            .await?;
        if row.try_get::<i64, _>(0)? > 0 {
            return Ok(None);
        }
        match self.invite("admin", &[ADMINISTRATORS.to_owned()]).await? {
            Ok(token) => Ok(Some(token)),
            // An earlier start printed one, which was not used.
            Err(_) => self.new_link("admin").await,
        }
    }

    async fn is_right(&self, password: Zeroizing<String>, hash: Option<String>) -> Result<bool, Refused> {
        self.in_turn(move || {
            let hash = hash.unwrap_or_else(|| nobody().to_owned());
            Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()
        })
        .await
    }

    /// `None` where others would guess it.
    async fn hashed(&self, password: Zeroizing<String>, name: String) -> Result<Option<String>, Refused> {
        self.in_turn(move || match is_guessable(&password, &name) {
            true => Ok(None),
            false => hash(&password).map(Some).ok_or(Refused::Unavailable),
        })
        .await?
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refused> {
        let turn = tokio::time::timeout(TURN, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Refused::Unavailable) };
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|_| Refused::Unavailable)
    }
}

/// Each takes 19 MiB and tens of milliseconds of a core: half of the cores are left to everybody else.
fn hashes_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2).min(4))
}

/// What a limit comes to.
fn within(over: Over) -> Result<(), Refused> {
    match over {
        Some((wait, is_first)) => Err(Refused::TooOften { wait, is_first }),
        None => Ok(()),
    }
}

/// What a name may be: as people write it in logs and rules.
fn is_account_name(name: &str) -> bool {
    let is_allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '@');
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.len() <= 64 && name.chars().all(is_allowed)
}

fn is_password(password: &str) -> bool {
    password.chars().count() >= MIN_PASSWORD && password.len() <= MAX_PASSWORD
}

/// NIST SP 800-63B: what is common, or made of what others know, is refused. Below "safely unguessable" of zxcvbn's scale.
fn is_guessable(password: &str, name: &str) -> bool {
    zxcvbn::zxcvbn(password, &[name, "keyturn"]).score() < zxcvbn::Score::Three
}

fn hash(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

/// The hash of nobody's password, so that a name that is not there takes its time too.
fn nobody() -> &'static str {
    static NOBODY: OnceLock<String> = OnceLock::new();
    NOBODY.get_or_init(|| hash(&token::new()).unwrap_or_default())
}

fn account(row: &AnyRow) -> Result<Account, sqlx::Error> {
    let groups: String = row.try_get("groups_json")?;
    Ok(Account {
        name: row.try_get("name")?,
        groups: serde_json::from_str(&groups).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        has_password: row.try_get::<Option<String>, _>("password_hash")?.is_some(),
        is_disabled: row.try_get::<i64, _>("is_disabled")? != 0,
        created_ms: row.try_get("created_ms")?,
    })
}
