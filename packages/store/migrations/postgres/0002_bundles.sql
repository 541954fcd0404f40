CREATE TABLE bundle (
  bundle_key TEXT NOT NULL PRIMARY KEY,
  stored_at_ms BIGINT NOT NULL
);
CREATE INDEX bundle_by_time ON bundle (stored_at_ms, bundle_key);

-- In parts, so that no statement holds 8 MiB; D1 has the same table. Gzipped already.
CREATE TABLE bundle_part (
  bundle_key TEXT NOT NULL,
  part BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (bundle_key, part)
);
ALTER TABLE bundle_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Where several write at once, the greatest number there is says nothing about the next.
CREATE SEQUENCE work_item_seq OWNED BY work_item.seq;
SELECT setval('work_item_seq', (SELECT coalesce(max(seq), 0) + 1 FROM work_item), false);
CREATE SEQUENCE audit_entry_seq OWNED BY audit_entry.seq;
SELECT setval('audit_entry_seq', (SELECT coalesce(max(seq), 0) + 1 FROM audit_entry), false);

UPDATE midwatch_schema SET version = 2;
