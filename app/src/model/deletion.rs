//! How a secret is deleted.

use serde::{Deserialize, Serialize};

use super::DAY_MS;
use super::limits::{DELETION_MAX_DAYS, DELETION_MIN_DAYS};

/// The days of a deletion window, 7 to 30.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct RecoveryWindow(u8);

/// A window outside 7 to 30 days, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidWindow;

/// The two ways of the dialog `Delete Secret`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deletion {
    Planned(RecoveryWindow),
    Immediate,
}

impl RecoveryWindow {
    /// Reads what a person typed.
    pub fn parse(text: &str) -> Result<Self, InvalidWindow> {
        text.trim().parse::<u8>().map_err(|_| InvalidWindow)?.try_into().map_err(|_| InvalidWindow)
    }

    pub fn days(self) -> u8 {
        self.0
    }

    /// When a deletion that is planned now takes place, in milliseconds since 1970.
    pub fn ends_ms(self, now_ms: i64) -> i64 {
        now_ms + i64::from(self.0) * DAY_MS
    }
}

impl TryFrom<u8> for RecoveryWindow {
    type Error = &'static str;

    fn try_from(days: u8) -> Result<Self, Self::Error> {
        if (DELETION_MIN_DAYS..=DELETION_MAX_DAYS).contains(&days) {
            Ok(Self(days))
        } else {
            Err("a deletion window has 7 to 30 days")
        }
    }
}

impl From<RecoveryWindow> for u8 {
    fn from(window: RecoveryWindow) -> Self {
        window.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_7_to_30_days() {
        for (text, days) in [
            ("7", Some(7)),
            ("30", Some(30)),
            (" 12 ", Some(12)),
            ("6", None),
            ("31", None),
            ("", None),
            ("7.5", None),
            ("300", None),
        ] {
            assert_eq!(RecoveryWindow::parse(text).ok().map(RecoveryWindow::days), days, "{text}");
        }
    }
}
