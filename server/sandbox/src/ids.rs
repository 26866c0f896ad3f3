//! IDs in the vendor's shapes, made from a seed: the same seed gives the same data.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::secret::AccessKeyPair;

/// Where the series stands.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: u64,
    count: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    /// So many characters out of 62.
    pub(crate) fn base62(&mut self, length: usize) -> String {
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut text = String::new();
        while text.len() < length {
            self.count += 1;
            let hash = Sha256::digest(format!("{}:{}", self.seed, self.count));
            let left = length - text.len();
            text.extend(hash.iter().take(left).map(|byte| char::from(ALPHABET[usize::from(*byte) % 62])));
        }
        text
    }

    pub(crate) fn access_key_pair(&mut self) -> AccessKeyPair {
        AccessKeyPair { id: format!("LTAI5t{}", self.base62(18)), secret: self.base62(30) }
    }

    pub(crate) fn uuid(&mut self) -> String {
        self.count += 1;
        let hex = hex::encode(Sha256::digest(format!("{}:{}:uuid", self.seed, self.count)));
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    }

    pub(crate) fn digits(&mut self, length: usize) -> String {
        self.count += 1;
        let hash = Sha256::digest(format!("{}:{}:digits", self.seed, self.count));
        hash.iter().take(length).map(|byte| char::from(b'0' + byte % 10)).collect()
    }
}
