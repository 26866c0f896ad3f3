-- What waits for a second person, or was decided by one.
CREATE TABLE approvals (
    id TEXT PRIMARY KEY,
    event TEXT NOT NULL,
    -- JSON: exactly what is asked for, and nothing else is approved.
    what TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_name TEXT NOT NULL,
    asked_ms BIGINT NOT NULL,
    -- waiting, approved, denied or used
    state TEXT NOT NULL,
    decided_by TEXT,
    decided_name TEXT,
    expires_ms BIGINT NOT NULL,
    -- Who asks for what, while it is open: one asks once.
    open_key TEXT UNIQUE
);
CREATE INDEX approvals_asked ON approvals (asked_ms);
