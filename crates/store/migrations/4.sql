-- When the server's value of a conflict was set, if the server tells.
ALTER TABLE edit ADD COLUMN theirs_at INTEGER;

-- The last value that was sent without a confirmation. It may still arrive.
ALTER TABLE edit ADD COLUMN handed TEXT;

-- The number of the last account. Numbers are never reused: data of an account that signed out, in memory or in a request, must
-- not be taken for that of another.
CREATE TABLE last_account (number INTEGER NOT NULL) STRICT;
INSERT INTO last_account SELECT coalesce(max(id), 0) FROM account;
