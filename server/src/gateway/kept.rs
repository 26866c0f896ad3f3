//! Small things that outlive a restart: one JSON file each in the data directory, replaced as a whole.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// `None` where there is none yet, or where it cannot be read, which is logged: then it begins anew.
pub(super) fn read<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let bytes = std::fs::read(file).ok()?;
    serde_json::from_slice(&bytes)
        .inspect_err(
            |_| tracing::warn!(file = %file.display(), "what was kept cannot be read: it begins anew"),
        )
        .ok()
}

/// A failure is logged: what is kept is a help, and nothing depends on it.
pub(super) fn write(file: &Path, value: &impl Serialize) {
    let part = file.with_extension("part");
    let written = serde_json::to_vec(value).map_err(std::io::Error::other).and_then(|bytes| {
        std::fs::write(&part, bytes)?;
        std::fs::rename(&part, file)
    });
    if let Err(error) = written {
        tracing::warn!(%error, file = %file.display(), "it could not be kept");
    }
}
