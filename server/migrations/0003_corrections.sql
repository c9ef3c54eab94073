-- Corrections that units ask for after the freeze. `cells` is JSON: column, old, new.

CREATE TABLE corrections (
    id        TEXT PRIMARY KEY,
    position  INTEGER NOT NULL,
    week      INTEGER NOT NULL,
    row       TEXT NOT NULL,
    state     TEXT NOT NULL,
    reason    TEXT NOT NULL,
    cells     TEXT NOT NULL,
    asked_by  TEXT NOT NULL,
    asked_ms  INTEGER NOT NULL,
    lead_by   TEXT NOT NULL,
    lead_ms   INTEGER NOT NULL,
    office_by TEXT NOT NULL,
    office_ms INTEGER NOT NULL,
    answer    TEXT NOT NULL
) STRICT;
CREATE INDEX corrections_of_week ON corrections (week, position);
