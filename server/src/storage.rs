//! Keyturn's own database: sessions, accounts, grants and the audit log. SQLite in a file, or PostgreSQL where several
//! replicas share it. Each statement is written once and means the same in both.

use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::{Any, AnyPool, Connection, Executor, Transaction};

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
            })
            // A full disk makes SQLite end a transaction that the driver believes to be open. What came after it on this
            // connection would be part of a transaction that nobody commits: such a connection is not used again.
            .after_release(move |connection, _| {
                Box::pin(async move {
                    // A rollback that was only asked for is done before this is answered.
                    if is_sqlite {
                        connection.ping().await?;
                    }
                    Ok(!connection.is_in_transaction())
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

    /// Begins a transaction that writes. SQLite takes the lock of writers at once, so that a transaction that has read does not
    /// fail at its first write.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.pool.begin_with(if self.is_shared() { "BEGIN" } else { "BEGIN IMMEDIATE" }).await
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
    format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
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

    /// A disk of 3 MiB, in memory; it is gone with the test.
    struct SmallDisk(PathBuf);

    impl SmallDisk {
        /// `None` where this process may not mount one.
        fn mount() -> Option<Self> {
            let folder = std::env::temp_dir().join(format!("keyturn-disk-{}", ulid::Ulid::new()));
            std::fs::create_dir(&folder).unwrap();
            let mut mount = std::process::Command::new("mount");
            let status = mount.args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(&folder).status();
            status.is_ok_and(|status| status.success()).then(|| Self(folder))
        }

        fn fill(&self) {
            use std::io::Write;
            let mut filler = std::fs::File::create(self.0.join("filler")).unwrap();
            // In small pieces to the last byte.
            for size in [1 << 16, 1 << 12, 1 << 6, 1] {
                while filler.write_all(&vec![0; size]).is_ok() {}
            }
        }

        fn free(&self) {
            std::fs::remove_file(self.0.join("filler")).unwrap();
        }
    }

    impl Drop for SmallDisk {
        fn drop(&mut self) {
            let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
            let _ = std::fs::remove_dir(&self.0);
        }
    }

    #[tokio::test]
    async fn f25_after_a_full_disk_what_is_answered_is_kept() {
        use crate::audit::{Audit, End, Outcome, What, Who, verify};

        let Some(disk) = SmallDisk::mount() else {
            println!("NOT RUN: mounting a small disk needs root, as in the gate");
            return;
        };
        let url = format!("sqlite://{}", disk.0.join("keyturn.db").display());
        let database = Database::open(&url, Open::OrCreate).await.unwrap();
        let audit = Audit::new(database.clone(), crate::networks::ClientNetworks::default());
        let write = async || {
            let what = What::default().with("text", "x".repeat(2_000));
            let end = End { outcome: Outcome::Done, ..End::default() };
            audit.happened(&Who::default(), "sign_in", &what, end).await.is_ok()
        };
        let (mut kept, mut refused) = (0, 0);
        for _ in 0..3 {
            disk.fill();
            for _ in 0..10 {
                let answers = futures::future::join_all((0..8).map(|_| write())).await;
                kept += answers.iter().filter(|is_kept| **is_kept).count();
                refused += answers.iter().filter(|is_kept| !**is_kept).count();
            }
            disk.free();
            for _ in 0..20 {
                assert!(write().await, "there is room again");
                kept += 1;
            }
        }
        assert!(refused > 50, "{refused} of 240 found the disk full");
        // What was answered is in the file, for everybody who opens it.
        let other = Database::open(&url, Open::Existing).await.unwrap();
        assert_eq!(verify(&other, None).await.unwrap().records, i64::try_from(kept).unwrap());
    }

    /// A replica of the next version adds columns while this one serves.
    #[tokio::test]
    async fn f26_a_column_that_is_added_breaks_no_query() {
        use crate::approvals::{Act, Approvals};
        use crate::identity::SignIn;

        for database in databases().await {
            let hour = Duration::from_secs(3_600);
            let networks = crate::networks::ClientNetworks::default();
            let sign_in = SignIn::new(&database, Vec::new(), hour, hour, networks);
            let approvals = Approvals::new(database.clone(), vec![Act::Delete]);
            let query = async || -> Result<(), sqlx::Error> {
                sign_in.sessions.of_person("local:a").await?;
                sign_in.sessions.list("", 0, 10).await?;
                sign_in.sessions.of_token("x", false).await?;
                sign_in.accounts.list("", "", 10).await?;
                sign_in.accounts.one("a").await?;
                sign_in.accounts.enabled("a").await?;
                sign_in.rules.made().await?;
                approvals.list().await?;
                approvals.find("x").await?;
                Ok(())
            };
            // Each connection has prepared each statement.
            for _ in 0..20 {
                futures::future::join_all((0..8).map(|_| query())).await;
            }
            for table in ["sessions", "accounts", "grants", "approvals"] {
                let added =
                    sqlx::AssertSqlSafe(format!("ALTER TABLE {table} ADD COLUMN of_the_next_version TEXT"));
                database.pool().execute(added).await.unwrap();
            }
            for _ in 0..20 {
                for answer in futures::future::join_all((0..8).map(|_| query())).await {
                    answer.unwrap();
                }
            }
        }
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
