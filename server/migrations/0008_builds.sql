-- The site's files of each version that serves: while two serve side by side, a page of one asks the other for them.
CREATE TABLE site_builds (
    build TEXT PRIMARY KEY,
    seen_ms BIGINT NOT NULL
);
CREATE TABLE site_files (
    build TEXT NOT NULL,
    file TEXT NOT NULL,
    -- base64
    content TEXT NOT NULL,
    PRIMARY KEY (build, file)
);
CREATE INDEX site_files_file ON site_files (file);
