-- As which unit an account wrote: it may move to another unit later. Empty: not noted then.

ALTER TABLE changes ADD COLUMN unit TEXT NOT NULL DEFAULT '';
