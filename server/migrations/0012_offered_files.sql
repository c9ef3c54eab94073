-- Files that come with a 更正申请: `offered` ones are no row's until the request that names them is agreed to. `files`: their ids, parted by blanks.

ALTER TABLE attachments ADD COLUMN offered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE corrections ADD COLUMN files TEXT NOT NULL DEFAULT '';
