-- When what was approved was begun to be done.
ALTER TABLE approvals ADD COLUMN used_ms BIGINT;
