-- One text for SQLite and PostgreSQL: BIGINT and TEXT mean the same in both. Times are milliseconds since 1970.
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    event TEXT NOT NULL,
    -- intended, done, failed or refused
    outcome TEXT NOT NULL,
    -- The record of what was intended, in the record of what came of it.
    intent BIGINT,
    person TEXT NOT NULL,
    region TEXT,
    secret TEXT,
    request_id TEXT NOT NULL,
    -- JSON: what is hashed, shown and exported. The columns above repeat it, to be searched.
    record TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_intent ON audit (intent);
CREATE INDEX audit_person ON audit (person, seq);
CREATE INDEX audit_secret ON audit (region, secret, seq);

-- The end of the chain. Its one row is locked by who appends, so that replicas append one after the other.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');
