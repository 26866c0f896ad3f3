-- The person's own token from the provider, sealed by the session's cookie, which is not here.
ALTER TABLE sessions ADD COLUMN sealed_token TEXT;
