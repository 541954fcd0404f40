CREATE TABLE bundle (
  bundle_key TEXT NOT NULL PRIMARY KEY,
  stored_at_ms BIGINT NOT NULL
);
CREATE INDEX bundle_by_time ON bundle (stored_at_ms, bundle_key);

-- D1 carries a BLOB as a list of numbers, four characters each: base64 takes a third of that. A row holds at most 2 MB.
CREATE TABLE bundle_part (
  bundle_key TEXT NOT NULL,
  part BIGINT NOT NULL,
  bytes TEXT NOT NULL,
  PRIMARY KEY (bundle_key, part)
);

UPDATE midwatch_schema SET version = 2;
