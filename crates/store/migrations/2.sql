-- Names of entries that the keyring did not let go at sign-out; no secrets. They are removed at a later start.
CREATE TABLE left_entry (
    name TEXT PRIMARY KEY
) STRICT;
