-- The file from which a picture was cropped, and the crop, so that it can be cropped again. source is a file of the picture
-- cache, which may have been evicted since.
CREATE TABLE picture_source (
    account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    picture TEXT    NOT NULL,
    source  TEXT    NOT NULL,
    crop    TEXT    NOT NULL,
    PRIMARY KEY (account, picture)
) STRICT;
