-- Ids of users, organizations and team rows are 24 lower-case hex digits. Times are in milliseconds since 1970.

CREATE TABLE picture (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    bytes      BLOB NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE organization (
    id               TEXT PRIMARY KEY,
    name             TEXT NOT NULL,
    slug             TEXT NOT NULL UNIQUE,
    picture_id       TEXT REFERENCES picture (id),
    created_by       TEXT NOT NULL,
    primary_color    TEXT NOT NULL,
    store_enabled    INTEGER NOT NULL,
    store_domain     TEXT NOT NULL,
    storage_provider TEXT NOT NULL,
    enforce_sso      INTEGER NOT NULL,
    created_at       INTEGER NOT NULL
);

CREATE TABLE user (
    id              TEXT PRIMARY KEY,
    email           TEXT NOT NULL,
    email_key       TEXT NOT NULL UNIQUE, -- the email address in lower case
    first_name      TEXT NOT NULL,
    last_name       TEXT NOT NULL,
    picture_id      TEXT REFERENCES picture (id),
    picture_url     TEXT,
    role            TEXT NOT NULL CHECK (role IN ('admin', 'adminViewer', 'user', 'serviceAccount')),
    newsletter      INTEGER NOT NULL,
    sso             INTEGER NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organization (id),
    language        TEXT NOT NULL,
    verification    TEXT NOT NULL,
    password_hash   TEXT,
    totp_secret     TEXT,
    totp_last_step  INTEGER NOT NULL DEFAULT 0,
    last_login      INTEGER,
    last_action     INTEGER,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    CHECK (picture_id IS NULL OR picture_url IS NULL)
);

CREATE INDEX user_by_role ON user (organization_id, role);

CREATE TABLE collaborator (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id),
    user_id         TEXT REFERENCES user (id), -- NULL for a pending invitation
    detected_email  TEXT,
    role            TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer', 'unassigned')),
    name_key        TEXT NOT NULL, -- sort key in lower case, updated with the user's name
    email_key       TEXT NOT NULL,
    created_by      TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    CHECK ((user_id IS NULL) <> (detected_email IS NULL)),
    UNIQUE (user_id, organization_id)
);

-- Covering indexes: counting rows and skipping to a late page of a large team does not read the table.
CREATE INDEX collaborator_by_name ON collaborator (organization_id, name_key, id, user_id);
CREATE INDEX collaborator_by_email ON collaborator (organization_id, email_key, id, user_id);
CREATE INDEX collaborator_by_role ON collaborator (organization_id, role, name_key, id, user_id);
CREATE INDEX collaborator_by_age ON collaborator (organization_id, created_at, id, user_id);

CREATE TABLE collaborator_tag (
    collaborator_id TEXT NOT NULL REFERENCES collaborator (id) ON DELETE CASCADE,
    position        INTEGER NOT NULL,
    tag             TEXT NOT NULL,
    PRIMARY KEY (collaborator_id, position)
) WITHOUT ROWID;

CREATE INDEX collaborator_tag_by_tag ON collaborator_tag (tag, collaborator_id);

-- Each sign-in starts a family, and every refresh adds a session to it. Tokens are stored only as SHA-256 hashes.
CREATE TABLE family (
    id      INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user (id)
);

CREATE TABLE session (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- within a family, a later session has a greater id
    family_id       INTEGER NOT NULL REFERENCES family (id) ON DELETE CASCADE,
    access_hash     BLOB NOT NULL UNIQUE,
    access_expires  INTEGER NOT NULL,
    refresh_hash    BLOB NOT NULL UNIQUE,
    refresh_expires INTEGER NOT NULL,
    used            INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX session_by_family ON session (family_id, used);
