-- Facts about servers that Lapel found out by trying, and when, so that it can check them again. Before, the only stored fact was
-- server.resets_omitted.
CREATE TABLE server_facts (
    server    TEXT    NOT NULL,
    fact      TEXT    NOT NULL,
    value     TEXT    NOT NULL,
    learnt_at INTEGER NOT NULL,
    PRIMARY KEY (server, fact)
) STRICT;
INSERT INTO server_facts
    SELECT server, 'emptiesLeftOut', 'true', unixepoch() * 1000 FROM server WHERE resets_omitted = 1;
DROP TABLE server;
