//! Versions of a generic secret and the stages that move between them.

use jiff::Timestamp;

use super::{CURRENT, PREVIOUS, Secret, Value, Version};
use crate::error::ApiError;

/// Stages of all versions of a secret together (the help page of `UpdateSecretVersionStage`).
const MOST_STAGES: usize = 8;
/// Versions of a secret; the earliest leaves by itself (the help page of `PutSecretValue`).
const MOST_VERSIONS: usize = 10;

impl Secret {
    /// Stores a new version under its stages; with the current one, the last current version becomes the previous.
    /// The same value under the same ID once more is a success; another value is refused (UNVERIFIED with which code).
    pub(crate) fn put_version(
        &mut self,
        id: &str,
        value: Value,
        stages: Vec<String>,
        at: Timestamp,
    ) -> Result<(), ApiError> {
        if let Some(existing) = self.versions.iter().find(|version| version.id == id) {
            return if existing.value == value { Ok(()) } else { Err(ApiError::exists()) };
        }
        // What is not current cannot be the previous one of nothing (UNVERIFIED).
        if stages.is_empty() || stages.iter().any(|stage| stage == PREVIOUS) {
            return Err(ApiError::invalid("VersionStages"));
        }
        let before = self.versions.clone();
        if self.versions.len() >= MOST_VERSIONS {
            // They stand in the order in which they were made; the current one stays (UNVERIFIED).
            let earliest = self.versions.iter().position(|version| !version.is(CURRENT));
            self.versions.remove(earliest.unwrap_or(0));
        }
        self.versions.push(Version { id: id.to_owned(), created: at, stages: Vec::new(), value });
        for stage in stages {
            self.attach(&stage, id);
        }
        self.kept_or(before)?;
        self.updated = at;
        Ok(())
    }

    /// Moves a stage, attaches it, or, a stage of one's own, takes it away (`UpdateSecretVersionStage`).
    pub(crate) fn move_stage(
        &mut self,
        stage: &str,
        from: Option<&str>,
        to: Option<&str>,
        at: Timestamp,
    ) -> Result<(), ApiError> {
        let exists = |id: &str| self.versions.iter().any(|version| version.id == id);
        if [from, to].into_iter().flatten().any(|id| !exists(id)) {
            return Err(ApiError::secret_not_found());
        }
        if let Some(from) = from
            && !self.versions.iter().any(|version| version.id == from && version.is(stage))
        {
            return Err(ApiError::invalid_because(
                "RemoveFromVersion",
                "the version does not have this stage",
            ));
        }
        match (from, to) {
            (None, None) => return Err(ApiError::missing("MoveToVersion")),
            (Some(_), None) if [CURRENT, PREVIOUS].contains(&stage) => {
                return Err(ApiError::missing("MoveToVersion"));
            }
            (Some(from), None) => self.detach(stage, from),
            (_, Some(to)) => {
                let before = self.versions.clone();
                self.attach(stage, to);
                self.kept_or(before)?;
            }
        }
        self.updated = at;
        Ok(())
    }

    /// Takes a change back that leads to too many stages: `ACSPrevious` comes by itself.
    fn kept_or(&mut self, before: Vec<Version>) -> Result<(), ApiError> {
        if self.versions.iter().map(|version| version.stages.len()).sum::<usize>() <= MOST_STAGES {
            return Ok(());
        }
        self.versions = before;
        Err(ApiError::invalid_because("VersionStage", "a secret may have 8 stages"))
    }

    /// The stage leaves where it was. A version that was the current one becomes the previous.
    fn attach(&mut self, stage: &str, id: &str) {
        let last = self.at(stage).map(|version| version.id.clone());
        if last.as_deref() == Some(id) {
            return;
        }
        if let Some(last) = &last {
            self.detach(stage, last);
        }
        if let Some(version) = self.versions.iter_mut().find(|version| version.id == id) {
            version.stages.push(stage.to_owned());
        }
        if let (CURRENT, Some(last)) = (stage, last) {
            self.attach(PREVIOUS, &last);
        }
    }

    fn detach(&mut self, stage: &str, id: &str) {
        if let Some(version) = self.versions.iter_mut().find(|version| version.id == id) {
            version.stages.retain(|of| of != stage);
        }
    }
}
