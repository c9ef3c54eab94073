-- Arrangements of the table that a person keeps, by name: they follow the account to whichever machine.

CREATE TABLE own_views (
    account     TEXT NOT NULL,
    name        TEXT NOT NULL,
    arrangement TEXT NOT NULL,
    PRIMARY KEY (account, name)
) STRICT;
