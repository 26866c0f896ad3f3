//! Identifiers that open something: 256 bits of the system's randomness. Only their hash is kept.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// For a cookie or a one-time link; 64 digits.
pub(crate) fn new() -> String {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    hex::encode(bytes)
}

/// What the database knows it by. A plain hash will do: nobody guesses 256 bits.
pub(crate) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// Returns the HMAC-SHA256 of a list of texts, as 64 hexadecimal digits.
pub(crate) fn keyed_hash(key: &str, parts: &[&str]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length is valid");
    for part in parts {
        // Write the length first, so that no two lists give the same bytes.
        mac.update(&part.len().to_be_bytes());
        mac.update(part.as_bytes());
    }
    hex::encode(mac.finalize().into_bytes())
}
