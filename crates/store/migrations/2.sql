-- Names of keyring entries that could not be removed at sign-out. A later start removes them.
CREATE TABLE left_entry (
    name TEXT PRIMARY KEY
) STRICT;
