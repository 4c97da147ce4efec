-- The last mail of each kind to each address. Addresses without a user are recorded too, so that the response to a second
-- request does not reveal who has an account. Tokens are stored only as SHA-256 hashes.
CREATE TABLE mail (
    email_key  TEXT NOT NULL, -- the email address in lower case
    kind       TEXT NOT NULL CHECK (kind IN ('password', 'verification')),
    sent_at    INTEGER NOT NULL,
    user_id    TEXT REFERENCES user (id),
    token_hash BLOB UNIQUE, -- NULL if no mail was sent or the link has been used
    PRIMARY KEY (email_key, kind)
) WITHOUT ROWID;
