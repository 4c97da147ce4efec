-- The organizations of a person. The rows of a team are removed with its organization.
CREATE TABLE organization (
    account  INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    id       TEXT    NOT NULL,
    position INTEGER NOT NULL,
    name     TEXT,
    slug     TEXT,
    picture  TEXT,
    as_of    INTEGER NOT NULL,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- A team as last read from the server, one row per member or invitation. tags is a JSON list.
-- seen_pass and page: the pass and page that last contained the row.
-- missed: the number of clean passes that have not contained the row since then.
-- changed_at: when this computer last changed or looked up the row; set to null when a page requested later overwrites the row, and
-- when a pass is started or resumed.
CREATE TABLE collaborator (
    account      INTEGER NOT NULL,
    organization TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    user_id      TEXT,
    email        TEXT    NOT NULL,
    first_name   TEXT    NOT NULL,
    last_name    TEXT    NOT NULL,
    picture      TEXT    NOT NULL,
    team_role    TEXT    NOT NULL,
    user_role    TEXT,
    sso          INTEGER,
    tags         TEXT    NOT NULL,
    pending      INTEGER NOT NULL,
    created_at   TEXT,
    updated_at   TEXT,
    search       TEXT    NOT NULL,
    seen_pass    INTEGER,
    page         INTEGER,
    missed       INTEGER NOT NULL DEFAULT 0,
    changed_at   INTEGER,
    PRIMARY KEY (account, organization, id),
    FOREIGN KEY (account, organization) REFERENCES organization ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX collaborator_changed ON collaborator (account, organization) WHERE changed_at IS NOT NULL;

-- A pass over a whole team, page by page. Ids are never reused, so that seen_pass cannot refer to a later pass. total is the
-- number of rows of the team according to the first response.
CREATE TABLE refresh_pass (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    account      INTEGER NOT NULL,
    organization TEXT    NOT NULL,
    page_size    INTEGER NOT NULL,
    pages        INTEGER,
    total        INTEGER,
    clean        INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    FOREIGN KEY (account, organization) REFERENCES organization ON DELETE CASCADE
) STRICT;
CREATE INDEX refresh_pass_by_organization ON refresh_pass (account, organization);

-- The stored pages of a pass, in any order.
CREATE TABLE refresh_page (
    pass INTEGER NOT NULL REFERENCES refresh_pass ON DELETE CASCADE,
    page INTEGER NOT NULL,
    PRIMARY KEY (pass, page)
) STRICT, WITHOUT ROWID;

-- Role changes made from this computer. They remain when the person leaves the organization, and are removed with the account.
CREATE TABLE role_change (
    id           INTEGER PRIMARY KEY,
    account      INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    at           INTEGER NOT NULL,
    organization TEXT    NOT NULL,
    collaborator TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    old          TEXT    NOT NULL,
    new          TEXT    NOT NULL,
    outcome      TEXT    NOT NULL,
    batch        TEXT,
    search       TEXT    NOT NULL
) STRICT;
CREATE INDEX role_change_by_account ON role_change (account);
