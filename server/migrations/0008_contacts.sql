-- 联络信息表 as its own record: every change of a line stays, the last one of an id is what holds.
-- `contact` is JSON; empty where the line was taken out.

CREATE TABLE contact_changes (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    id      TEXT NOT NULL,
    unit    TEXT NOT NULL,
    contact TEXT NOT NULL,
    account TEXT NOT NULL,
    at_ms   INTEGER NOT NULL
) STRICT;
