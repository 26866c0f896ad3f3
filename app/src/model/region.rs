//! A region that the console offers.

use serde::{Deserialize, Serialize};

/// A region: its ID, its name, and the part of the world under which it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    pub id: String,
    /// Such as `China (Hangzhou)`.
    pub name: String,
    pub area: Area,
}

/// The groups of the region select, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    China,
    AsiaPacific,
    EuropeAndAmericas,
    MiddleEast,
    /// For a region that is newer than this list.
    Other,
}

impl Area {
    pub const ALL: [Self; 5] =
        [Self::China, Self::AsiaPacific, Self::EuropeAndAmericas, Self::MiddleEast, Self::Other];

    /// By the ID's first part, as the vendor forms them.
    pub fn of(region_id: &str) -> Self {
        match region_id.split('-').next() {
            Some("cn") => Self::China,
            Some("ap") => Self::AsiaPacific,
            Some("eu" | "us" | "na") => Self::EuropeAndAmericas,
            Some("me") => Self::MiddleEast,
            _ => Self::Other,
        }
    }
}
