//! The files of other versions: while replicas of two serve side by side, a page of one asks the other for its own.
//!
//! Each puts its files into the shared database at its start. A build is named by the hash of its files, the strings of a
//! language by theirs, and what comes out of the database is served only where that holds: whoever can write there can put
//! no script into a page.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use sqlx::Row;

use crate::storage::{Database, now_ms};

/// So many versions are kept, this one among them.
const MOST_BUILDS: i64 = 3;
/// So many of the others are held in memory.
const MOST_HELD: usize = 2;
/// A name: so many hex digits of a SHA-256.
const DIGITS: usize = 32;

pub(crate) type Files = BTreeMap<String, Bytes>;

/// The name that `.ci/site.mjs` gives to these files.
pub(crate) fn build_of(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (file, content) in files {
        hash.update(format!("{file}\0{}\0", content.len()));
        hash.update(content);
    }
    short(&hash.finalize())
}

/// The name of strings.
pub(crate) fn words_of(content: &[u8]) -> String {
    short(&Sha256::digest(content))
}

fn short(hash: &[u8]) -> String {
    hex::encode(&hash[..DIGITS / 2])
}

/// What other versions have put there.
pub(crate) struct Builds {
    database: Database,
    held: Mutex<HashMap<String, Arc<Files>>>,
}

impl Builds {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, held: Mutex::default() }
    }

    /// Puts this version's files there, and removes those of versions that nobody has started for longest.
    pub(crate) async fn publish(&self, build: &str, files: &Files, words: &[&str]) -> anyhow::Result<()> {
        let mut change = self.database.begin().await?;
        let seen = "INSERT INTO site_builds (build, seen_ms) VALUES ($1, $2) \
                    ON CONFLICT (build) DO UPDATE SET seen_ms = excluded.seen_ms";
        sqlx::query(seen).bind(build).bind(now_ms()).execute(&mut *change).await?;
        let words = words.iter().map(|text| (format!("{}.txt", words_of(text.as_bytes())), text.as_bytes()));
        let files = files.iter().map(|(file, content)| (file.clone(), content.as_ref()));
        for (file, content) in files.chain(words) {
            let put =
                "INSERT INTO site_files (build, file, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            let content = BASE64_STANDARD.encode(content);
            sqlx::query(put).bind(build).bind(file).bind(content).execute(&mut *change).await?;
        }
        let old = "DELETE FROM site_builds WHERE build NOT IN \
                   (SELECT build FROM site_builds ORDER BY seen_ms DESC, build LIMIT $1)";
        sqlx::query(old).bind(MOST_BUILDS).execute(&mut *change).await?;
        let orphans = "DELETE FROM site_files WHERE build NOT IN (SELECT build FROM site_builds)";
        sqlx::query(orphans).execute(&mut *change).await?;
        Ok(change.commit().await?)
    }

    /// A file of a build; `None` where nobody has put it there, or its hash is another.
    pub(crate) async fn file(&self, build: &str, file: &str) -> anyhow::Result<Option<Bytes>> {
        if !is_name(build) {
            return Ok(None);
        }
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).get(build).cloned();
        let files = match held {
            Some(files) => files,
            None => {
                let Some(files) = self.read(build).await? else { return Ok(None) };
                let files = Arc::new(files);
                let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
                if held.len() >= MOST_HELD {
                    held.clear();
                }
                held.insert(build.to_owned(), files.clone());
                files
            }
        };
        Ok(files.get(file).cloned())
    }

    async fn read(&self, build: &str) -> anyhow::Result<Option<Files>> {
        let all = "SELECT file, content FROM site_files WHERE build = $1";
        let rows = sqlx::query(all).bind(build).fetch_all(self.database.pool()).await?;
        let mut files = Files::new();
        for row in rows {
            let (file, content): (String, String) = (row.try_get("file")?, row.try_get("content")?);
            let Ok(content) = BASE64_STANDARD.decode(content) else { return Ok(None) };
            // The strings have names of their own.
            if !file.ends_with(".txt") {
                files.insert(file, content.into());
            }
        }
        Ok((build_of(&files) == build).then_some(files))
    }

    /// The strings of this hash.
    pub(crate) async fn words(&self, hash: &str) -> anyhow::Result<Option<Bytes>> {
        if !is_name(hash) {
            return Ok(None);
        }
        let one = "SELECT content FROM site_files WHERE file = $1 LIMIT 1";
        let row = sqlx::query(one).bind(format!("{hash}.txt")).fetch_optional(self.database.pool()).await?;
        let Some(row) = row else { return Ok(None) };
        let content = BASE64_STANDARD.decode(row.try_get::<String, _>("content")?).unwrap_or_default();
        Ok((words_of(&content) == hash).then(|| content.into()))
    }
}

fn is_name(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::tests::databases;

    fn files(script: &str) -> Files {
        let file = |name: &str, content: &str| (name.to_owned(), Bytes::from(content.to_owned()));
        Files::from([file("keyturn.css", "body{}"), file("keyturn.js", script)])
    }

    #[tokio::test]
    async fn a_page_of_the_version_before_or_after_gets_its_files_and_nothing_that_was_changed() {
        for database in databases().await {
            let versions: Vec<Files> = (0..4).map(|version| files(&format!("version {version}"))).collect();
            let names: Vec<String> = versions.iter().map(build_of).collect();
            for (name, files) in names.iter().zip(&versions).take(2) {
                let builds = Builds::new(database.clone());
                builds.publish(name, files, &["the words of it", name]).await.unwrap();
                builds.publish(name, files, &["the words of it", name]).await.unwrap();
            }
            let builds = Builds::new(database.clone());
            for (name, files) in names.iter().zip(&versions).take(2) {
                let found = builds.file(name, "keyturn.js").await.unwrap();
                assert_eq!(found.as_ref(), files.get("keyturn.js"), "{name}");
            }
            assert_eq!(builds.file(&names[0], "../keyturn.js").await.unwrap(), None);
            assert_eq!(builds.file(&names[3], "keyturn.js").await.unwrap(), None);
            let words = builds.words(&words_of(b"the words of it")).await.unwrap();
            assert_eq!(words.as_deref(), Some(b"the words of it".as_slice()));

            // Whoever can write the database gets nothing into a page.
            let script = BASE64_STANDARD.encode("alert(1)");
            for change in [
                format!("UPDATE site_files SET content = '{script}' WHERE file = 'keyturn.js'"),
                format!("UPDATE site_files SET content = '{script}' WHERE file LIKE '%.txt'"),
                format!("INSERT INTO site_files VALUES ('{}', 'x.js', '{script}')", names[0]),
            ] {
                sqlx::query(sqlx::AssertSqlSafe(change)).execute(database.pool()).await.unwrap();
                let fresh = Builds::new(database.clone());
                assert_eq!(fresh.file(&names[0], "keyturn.js").await.unwrap(), None);
            }
            assert_eq!(
                Builds::new(database.clone()).words(&words_of(b"the words of it")).await.unwrap(),
                None
            );

            // The newest three stay.
            for (name, files) in names.iter().zip(&versions).skip(2) {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                builds.publish(name, files, &[]).await.unwrap();
            }
            let fresh = Builds::new(database.clone());
            assert_eq!(fresh.file(&names[0], "keyturn.js").await.unwrap(), None);
            assert!(fresh.file(&names[3], "keyturn.js").await.unwrap().is_some());
        }
    }

    #[test]
    fn no_two_sets_of_files_have_one_name() {
        let one =
            |name: &str, content: &str| Files::from([(name.to_owned(), Bytes::from(content.to_owned()))]);
        assert_ne!(build_of(&one("a", "bc")), build_of(&one("ab", "c")));
    }
}
