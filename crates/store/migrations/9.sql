-- Role changes of many people at once ("batches"), stored before the first request, so that a batch that was
-- interrupted can be continued, looked at or undone after the next start or sign-in.
CREATE TABLE role_batch (
    id           TEXT    PRIMARY KEY,
    account      INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    organization TEXT    NOT NULL,
    -- 'team' or 'user'
    kind         TEXT    NOT NULL,
    -- The role that all rows get; null if each row has its own.
    role         TEXT,
    undoes       INTEGER NOT NULL,
    from_file    INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    -- Whether the user has closed it. A batch that was not closed is offered again.
    closed       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX role_batch_by_account ON role_batch (account);

CREATE TABLE role_batch_row (
    batch        TEXT    NOT NULL REFERENCES role_batch ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    collaborator TEXT    NOT NULL,
    user_id      TEXT,
    -- Number of the line in the imported file
    line         INTEGER,
    name         TEXT    NOT NULL,
    email        TEXT    NOT NULL,
    old          TEXT    NOT NULL,
    new          TEXT    NOT NULL,
    can_undo     INTEGER NOT NULL,
    -- 'planned', 'sent', 'done', 'failed' or 'unknown'
    state        TEXT    NOT NULL,
    -- A rejection document
    error        TEXT,
    PRIMARY KEY (batch, position)
) STRICT, WITHOUT ROWID;

-- The changes whose outcome is looked up when their row is read.
CREATE INDEX role_change_unknown ON role_change (account, collaborator) WHERE outcome = 'unknown';
CREATE INDEX role_change_by_batch ON role_change (batch) WHERE batch IS NOT NULL;
