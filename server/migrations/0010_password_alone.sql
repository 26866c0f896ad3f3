-- 1 where a session began by a password and nothing else; nothing is known of sessions of before.
ALTER TABLE sessions ADD COLUMN by_password_alone BIGINT;
