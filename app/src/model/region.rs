//! A region that the console offers.

/// A region: its ID and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub id: String,
    /// Such as `China (Hangzhou)`.
    pub name: String,
}

impl Region {
    /// The part of the world under which it is listed.
    pub fn area(&self) -> Area {
        Area::of(&self.id)
    }
}

/// The groups of the region select, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    fn of(region_id: &str) -> Self {
        match region_id.split('-').next() {
            Some("cn") => Self::China,
            Some("ap") => Self::AsiaPacific,
            Some("eu" | "us" | "na") => Self::EuropeAndAmericas,
            Some("me") => Self::MiddleEast,
            _ => Self::Other,
        }
    }
}
