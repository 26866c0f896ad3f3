-- Browsers in which an account has signed in before: they have a budget of attempts of their own. A token is kept as its
-- SHA-256. A person who comes by a provider is here by their ID.
CREATE TABLE devices (
    token_hash TEXT NOT NULL,
    account TEXT NOT NULL,
    seen_ms BIGINT NOT NULL,
    PRIMARY KEY (token_hash, account)
);
CREATE INDEX devices_account ON devices (account, seen_ms);

-- The client's wide network: one that begins many sign-ins evicts its own.
ALTER TABLE oidc_flows ADD COLUMN network TEXT;
CREATE INDEX attempts_since ON attempts (since_ms);
CREATE INDEX oidc_flows_created ON oidc_flows (created_ms);
CREATE INDEX oidc_flows_network ON oidc_flows (network, created_ms);

-- Logout tokens that were accepted, until they expire: each is accepted once.
CREATE TABLE logout_tokens (
    provider TEXT NOT NULL,
    jti_hash TEXT NOT NULL,
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (provider, jti_hash)
);

-- Keys that all replicas share, as hexadecimal digits; made at the first start.
CREATE TABLE server_keys (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- The last record from before migration 0009, which has no name in its column. Every later record has one.
ALTER TABLE audit_head ADD COLUMN unnamed_until BIGINT NOT NULL DEFAULT 0;
UPDATE audit_head SET unnamed_until = (SELECT COALESCE(MAX(seq), 0) FROM audit WHERE name IS NULL);
