-- What the server keeps. Times are milliseconds since 1970 by the server's clock.

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE documents (
    id       BLOB PRIMARY KEY,
    position INTEGER NOT NULL,
    campaign TEXT NOT NULL,
    kind     TEXT NOT NULL,
    week     INTEGER,
    unit     TEXT
) STRICT;

-- A whole document up to and including the change numbered `through`.
CREATE TABLE snapshots (
    document BLOB PRIMARY KEY REFERENCES documents (id),
    through  INTEGER NOT NULL,
    bytes    BLOB NOT NULL
) STRICT;

-- Who wrote what and when it arrived. `bytes` is NULL once a snapshot holds the change.
CREATE TABLE changes (
    number      INTEGER PRIMARY KEY,
    document    BLOB NOT NULL REFERENCES documents (id),
    hash        BLOB NOT NULL,
    actor       BLOB NOT NULL,
    account     TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    bytes       BLOB
) STRICT;
CREATE INDEX changes_of_document ON changes (document, number);

-- Which account an actor was first seen under, for ever.
CREATE TABLE actors (
    document BLOB NOT NULL REFERENCES documents (id),
    actor    BLOB NOT NULL,
    account  TEXT NOT NULL,
    PRIMARY KEY (document, actor)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    name          TEXT PRIMARY KEY,
    unit          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Browsers that are signed in, and tokens of programs; `digest` is the SHA-256 of what they show.
CREATE TABLE sessions (
    digest     BLOB PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES accounts (name),
    expires_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE tokens (
    digest     BLOB PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES accounts (name),
    expires_ms INTEGER NOT NULL
) STRICT;
