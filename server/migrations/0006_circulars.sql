-- Circulars, one a week: what a person has typed and ticked, as JSON, and once it is issued (then issued_ms is not 0) the paper for ever.
-- `amended`: ids of the corrections that it tells of, parted by blanks. `paper` is JSON, `digest` the SHA-256 of `docx`.

CREATE TABLE circulars (
    week      INTEGER PRIMARY KEY,
    draft     TEXT NOT NULL,
    issued_ms INTEGER NOT NULL,
    issued_by TEXT NOT NULL,
    number    TEXT NOT NULL,
    title     TEXT NOT NULL,
    amended   TEXT NOT NULL,
    paper     TEXT NOT NULL,
    docx      BLOB NOT NULL,
    digest    TEXT NOT NULL
) STRICT;

-- 签收: the first of each unit stays.
CREATE TABLE circular_signatures (
    week    INTEGER NOT NULL,
    unit    TEXT NOT NULL,
    account TEXT NOT NULL,
    at_ms   INTEGER NOT NULL,
    PRIMARY KEY (week, unit)
) STRICT;
