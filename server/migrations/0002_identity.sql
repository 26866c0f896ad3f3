-- What a browser holds is not here: identifiers and tokens are kept as their SHA-256.
CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    -- JSON: the groups that the provider told when the session began.
    groups_json TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL,
    privileged_until_ms BIGINT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);

CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    -- JSON
    groups_json TEXT NOT NULL,
    -- Argon2id in PHC's form; nothing until the account's owner has chosen a password.
    password_hash TEXT,
    is_disabled BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);

-- One-time links with which an account's owner chooses a password.
CREATE TABLE invitations (
    token_hash TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    expires_ms BIGINT NOT NULL
);

CREATE TABLE attempts (
    -- What is limited: an account or an address.
    key TEXT PRIMARY KEY,
    since_ms BIGINT NOT NULL,
    count BIGINT NOT NULL
);

-- Made in the console; those of the configuration are not here.
CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    -- JSON of the same form as in the configuration.
    rule TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    created_by TEXT NOT NULL
);
