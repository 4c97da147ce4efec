-- One row per person and server. If the keyring returns no tokens, signed_in tells whether the account is signed out or the
-- keyring is locked.
CREATE TABLE account (
    id        INTEGER PRIMARY KEY,
    server    TEXT    NOT NULL,
    user_id   TEXT    NOT NULL,
    email     TEXT    NOT NULL,
    by_token  INTEGER NOT NULL,
    signed_in INTEGER NOT NULL,
    active    INTEGER NOT NULL,
    UNIQUE (server, user_id)
) STRICT;

-- What is known about a server, for all of its accounts.
CREATE TABLE server (
    server         TEXT PRIMARY KEY,
    resets_omitted INTEGER NOT NULL
) STRICT;

CREATE TABLE profile (
    account    INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    document   TEXT    NOT NULL,
    etag       TEXT,
    fetched_at INTEGER NOT NULL
) STRICT;

-- held is the id of the local picture that the draft refers to, so that the picture is not removed.
CREATE TABLE draft (
    account  INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    form     TEXT    NOT NULL,
    document TEXT    NOT NULL,
    held     TEXT,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (account, form)
) STRICT;

-- At most two rows per field: one in flight, and one follow-up. mine is null if held is the id of a local picture.
CREATE TABLE edit (
    account   INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    field     TEXT    NOT NULL,
    in_flight INTEGER NOT NULL CHECK (in_flight IN (0, 1)),
    save_id   TEXT    NOT NULL,
    base      TEXT    NOT NULL,
    mine      TEXT,
    held      TEXT,
    state     TEXT    NOT NULL CHECK (state IN ('waiting', 'refused', 'conflict')),
    reason    TEXT,
    theirs    TEXT,
    made_at   INTEGER NOT NULL,
    PRIMARY KEY (account, field, in_flight),
    CHECK ((mine IS NULL) <> (held IS NULL))
) STRICT;

-- Local pictures that a draft or an edit refers to; url is set after the upload.
CREATE TABLE held_picture (
    id      TEXT    PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    mime    TEXT    NOT NULL,
    bytes   BLOB    NOT NULL,
    url     TEXT
) STRICT;

-- Pictures from servers. The bytes are in files named by id.
CREATE TABLE cached_picture (
    id      TEXT    PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    mime    TEXT    NOT NULL,
    size    INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX cached_picture_by_use ON cached_picture (used_at);
