-- Whom people know by name and not by account: the person who attached a file, as the account was called then. Empty for older ones.

ALTER TABLE attachments ADD COLUMN person TEXT NOT NULL DEFAULT '';
