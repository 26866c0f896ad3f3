//! What lies in the database beside a session but opens with its cookie alone: the person's own token from the provider.

use aes_gcm::aead::Aead;
use aes_gcm::{Aes256Gcm, Key, KeyInit};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Random: a session seals once.
const NONCE_BYTES: usize = 12;

/// Sealed for the session of this cookie.
pub(super) fn seal(cookie: &str, text: &str) -> Option<String> {
    let mut nonce = [0_u8; NONCE_BYTES];
    getrandom::fill(&mut nonce).expect("the system has randomness");
    let sealed = cipher(cookie).encrypt(&nonce.into(), text.as_bytes()).ok()?;
    Some(BASE64_STANDARD.encode([nonce.as_slice(), &sealed].concat()))
}

/// `None` for another cookie's, or what was changed.
pub(super) fn open(cookie: &str, sealed: &str) -> Option<Zeroizing<String>> {
    let bytes = BASE64_STANDARD.decode(sealed).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
    let opened = cipher(cookie).decrypt(&(*nonce).into(), sealed).ok()?;
    String::from_utf8(opened).ok().map(Zeroizing::new)
}

/// The cookie has 256 random bits: a plain hash of it is a key, and another hash than the one that is kept.
fn cipher(cookie: &str) -> Aes256Gcm {
    let digest = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(format!("keyturn sealed token {cookie}"))));
    Aes256Gcm::new(&Key::<Aes256Gcm>::from(*digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s44_only_the_cookie_opens_what_was_sealed_for_it() {
        let sealed = seal("cookie", "token").unwrap();
        assert!(!sealed.contains("token"));
        assert_ne!(sealed, seal("cookie", "token").unwrap());
        assert_eq!(open("cookie", &sealed).unwrap().as_str(), "token");
        assert!(open("other", &sealed).is_none());
        assert!(open("cookie", &sealed[4..]).is_none());
        assert!(open("cookie", "").is_none());
    }
}
