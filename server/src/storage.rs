//! Keyturn's own database: sessions, accounts, grants and the audit log. SQLite in a file, or PostgreSQL where several
//! replicas share it. Each statement is written once and means the same in both.

use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::{AnyPool, Executor};

/// Writers wait for each other; no statement of ours takes this long by itself.
const WAIT: Duration = Duration::from_secs(5);
const MAX_CONNECTIONS: u32 = 8;

/// The pool, with all migrations applied.
#[derive(Clone)]
pub(crate) struct Database {
    pool: AnyPool,
    /// A SQLite file, and which one it was when it was opened.
    file: Option<(PathBuf, u64)>,
}

/// Whether a SQLite file is made where there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Open {
    OrCreate,
    Existing,
}

impl Database {
    /// `url` is `sqlite://…` or `postgres://…`; a SQLite file is made where there is none. The URL may hold a password,
    /// so no error of ours has it.
    pub(crate) async fn open(url: &str, how: Open) -> anyhow::Result<Self> {
        install_default_drivers();
        let is_sqlite = url.starts_with("sqlite:");
        let options = AnyPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(WAIT)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if is_sqlite {
                        // FULL: what was committed survives a loss of power.
                        connection
                            .execute(
                                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000",
                            )
                            .await?;
                    }
                    Ok(())
                })
            });
        let mode = if how == Open::OrCreate { "rwc" } else { "rw" };
        let full = match is_sqlite && !url.contains('?') {
            true => format!("{url}?mode={mode}"),
            false => url.to_owned(),
        };
        let path = sqlite_path(url);
        if let Some(path) = path.as_ref().filter(|_| how == Open::OrCreate) {
            // Its owner's alone: what people sign in with is in it. That it cannot be made is said by what opens it.
            let _ = std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(path);
        }
        let pool = options.connect(&full).await.context("the database cannot be reached")?;
        // A replica of the next version may have applied more: it only adds.
        let mut migrations = sqlx::migrate!("./migrations");
        migrations
            .set_ignore_missing(true)
            .run(&pool)
            .await
            .context("the database cannot be brought up to date")?;
        let file = path.and_then(|path| inode(&path).map(|inode| (path, inode)));
        Ok(Self { pool, file })
    }

    /// Whether it can be reached, or can be made; nothing is changed in it.
    pub(crate) async fn look(url: &str) -> anyhow::Result<()> {
        install_default_drivers();
        if sqlite_path(url).is_some_and(|path| !path.exists()) {
            return Ok(());
        }
        let options = AnyPoolOptions::new().max_connections(1).acquire_timeout(WAIT);
        let pool = options.connect(url).await.context("the database cannot be reached")?;
        pool.execute("SELECT 1").await.context("the database does not answer")?;
        Ok(())
    }

    /// Whether replicas on other machines can have it, too.
    pub(crate) fn is_shared(&self) -> bool {
        self.file.is_none()
    }

    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Whether the file is still where it was: what is written into one that was removed is lost with the process.
    pub(crate) fn is_in_place(&self) -> bool {
        self.file.as_ref().is_none_or(|(path, opened)| inode(path) == Some(*opened))
    }

    /// Whether what Keyturn lives by can be read and written.
    pub(crate) async fn is_ready(&self) -> bool {
        let check = async {
            self.pool.execute("SELECT seq FROM audit WHERE seq = 0").await?;
            self.pool.execute("UPDATE audit_head SET seq = seq WHERE id = 1").await
        };
        self.is_in_place() && tokio::time::timeout(WAIT, check).await.is_ok_and(|answer| answer.is_ok())
    }
}

/// The file of a SQLite database.
fn sqlite_path(url: &str) -> Option<PathBuf> {
    url.strip_prefix("sqlite://").map(|path| path.split('?').next().unwrap_or_default().into())
}

fn inode(path: &Path) -> Option<u64> {
    std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(path).ok()?).into()
}

/// The default database of a data directory.
pub(crate) fn sqlite_url(data_dir: &Path) -> String {
    format!("sqlite://{}", data_dir.join("keyturn.db").display())
}

/// For `LIKE … ESCAPE '!'`: what holds this text, as it is.
pub(crate) fn containing(text: &str) -> String {
    format!("%{}", starting(text))
}

/// For `LIKE … ESCAPE '!'`: what starts with this text, as it is.
pub(crate) fn starting(text: &str) -> String {
    format!("{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// Now, in milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An empty database of each kind: SQLite always, PostgreSQL where `TEST_POSTGRES` names a server (`make test` starts one).
    pub(crate) async fn databases() -> Vec<Database> {
        let name = format!("keyturn_{}", ulid::Ulid::new().to_string().to_lowercase());
        let file = std::env::temp_dir().join(format!("{name}.db"));
        let mut all =
            vec![Database::open(&format!("sqlite://{}", file.display()), Open::OrCreate).await.unwrap()];
        // As in `postgres://user@host:port`.
        if let Ok(server) = std::env::var("TEST_POSTGRES") {
            let admin = AnyPoolOptions::new()
                .max_connections(1)
                .connect(&format!("{server}/postgres"))
                .await
                .unwrap();
            admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
            all.push(Database::open(&format!("{server}/{name}"), Open::OrCreate).await.unwrap());
        }
        all
    }

    #[tokio::test]
    async fn migrations_are_applied_once_and_a_later_replicas_are_left_alone() {
        let file = std::env::temp_dir().join(format!("keyturn_{}.db", ulid::Ulid::new()));
        let url = format!("sqlite://{}", file.display());
        let database = Database::open(&url, Open::OrCreate).await.unwrap();
        assert!(database.is_ready().await);
        let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                     VALUES (9999, 'of the next version', 1, x'00', 0)";
        database.pool().execute(later).await.unwrap();
        assert!(Database::open(&url, Open::Existing).await.unwrap().is_ready().await);
    }

    #[tokio::test]
    async fn a_file_that_is_taken_away_is_noticed_and_none_is_made_to_be_looked_at() {
        let file = std::env::temp_dir().join(format!("keyturn_{}.db", ulid::Ulid::new()));
        let url = format!("sqlite://{}", file.display());
        assert!(Database::open(&url, Open::Existing).await.is_err());
        assert!(!file.exists());
        let database = Database::open(&url, Open::OrCreate).await.unwrap();
        assert!(database.is_ready().await);
        std::fs::remove_file(&file).unwrap();
        assert!(!database.is_ready().await);
        std::fs::write(&file, []).unwrap();
        assert!(!database.is_ready().await, "another file of that name");
    }
}
