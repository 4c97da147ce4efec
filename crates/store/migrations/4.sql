-- When the server's value of a conflict was set, if known.
ALTER TABLE edit ADD COLUMN theirs_at INTEGER;

-- The last value that was sent without a confirmation. It may still arrive.
ALTER TABLE edit ADD COLUMN handed TEXT;

-- The number of the last account. Numbers are never reused: data of a removed account that is still in memory or in a request must
-- not be taken for data of another account.
CREATE TABLE last_account (number INTEGER NOT NULL) STRICT;
INSERT INTO last_account SELECT coalesce(max(id), 0) FROM account;
