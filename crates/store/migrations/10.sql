-- The texts that a search examines are computed when rows are read: stored ones would be out of date whenever a new
-- version folds them in another way.
ALTER TABLE collaborator DROP COLUMN search;
ALTER TABLE role_change DROP COLUMN search;
