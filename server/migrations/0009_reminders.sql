-- Reminders that were given, so that none is given twice; and what is to be delivered of them. `state`: waiting, sent, given-up.
-- Address and text of a delivery are emptied when it is settled: who was reminded by whom to ring is nobody's business any more.

CREATE TABLE reminders (
    week    INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    units   INTEGER NOT NULL,
    PRIMARY KEY (week, minutes)
) STRICT;

CREATE TABLE deliveries (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    week     INTEGER NOT NULL,
    minutes  INTEGER NOT NULL,
    channel  TEXT NOT NULL,
    target   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    body     TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_ms  INTEGER NOT NULL,
    state    TEXT NOT NULL
) STRICT;
