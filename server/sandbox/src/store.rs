//! The state in a file: SQLite, one row for each thing, written before a call is answered.
//!
//! A call's changes are one transaction, so that a process that is killed leaves either all of them or none. The log
//! is not forced onto the disk at each call: a machine that loses its power may lose the last calls, never half of one.

use std::collections::BTreeSet;
use std::fs::{OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::clock::Clock;
use crate::world::{Row, World};

/// Marks the file as ours: "KTSB".
const APPLICATION_ID: i32 = 0x4b54_5342;
/// The form of the rows.
const VERSION: i32 = 1;

/// An open file. It is locked: one sandbox has it at a time.
pub(crate) struct Store(Connection);

impl Store {
    /// Opens the file, or makes it; what hinders comes back as a sentence for a person.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        // It holds AccessKey secrets: nobody else's business.
        let made = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
        made.map_err(|error| match error.kind() {
            ErrorKind::NotFound => format!("{shown}: its directory does not exist; create it first"),
            ErrorKind::PermissionDenied => format!("{shown} cannot be written; check its permissions"),
            _ => format!("{shown} cannot be opened: {error}"),
        })?;
        // One that was there before may have had others.
        std::fs::set_permissions(path, Permissions::from_mode(0o600))
            .map_err(|error| format!("{shown}: its permissions cannot be set: {error}"))?;
        let connection =
            Connection::open(path).map_err(|error| format!("{shown} cannot be opened: {error}"))?;
        Self::prepare(connection).map_err(|why| format!("{shown}: {why}"))
    }

    fn prepare(connection: Connection) -> Result<Self, String> {
        // Who has it open keeps it: there is nothing to wait for.
        connection.busy_timeout(Duration::ZERO).map_err(said)?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(said)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(said)?;
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(said)?;
        connection.execute_batch("BEGIN EXCLUSIVE; COMMIT").map_err(said)?;
        let number =
            |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(said);
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).map_err(said)?;
        match (number("application_id")?, number("user_version")?) {
            (APPLICATION_ID, VERSION) => {}
            (APPLICATION_ID, other) => {
                return Err(format!(
                    "it was written by another version of the sandbox ({other}, not {VERSION})"
                ));
            }
            (0, 0) if tables == 0 => {
                let schema = format!(
                    "BEGIN;
                     CREATE TABLE state (kind TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,
                         PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;
                     PRAGMA application_id = {APPLICATION_ID};
                     PRAGMA user_version = {VERSION};
                     COMMIT"
                );
                connection.execute_batch(&schema).map_err(said)?;
            }
            _ => return Err("it is a database of another program".into()),
        }
        Ok(Self(connection))
    }

    /// As a disk that is nearly full: no more pages than these. 0 is as many as there are now.
    #[cfg(test)]
    pub(crate) fn limit_pages(&self, most: u32) {
        self.0.pragma_update(None, "max_page_count", most.max(1)).expect("a number");
    }

    /// What was saved; nothing in a new file.
    pub(crate) fn load(&self) -> Result<Option<(World, Clock)>, String> {
        let mut world = World::default();
        let mut clock = None;
        let mut rows = self.0.prepare("SELECT kind, key, text FROM state").map_err(said)?;
        let mut rows = rows.query([]).map_err(said)?;
        while let Some(row) = rows.next().map_err(said)? {
            let text = |index| row.get_ref(index)?.as_str().map_err(rusqlite::Error::from);
            let (kind, key, text) = (text(0).map_err(said)?, text(1).map_err(said)?, text(2).map_err(said)?);
            match kind {
                "clock" => clock = Some(serde_json::from_str(text).map_err(|error| error.to_string())?),
                "certificate" => {}
                _ => world.put(kind, key, text)?,
            }
        }
        match clock {
            Some(clock) => Ok(Some((world.restored()?, clock))),
            None => Ok(None),
        }
    }

    /// Writes some rows of the world, all or none of them.
    pub(crate) fn save(&mut self, world: &World, clock: &Clock, rows: &BTreeSet<Row>) -> Result<(), String> {
        let transaction = self.0.transaction().map_err(said)?;
        write(&transaction, world, clock, rows).map_err(said)?;
        transaction.commit().map_err(said)
    }

    /// Puts another world in the place of the one that is there.
    pub(crate) fn replace(&mut self, world: &World, clock: &Clock) -> Result<(), String> {
        let transaction = self.0.transaction().map_err(said)?;
        transaction.execute("DELETE FROM state WHERE kind <> 'certificate'", []).map_err(said)?;
        write(&transaction, world, clock, &world.rows()).map_err(said)?;
        transaction.commit().map_err(said)
    }

    /// The certificate of HTTPS, kept so that clients need to trust it once.
    pub(crate) fn certificate(&self) -> Option<String> {
        let sql = "SELECT text FROM state WHERE kind = 'certificate'";
        self.0.query_row(sql, [], |row| row.get(0)).optional().ok().flatten()
    }

    pub(crate) fn save_certificate(&mut self, text: &str) -> Result<(), String> {
        let sql = "INSERT OR REPLACE INTO state (kind, key, text) VALUES ('certificate', '', ?1)";
        self.0.execute(sql, params![text]).map(|_| ()).map_err(said)
    }
}

fn write(
    transaction: &Transaction<'_>,
    world: &World,
    clock: &Clock,
    rows: &BTreeSet<Row>,
) -> rusqlite::Result<()> {
    let put = "INSERT OR REPLACE INTO state (kind, key, text) VALUES (?1, ?2, ?3)";
    let mut put = transaction.prepare_cached(put)?;
    let mut delete = transaction.prepare_cached("DELETE FROM state WHERE kind = ?1 AND key = ?2")?;
    for row in rows {
        let (kind, key) = row.key();
        match world.text(row) {
            Some(text) => put.execute(params![kind, key, text])?,
            None => delete.execute(params![kind, key])?,
        };
    }
    put.execute(params!["rest", "", world.rest()])?;
    let clock = serde_json::to_string(clock).expect("the clock is plain data");
    put.execute(params!["clock", "", clock])?;
    Ok(())
}

fn said(error: rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
            "another sandbox has it open; stop that one, or name another file".into()
        }
        Some(rusqlite::ErrorCode::NotADatabase) => "it is no sandbox's state; name another file".into(),
        Some(rusqlite::ErrorCode::ReadOnly) => "it cannot be written; check its permissions".into(),
        _ => error.to_string(),
    }
}
