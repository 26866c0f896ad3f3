//! What every page knows about where it is.

use serde::{Deserialize, Serialize};

use super::region::Region;

/// Which cloud answers. Only the configuration decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cloud {
    Sandbox,
    Aliyun { account_id: Option<String> },
}

/// The offered regions, the default first, and the cloud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub regions: Vec<Region>,
    pub cloud: Cloud,
}

impl Session {
    pub fn region(&self, id: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.id == id)
    }
}
