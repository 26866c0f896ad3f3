-- What needs a person, from when on: whichever replica's watch saw it first. A row goes when it is seen to be over.
CREATE TABLE findings (
    region TEXT NOT NULL,
    secret TEXT NOT NULL,
    health TEXT NOT NULL,
    noticed_ms BIGINT NOT NULL,
    PRIMARY KEY (region, secret, health)
);
-- Which secret managed which RAM user, by the last part of the secret's name.
CREATE TABLE managed_users (
    user_name TEXT PRIMARY KEY,
    region TEXT NOT NULL,
    secret TEXT NOT NULL
);
-- JSON: the groups of who decided, to see whether the rules still let them.
ALTER TABLE approvals ADD COLUMN decided_groups TEXT;
-- What people call who acted, to be searched by; records of before are found by the ID alone.
ALTER TABLE audit ADD COLUMN name TEXT;
CREATE INDEX audit_name ON audit (name, seq);
