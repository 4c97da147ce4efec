-- The history has the email address in a column of its own. In older rows, it is part of the name.
ALTER TABLE role_change ADD COLUMN email TEXT NOT NULL DEFAULT '';
