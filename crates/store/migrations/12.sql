-- Accounts that the user has signed out of, and whose data is still here. They are not shown any more. If Lapel ends before the
-- data is removed, the next start removes it.
ALTER TABLE account ADD COLUMN signing_out INTEGER NOT NULL DEFAULT 0;
