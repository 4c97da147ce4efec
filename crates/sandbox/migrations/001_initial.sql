-- Ids are 24 hex digits in lower case, times are milliseconds since 1970.

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
    email_key       TEXT NOT NULL UNIQUE, -- the address in lower case
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
    user_id         TEXT REFERENCES user (id), -- none while an invitation is pending
    detected_email  TEXT,
    role            TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer', 'unassigned')),
    name_key        TEXT NOT NULL, -- what the list is sorted by, in lower case; kept in step with the user
    email_key       TEXT NOT NULL,
    created_by      TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    CHECK ((user_id IS NULL) <> (detected_email IS NULL)),
    UNIQUE (user_id, organization_id)
);

-- Each holds all that counting and skipping need, so that a late page of a large team never reads the table.
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

-- A family begins at sign-in; every refresh adds a session to it. Tokens are kept as SHA-256 only.
CREATE TABLE family (
    id      INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user (id)
);

CREATE TABLE session (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- a later one of the same family has a greater id
    family_id       INTEGER NOT NULL REFERENCES family (id) ON DELETE CASCADE,
    access_hash     BLOB NOT NULL UNIQUE,
    access_expires  INTEGER NOT NULL,
    refresh_hash    BLOB NOT NULL UNIQUE,
    refresh_expires INTEGER NOT NULL,
    used            INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX session_by_family ON session (family_id, used);
