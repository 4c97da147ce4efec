-- When the server's value of a conflict came to be, as far as it says so.
ALTER TABLE edit ADD COLUMN theirs_at INTEGER;

-- The value that was handed to the network last, where its arrival was never seen: it may come late.
ALTER TABLE edit ADD COLUMN handed TEXT;

-- The number of the last account. Numbers are never used again: whatever belonged to an account that signed out, in memory
-- or on its way, must not be taken for another's.
CREATE TABLE last_account (number INTEGER NOT NULL) STRICT;
INSERT INTO last_account SELECT coalesce(max(id), 0) FROM account;
