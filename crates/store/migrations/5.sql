-- From which file a finished picture was cut, and how, so that it can be cut anew. source names a file of the picture cache,
-- which may have made room for others by now.
CREATE TABLE picture_source (
    account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    picture TEXT    NOT NULL,
    source  TEXT    NOT NULL,
    crop    TEXT    NOT NULL,
    PRIMARY KEY (account, picture)
) STRICT;
