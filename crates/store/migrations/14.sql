-- The page of an account as the last start painted it first. The next start shows it before the page's code has loaded. The
-- key stands for everything that it was made from.
CREATE TABLE first_page (
    account INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    key     TEXT    NOT NULL,
    page    TEXT    NOT NULL
) STRICT;
