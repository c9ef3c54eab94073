-- 附件: which files the rows of a week have. The bytes lie in the folder `attachments` beside the database, under `digest`.
-- `removed_by` is empty while the row has the file; what was taken out stays listed.

CREATE TABLE attachments (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    week       INTEGER NOT NULL,
    row        TEXT NOT NULL,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    digest     TEXT NOT NULL,
    account    TEXT NOT NULL,
    at_ms      INTEGER NOT NULL,
    removed_by TEXT NOT NULL,
    removed_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX attachments_by_week ON attachments (week);
