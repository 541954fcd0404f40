CREATE TABLE bundle (
  bundle_key TEXT NOT NULL PRIMARY KEY,
  stored_at_ms BIGINT NOT NULL
);
CREATE INDEX bundle_by_time ON bundle (stored_at_ms, bundle_key);

-- In parts, so that no statement holds 8 MiB; D1 has the same table.
CREATE TABLE bundle_part (
  bundle_key TEXT NOT NULL,
  part BIGINT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (bundle_key, part)
);

UPDATE midwatch_schema SET version = 2;
