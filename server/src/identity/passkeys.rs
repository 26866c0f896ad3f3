//! Passkeys of local accounts (WebAuthn): they sign in by themselves, device and its owner being two factors. They belong to a
//! name, so there are none where the console is reached by an IP address.

use anyhow::Context;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Row;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::Refused;
use super::steps::{Kind, Steps};
use crate::storage::{Database, now_ms};

/// So many an account.
const MOST: usize = 20;

/// A passkey as its owner sees it.
#[derive(Clone, Debug)]
pub(crate) struct PasskeyRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created_ms: i64,
}

/// What a browser is asked to do, with the token that goes on with it.
pub(crate) struct Ceremony {
    pub(crate) step: String,
    /// For `PublicKeyCredential.parse…OptionsFromJSON`.
    pub(crate) options: Value,
}

#[derive(Clone)]
pub(crate) struct Passkeys {
    database: Database,
    steps: Steps,
    webauthn: Webauthn,
}

impl Passkeys {
    /// `None` where the console has no name.
    pub(super) fn new(database: Database, steps: Steps, public_url: &str) -> anyhow::Result<Option<Self>> {
        let origin = Url::parse(public_url).context("the public URL is none")?;
        let Some(host) = origin.domain() else { return Ok(None) };
        let webauthn = WebauthnBuilder::new(host, &origin)?.rp_name("Keyturn").build()?;
        Ok(Some(Self { database, steps, webauthn }))
    }

    pub(crate) async fn list(&self, account: &str) -> Result<Vec<PasskeyRow>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT id, name, created_ms FROM passkeys WHERE account = $1 ORDER BY created_ms, id",
        )
        .bind(account)
        .fetch_all(self.database.pool())
        .await?;
        let row = |row: &sqlx::any::AnyRow| {
            Ok(PasskeyRow { id: row.try_get(0)?, name: row.try_get(1)?, created_ms: row.try_get(2)? })
        };
        rows.iter().map(row).collect()
    }

    /// Begins the making of one. `None` where there are too many already.
    pub(crate) async fn begin_new(&self, account: &str) -> Result<Option<Ceremony>, sqlx::Error> {
        let known = self.of(account).await?;
        if known.len() >= MOST {
            return Ok(None);
        }
        let exclude = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let begun =
            self.webauthn.start_passkey_registration(user_of(account), account, account, Some(exclude));
        let (challenge, state) = begun.map_err(other)?;
        let mut options = serde_json::to_value(challenge).map_err(other)?["publicKey"].take();
        // One that is found without a name being typed.
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        let step = self.steps.begin(Kind::NewPasskey, account, &state).await?;
        Ok(Some(Ceremony { step, options }))
    }

    /// Keeps what the browser made, where it is what was asked for.
    pub(crate) async fn add(
        &self,
        account: &str,
        step: &str,
        credential: &str,
        name: &str,
    ) -> Result<Result<(), Refused>, sqlx::Error> {
        let begun: Option<(String, PasskeyRegistration)> = self.steps.of(Kind::NewPasskey, step).await?;
        let Some((_, state)) = begun.filter(|(of, _)| of == account) else {
            return Ok(Err(Refused::Expired));
        };
        let Ok(credential) = serde_json::from_str::<RegisterPublicKeyCredential>(credential) else {
            return Ok(Err(Refused::Wrong));
        };
        let passkey = match self.webauthn.finish_passkey_registration(&credential, &state) {
            Ok(passkey) if self.steps.end(step).await? => passkey,
            Ok(_) => return Ok(Err(Refused::Expired)),
            Err(_) => return Ok(Err(Refused::Wrong)),
        };
        let made = sqlx::query(
            "INSERT INTO passkeys (id, account, name, passkey, created_ms) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(id_of(&passkey))
        .bind(account)
        .bind(name)
        .bind(serde_json::to_string(&passkey).map_err(other)?)
        .bind(now_ms())
        .execute(self.database.pool())
        .await?;
        // What was begun by the password alone is over.
        self.steps.end_all_of(account).await?;
        Ok((made.rows_affected() > 0).then_some(()).ok_or(Refused::Wrong))
    }

    /// Whether there was one of that ID.
    pub(crate) async fn remove(&self, account: &str, id: &str) -> Result<bool, sqlx::Error> {
        let removed = sqlx::query("DELETE FROM passkeys WHERE account = $1 AND id = $2")
            .bind(account)
            .bind(id)
            .execute(self.database.pool())
            .await?;
        Ok(removed.rows_affected() > 0)
    }

    pub(crate) async fn remove_all(&self, account: &str) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM passkeys WHERE account = $1")
            .bind(account)
            .execute(self.database.pool())
            .await
            .map(drop)
    }

    /// Begins a sign-in: the browser offers what it has.
    pub(crate) async fn begin(&self) -> Result<Ceremony, sqlx::Error> {
        let (challenge, state) = self.webauthn.start_discoverable_authentication().map_err(other)?;
        let options = serde_json::to_value(challenge).map_err(other)?["publicKey"].take();
        let step = self.steps.begin(Kind::Passkey, "", &state).await?;
        Ok(Ceremony { step, options })
    }

    /// The account whose passkey answered, once for each challenge.
    pub(super) async fn account(&self, step: &str, credential: &str) -> Result<Option<String>, sqlx::Error> {
        let begun: Option<(String, DiscoverableAuthentication)> = self.steps.of(Kind::Passkey, step).await?;
        // Right or wrong: a challenge is answered once.
        let is_open = self.steps.end(step).await?;
        let (Some((_, state)), true) = (begun, is_open) else { return Ok(None) };
        let Ok(credential) = serde_json::from_str::<PublicKeyCredential>(credential) else { return Ok(None) };
        let Ok((user, id)) = self.webauthn.identify_discoverable_authentication(&credential) else {
            return Ok(None);
        };
        let row = sqlx::query("SELECT account, passkey FROM passkeys WHERE id = $1")
            .bind(BASE64_URL_SAFE_NO_PAD.encode(id))
            .fetch_optional(self.database.pool())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let account: String = row.try_get(0)?;
        let mut passkey: Passkey = serde_json::from_str(&row.try_get::<String, _>(1)?).map_err(other)?;
        let key = DiscoverableKey::from(&passkey);
        let answer = self.webauthn.finish_discoverable_authentication_v2(&credential, state, &key);
        let Ok(answer) = answer else { return Ok(None) };
        if user != user_of(&account) || !answer.user_verified() {
            return Ok(None);
        }
        if passkey.update_credential(&answer) == Some(true) {
            sqlx::query("UPDATE passkeys SET passkey = $1 WHERE id = $2")
                .bind(serde_json::to_string(&passkey).map_err(other)?)
                .bind(id_of(&passkey))
                .execute(self.database.pool())
                .await?;
        }
        Ok(Some(account))
    }

    async fn of(&self, account: &str) -> Result<Vec<Passkey>, sqlx::Error> {
        let rows = sqlx::query("SELECT passkey FROM passkeys WHERE account = $1")
            .bind(account)
            .fetch_all(self.database.pool())
            .await?;
        rows.iter().map(|row| serde_json::from_str(&row.try_get::<String, _>(0)?).map_err(other)).collect()
    }
}

/// What an authenticator knows the account by: it tells nothing about anybody.
fn user_of(account: &str) -> Uuid {
    let digest = Sha256::digest(format!("keyturn passkey user {account}"));
    Uuid::from_bytes(*digest.first_chunk().expect("32 bytes hold 16"))
}

fn id_of(passkey: &Passkey) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(passkey.cred_id())
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
