-- Sign-ins that are under way at a provider of OpenID Connect, for ten minutes at most.
CREATE TABLE oidc_flows (
    state_hash TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    return_to TEXT NOT NULL,
    only_person TEXT,
    created_ms BIGINT NOT NULL
);

-- The provider's own session, by which its back-channel logout names ours.
ALTER TABLE sessions ADD COLUMN sid TEXT;
