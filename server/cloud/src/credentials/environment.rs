//! The pair in the environment, temporary where there is a token beside it.

use super::chain::{Found, Link, Surroundings, fixed};

pub(super) fn find(surroundings: &Surroundings) -> Found {
    match (surroundings.get("ACCESS_KEY_ID"), surroundings.get("ACCESS_KEY_SECRET")) {
        (Some(id), Some(secret)) => {
            let token = surroundings.get("SECURITY_TOKEN");
            Ok(Some(Link::new("environment (ALIBABA_CLOUD_ACCESS_KEY_ID)", fixed(id, secret, token))))
        }
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err("ALIBABA_CLOUD_ACCESS_KEY_ID is set, ALIBABA_CLOUD_ACCESS_KEY_SECRET is not".into())
        }
        (None, Some(_)) => {
            Err("ALIBABA_CLOUD_ACCESS_KEY_SECRET is set, ALIBABA_CLOUD_ACCESS_KEY_ID is not".into())
        }
    }
}
