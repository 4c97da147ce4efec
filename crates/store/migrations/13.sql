-- Whether the tokens of an account are in memory only. If the next start does not find them in the keyring, it says so.
ALTER TABLE account ADD COLUMN token_in_memory INTEGER NOT NULL DEFAULT 0;
