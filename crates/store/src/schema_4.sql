-- Version 4: what partners were told to delete, and their word that they did.

ALTER TABLE forwards ADD COLUMN ordered_at INTEGER;
ALTER TABLE forwards ADD COLUMN deletion TEXT; -- the partner's signed receipt, JSON; empty where it never had it
CREATE INDEX forwards_by_order ON forwards(ordered_at) WHERE ordered_at IS NOT NULL;
