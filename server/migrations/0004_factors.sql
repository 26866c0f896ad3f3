-- What local accounts sign in with beside or in place of a password.
CREATE TABLE totps (
    account TEXT PRIMARY KEY,
    -- Base32.
    secret TEXT NOT NULL,
    -- The time step of the last code that was taken: a code opens once.
    last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    account TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (account, code_hash)
);

CREATE TABLE passkeys (
    -- The credential's ID, in base64url.
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    -- JSON: the public key and its counter.
    passkey TEXT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE INDEX passkeys_account ON passkeys (account);

-- What somebody is in the middle of, for a few minutes: between password and code, or in a ceremony of a passkey.
CREATE TABLE steps (
    token_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    -- JSON, of the kind's own form.
    state TEXT NOT NULL,
    expires_ms BIGINT NOT NULL
);
