-- The last mail of each kind to each address. An address that nobody has is remembered alike, so that asking for mail twice
-- does not tell who is known here. Tokens are kept as SHA-256 only.
CREATE TABLE mail (
    email_key  TEXT NOT NULL, -- the address in lower case
    kind       TEXT NOT NULL CHECK (kind IN ('password', 'verification')),
    sent_at    INTEGER NOT NULL,
    user_id    TEXT REFERENCES user (id),
    token_hash BLOB UNIQUE, -- none where there was nothing to send, and once the link has been used
    PRIMARY KEY (email_key, kind)
) WITHOUT ROWID;
