//! The OIDC role of a pod (RRSA): three variables that the platform sets.

use super::chain::{Found, Link, Maker, Role};

pub(super) fn find(maker: &Maker<'_>) -> Found {
    let is_set = |name: &&str| maker.surroundings.get(name).is_some();
    if !["OIDC_TOKEN_FILE", "ROLE_ARN", "OIDC_PROVIDER_ARN"].iter().all(is_set) {
        return Ok(None);
    }
    let provider = maker.with_token_file(&Role::default(), None, None)?;
    Ok(Some(Link::new("OIDC role of a pod (ALIBABA_CLOUD_OIDC_TOKEN_FILE)", provider)))
}
