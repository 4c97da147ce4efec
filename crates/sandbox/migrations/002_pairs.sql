-- A session is now one sign-in with one pair of tokens: renewal replaces the pair in the row. Before, every renewal added a
-- row to a family, and a pair was valid until a later pair of the family was used. Each pair that is still valid becomes a
-- separate session, because the client may have any of them.
CREATE TABLE pair_session (
    id              INTEGER PRIMARY KEY,
    user_id         TEXT NOT NULL REFERENCES user (id),
    access_hash     BLOB NOT NULL UNIQUE,
    access_expires  INTEGER NOT NULL,
    refresh_hash    BLOB NOT NULL UNIQUE,
    refresh_expires INTEGER NOT NULL
);

INSERT INTO pair_session (user_id, access_hash, access_expires, refresh_hash, refresh_expires)
SELECT f.user_id, s.access_hash, s.access_expires, s.refresh_hash, s.refresh_expires
FROM session s JOIN family f ON f.id = s.family_id
WHERE NOT EXISTS (SELECT 1 FROM session later WHERE later.family_id = s.family_id AND later.used = 1 AND later.id > s.id)
ORDER BY s.id;

DROP TABLE session;
DROP TABLE family;
ALTER TABLE pair_session RENAME TO session;

CREATE INDEX session_by_user ON session (user_id);
