//! The AccessKey pair a call is signed with. It cannot be printed or serialised, and is zeroed when dropped.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A secret string: no `Display`, no `Serialize`, a `Debug` that hides it, zeroed on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Takes the value over; the caller must not keep a copy.
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value itself, for signing and for the one request body that must carry it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What signs a call: an AccessKey pair, and a security token when it is a temporary one.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub access_key_id: String,
    pub access_key_secret: Secret,
    pub security_token: Option<Secret>,
}

impl Credentials {
    /// A long-lived AccessKey pair.
    pub fn access_key(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { access_key_id: id.into(), access_key_secret: Secret::new(secret.into()), security_token: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s38_a_secret_does_not_show_in_debug_output() {
        let credentials = Credentials::access_key("LTAI5tExample", "CanarySecretCanarySecret000001");
        assert!(!format!("{credentials:?}").contains("Canary"));
    }
}
