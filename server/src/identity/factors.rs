//! The second factor of local accounts: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost.

use qrcodegen::{QrCode, QrCodeEcc};
use sqlx::Row;
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use super::token;
use crate::storage::Database;

/// So many recovery codes at a time.
const CODES: usize = 10;
/// The name that an app shows above its code.
const ISSUER: &str = "Keyturn";
/// RFC 4226 recommends 160 bits.
const SECRET_BYTES: usize = 20;

/// What an authenticator app is given, by picture or by typing.
#[derive(Clone)]
pub(crate) struct Enrolment {
    /// Base32, in groups of four.
    pub(crate) secret: String,
    /// A QR code of the `otpauth` address, as SVG.
    pub(crate) picture: String,
}

#[derive(Clone)]
pub(crate) struct Factors {
    database: Database,
}

impl Factors {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    pub(crate) async fn has_totp(&self, account: &str) -> Result<bool, sqlx::Error> {
        let row = sqlx::query("SELECT 1 FROM totps WHERE account = $1")
            .bind(account)
            .fetch_optional(self.database.pool())
            .await?;
        Ok(row.is_some())
    }

    /// Those that have one.
    pub(crate) async fn accounts(&self) -> Result<Vec<String>, sqlx::Error> {
        let rows = sqlx::query("SELECT account FROM totps").fetch_all(self.database.pool()).await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    }

    /// How many recovery codes are left.
    pub(crate) async fn codes_left(&self, account: &str) -> Result<i64, sqlx::Error> {
        let row = sqlx::query("SELECT COUNT(*) FROM recovery_codes WHERE account = $1")
            .bind(account)
            .fetch_one(self.database.pool())
            .await?;
        row.try_get(0)
    }

    /// Whether an app that was given this secret showed the code. If so it is the account's from now on, and these are its
    /// recovery codes; those before open no more. Who has shown a password alone sets up the first app, and replaces none.
    pub(super) async fn enrol(
        &self,
        account: &str,
        secret: &str,
        code: &str,
        now_s: u64,
        is_by_password_alone: bool,
    ) -> Result<Option<Vec<String>>, sqlx::Error> {
        let step = totp(account, secret).and_then(|totp| totp.check(&digits(code), now_s));
        let Some(step) = step else { return Ok(None) };
        let mut transaction = self.database.begin().await?;
        let set = sqlx::query(
            "INSERT INTO totps (account, secret, last_step) VALUES ($1, $2, $3) \
             ON CONFLICT (account) DO UPDATE SET secret = $2, last_step = $3 WHERE $4 = 0",
        )
        .bind(account)
        .bind(secret)
        .bind(i64::try_from(step).unwrap_or(i64::MAX))
        .bind(i64::from(is_by_password_alone))
        .execute(&mut *transaction)
        .await?;
        if set.rows_affected() == 0 {
            return Ok(None);
        }
        let codes = renew(&mut transaction, account).await?;
        transaction.commit().await?;
        Ok(Some(codes))
    }

    /// New recovery codes in place of those before.
    pub(crate) async fn new_codes(&self, account: &str) -> Result<Vec<String>, sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        let codes = renew(&mut transaction, account).await?;
        transaction.commit().await?;
        Ok(codes)
    }

    /// Takes a code of the app or a recovery code, each once. Answers what it was.
    pub(super) async fn take(
        &self,
        account: &str,
        code: &str,
        now_s: u64,
    ) -> Result<Option<&'static str>, sqlx::Error> {
        let row = sqlx::query("SELECT secret FROM totps WHERE account = $1")
            .bind(account)
            .fetch_optional(self.database.pool())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let secret = Zeroizing::new(row.try_get::<String, _>(0)?);
        if let Some(step) = totp(account, &secret).and_then(|totp| totp.check(&digits(code), now_s)) {
            let step = i64::try_from(step).unwrap_or(i64::MAX);
            let taken = sqlx::query("UPDATE totps SET last_step = $1 WHERE account = $2 AND last_step < $1")
                .bind(step)
                .bind(account)
                .execute(self.database.pool())
                .await?;
            return Ok((taken.rows_affected() > 0).then_some("totp"));
        }
        let taken = sqlx::query("DELETE FROM recovery_codes WHERE account = $1 AND code_hash = $2")
            .bind(account)
            .bind(token::hash(&plain(code)))
            .execute(self.database.pool())
            .await?;
        Ok((taken.rows_affected() > 0).then_some("recovery_code"))
    }

    /// The password alone signs in again.
    pub(crate) async fn remove(&self, account: &str) -> Result<(), sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        for statement in
            ["DELETE FROM totps WHERE account = $1", "DELETE FROM recovery_codes WHERE account = $1"]
        {
            sqlx::query(statement).bind(account).execute(&mut *transaction).await?;
        }
        transaction.commit().await
    }
}

/// A new secret for an app, in base32.
pub(super) fn new_secret() -> String {
    let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES]);
    getrandom::fill(&mut *bytes).expect("the system has randomness");
    Secret::from(bytes.to_vec()).to_base32()
}

/// What an app is given; `None` for a secret that is none.
pub(super) fn enrolment(account: &str, secret: &str) -> Option<Enrolment> {
    let url = totp(account, secret)?.to_url().ok()?;
    let code = QrCode::encode_text(&url, QrCodeEcc::Medium).ok()?;
    let groups: Vec<&str> =
        (0..secret.len()).step_by(4).filter_map(|at| secret.get(at..(at + 4).min(secret.len()))).collect();
    Some(Enrolment { secret: groups.join(" "), picture: svg(&code) })
}

fn totp(account: &str, secret: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    // A colon divides issuer and account in the address.
    let account = account.replace(':', " ");
    Builder::new().with_secret(secret).with_account_name(account).with_issuer(Some(ISSUER)).build().ok()
}

async fn renew(
    transaction: &mut sqlx::Transaction<'_, sqlx::Any>,
    account: &str,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query("DELETE FROM recovery_codes WHERE account = $1")
        .bind(account)
        .execute(&mut **transaction)
        .await?;
    let codes: Vec<String> = (0..CODES).map(|_| new_code()).collect();
    for code in &codes {
        sqlx::query("INSERT INTO recovery_codes (account, code_hash) VALUES ($1, $2)")
            .bind(account)
            .bind(token::hash(&plain(code)))
            .execute(&mut **transaction)
            .await?;
    }
    Ok(codes)
}

/// 80 bits in four groups: a plain hash of it will do, nobody guesses that.
fn new_code() -> String {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    let text = Secret::from(bytes.to_vec()).to_base32().to_lowercase();
    format!("{}-{}-{}-{}", &text[..4], &text[4..8], &text[8..12], &text[12..])
}

/// As people type it: in groups, with capitals.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

fn digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A path of unit squares, with the quiet zone that readers need.
fn svg(code: &QrCode) -> String {
    use std::fmt::Write;
    let (size, margin) = (code.size(), 4);
    let mut path = String::new();
    for (x, y) in
        (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).filter(|&(x, y)| code.get_module(x, y))
    {
        let _ = write!(path, "M{} {}h1v1h-1z", x + margin, y + margin);
    }
    let whole = size + 2 * margin;
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {whole} {whole}' shape-rendering='crispEdges'>\
         <path fill='#fff' d='M0 0h{whole}v{whole}H0z'/><path d='{path}'/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::tests::databases;

    fn code_at(secret: &str, now_s: u64) -> String {
        totp("eva", secret).unwrap().generate(now_s).to_string()
    }

    #[tokio::test]
    async fn a_code_opens_once_and_in_its_time_only() {
        for database in databases().await {
            let factors = Factors::new(database);
            let (secret, now_s) = (new_secret(), 1_700_000_000);
            assert_eq!(factors.enrol("eva", &secret, "000000", now_s, false).await.unwrap(), None);
            assert!(!factors.has_totp("eva").await.unwrap());
            let codes =
                factors.enrol("eva", &secret, &code_at(&secret, now_s), now_s, false).await.unwrap().unwrap();
            assert!(factors.has_totp("eva").await.unwrap());
            assert_eq!(codes.len(), CODES);
            let take =
                async |account: &str, code: &str, now_s| factors.take(account, code, now_s).await.unwrap();
            assert_eq!(take("eva", &code_at(&secret, now_s), now_s).await, None, "taken at enrolment");
            let next = code_at(&secret, now_s + 60);
            assert_eq!(take("eva", &next, now_s + 600).await, None, "long past");
            assert_eq!(take("ann", &next, now_s + 60).await, None, "somebody else's");
            let spaced = format!("{} {}", &next[..3], &next[3..]);
            assert_eq!(take("eva", &spaced, now_s + 60).await, Some("totp"));
            assert_eq!(take("eva", &next, now_s + 60).await, None, "taken already");
            assert_eq!(
                take("eva", &code_at(&secret, now_s + 30), now_s + 60).await,
                None,
                "before the last one"
            );

            assert_eq!(take("ann", &codes[0], now_s).await, None);
            assert_eq!(
                take("eva", &codes[0].to_uppercase().replace('-', " "), now_s).await,
                Some("recovery_code")
            );
            assert_eq!(take("eva", &codes[0], now_s).await, None);
            assert_eq!(factors.codes_left("eva").await.unwrap(), 9);
            let renewed = factors.new_codes("eva").await.unwrap();
            assert_eq!(take("eva", &codes[1], now_s).await, None, "of the set before");
            assert_eq!(take("eva", &renewed[1], now_s).await, Some("recovery_code"));
            factors.remove("eva").await.unwrap();
            assert_eq!(take("eva", &renewed[2], now_s).await, None);
        }
    }

    #[test]
    fn what_an_app_reads_is_the_secret() {
        let secret = new_secret();
        let shown = enrolment("eva@example.com", &secret).unwrap();
        assert_eq!(shown.secret.replace(' ', ""), secret);
        assert!(shown.picture.starts_with("<svg") && shown.picture.len() > 1_000);
        assert_ne!(secret, new_secret());
    }
}
