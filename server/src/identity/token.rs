//! Identifiers that open something: 256 bits of the system's randomness. Only their hash is kept.

use sha2::{Digest, Sha256};

/// For a cookie or a one-time link; 64 digits.
pub(super) fn new() -> String {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    hex::encode(bytes)
}

/// What the database knows it by. A plain hash will do: nobody guesses 256 bits.
pub(super) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}
