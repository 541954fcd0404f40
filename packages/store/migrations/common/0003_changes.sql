CREATE TABLE told_change (
  id TEXT NOT NULL PRIMARY KEY,
  timestamp_ms BIGINT NOT NULL,
  service TEXT NOT NULL,
  namespace TEXT,
  recorded_at_ms BIGINT NOT NULL,
  document TEXT NOT NULL
);
CREATE INDEX told_change_by_time ON told_change (timestamp_ms, id);
CREATE INDEX told_change_by_service ON told_change (service, timestamp_ms, id);

UPDATE midwatch_schema SET version = 3;
