-- The first page of a pass that has no next page according to the server.
ALTER TABLE refresh_pass ADD COLUMN last_page INTEGER;
