//! The world as rows that are saved one by one, and made again from them.

use std::collections::{BTreeSet, VecDeque};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Row, World};
use crate::ids::Ids;

/// What is small and changes with nearly every call.
#[derive(Serialize, Deserialize)]
struct Rest {
    ids: Ids,
    rotations: VecDeque<Timestamp>,
}

/// What separates a secret's region from its name: no region has one.
const SEPARATOR: char = '/';

impl Row {
    /// Its kind and its key within the kind.
    pub(crate) fn key(&self) -> (&'static str, String) {
        match self {
            Self::Account => ("account", String::new()),
            Self::Happened => ("happened", String::new()),
            Self::User(name) => ("user", name.clone()),
            Self::Session(id) => ("session", id.clone()),
            Self::Secret(region, name) => ("secret", format!("{region}{SEPARATOR}{name}")),
        }
    }
}

impl World {
    /// The rows that have changed since this was last asked.
    pub(crate) fn take_changes(&mut self) -> BTreeSet<Row> {
        std::mem::take(&mut self.changes)
    }

    /// Keeps the rows as changed: they could not be saved.
    pub(crate) fn keep_changes(&mut self, rows: BTreeSet<Row>) {
        self.changes.extend(rows);
    }

    /// All that there are.
    pub(crate) fn rows(&self) -> BTreeSet<Row> {
        let users = self.users.keys().map(|name| Row::User(name.clone()));
        let sessions = self.sessions.keys().map(|id| Row::Session(id.clone()));
        let secrets = self.secrets.iter().flat_map(|(region, secrets)| {
            secrets.keys().map(|name| Row::Secret(region.clone(), name.clone()))
        });
        [Row::Account, Row::Happened].into_iter().chain(users).chain(sessions).chain(secrets).collect()
    }

    /// A row's text; `None` where it is gone.
    pub(crate) fn text(&self, row: &Row) -> Option<String> {
        match row {
            Row::Account => Some(json(&self.account)),
            Row::Happened => Some(json(&self.happened)),
            Row::User(name) => self.users.get(name).map(json),
            Row::Session(id) => self.sessions.get(id).map(json),
            Row::Secret(region, name) => self.secret(region, name).map(json),
        }
    }

    /// What is saved beside every row.
    pub(crate) fn rest(&self) -> String {
        json(&Rest { ids: self.ids.clone(), rotations: self.rotations.clone() })
    }

    /// Takes a row as it was saved; to be followed by `restored`.
    pub(crate) fn put(&mut self, kind: &str, key: &str, text: &str) -> Result<(), String> {
        match kind {
            "account" => self.account = read(kind, text)?,
            "happened" => self.happened = read(kind, text)?,
            "user" => {
                self.users.insert(key.to_owned(), read(kind, text)?);
            }
            "session" => {
                self.sessions.insert(key.to_owned(), read(kind, text)?);
            }
            "secret" => {
                let (region, name) = key.split_once(SEPARATOR).ok_or("a secret without a region")?;
                self.secrets.entry(region.to_owned()).or_default().insert(name.to_owned(), read(kind, text)?);
            }
            "rest" => {
                let rest: Rest = read(kind, text)?;
                (self.ids, self.rotations) = (rest.ids, rest.rotations);
            }
            _ => return Err(format!("a row of the unknown kind “{kind}”")),
        }
        Ok(())
    }
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("the state is plain data")
}

fn read<T: DeserializeOwned>(kind: &str, text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("a row of the kind “{kind}” cannot be read: {error}"))
}
