-- When the server's value of a conflict came to be, as far as it says so.
ALTER TABLE edit ADD COLUMN theirs_at INTEGER;

-- The number of the last account. Numbers are never used again: whatever belonged to an account that signed out, in memory
-- or on its way, must not be taken for another's.
CREATE TABLE last_account (number INTEGER NOT NULL) STRICT;
INSERT INTO last_account SELECT coalesce(max(id), 0) FROM account;
