-- The first page of a pass after which the server said that none follows.
ALTER TABLE refresh_pass ADD COLUMN last_page INTEGER;
