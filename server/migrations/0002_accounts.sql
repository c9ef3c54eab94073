-- Roles, one-time passwords, what is known of sessions and tokens, and the audit log.

ALTER TABLE accounts ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN role TEXT NOT NULL DEFAULT 'unit';
ALTER TABLE accounts ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0;

ALTER TABLE sessions ADD COLUMN created_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN used_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN reads_only INTEGER NOT NULL DEFAULT 0;

ALTER TABLE tokens ADD COLUMN created_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN used_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN reads_only INTEGER NOT NULL DEFAULT 0;

-- Append-only. `hash` is the SHA-256 over the hash of the entry before and all fields of this one.
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY,
    at_ms   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    account TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL,
    hash    BLOB NOT NULL
) STRICT;
CREATE INDEX audit_of_account ON audit (account, number);
CREATE INDEX audit_of_kind ON audit (kind, number);
CREATE INDEX audit_at ON audit (at_ms);
