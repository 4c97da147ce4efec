-- The lowest page of a pass that the server reported as the last one.
ALTER TABLE refresh_pass ADD COLUMN last_page INTEGER;
