-- How far the audit log has been forwarded: the log itself is the outbox. One replica at a time holds the lease.
CREATE TABLE audit_forwarded (
    destination TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    holder TEXT NOT NULL,
    held_until_ms BIGINT NOT NULL
);
