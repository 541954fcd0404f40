import type { Migration } from '../sql/schema-version.js';

/** Written by `vitest run -u` from `migrations/common` and `migrations/sqlite`. */
export const sqliteMigrations: readonly Migration[] = [
  {
    version: 1,
    name: '0001_incidents.sql',
    text: `CREATE TABLE midwatch_schema (version BIGINT NOT NULL);
INSERT INTO midwatch_schema (version) VALUES (0);

CREATE TABLE incident (
  id TEXT NOT NULL PRIMARY KEY,
  group_key TEXT NOT NULL,
  name TEXT NOT NULL,
  service TEXT,
  namespace TEXT,
  environment TEXT,
  severity TEXT,
  status TEXT NOT NULL,
  opened_at_ms BIGINT NOT NULL,
  last_alert_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL,
  resolved_at_ms BIGINT,
  alert_count BIGINT NOT NULL,
  firing_count BIGINT NOT NULL,
  headline TEXT,
  verdict TEXT,
  confidence TEXT,
  brief TEXT
);
CREATE INDEX incident_by_group ON incident (group_key, last_alert_at_ms, id);
CREATE INDEX incident_by_opening ON incident (opened_at_ms, id);
CREATE INDEX incident_by_update ON incident (updated_at_ms, id);

CREATE TABLE alert (
  fingerprint TEXT NOT NULL,
  starts_at_ms BIGINT NOT NULL,
  incident_id TEXT NOT NULL,
  status TEXT NOT NULL,
  recorded_at_ms BIGINT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (fingerprint, starts_at_ms)
);
CREATE INDEX alert_by_incident ON alert (incident_id, recorded_at_ms, starts_at_ms, fingerprint);

-- Steps and deliveries. ready_at_ms is the due time while an item waits, the lease's end while it runs, NULL afterwards.
CREATE TABLE work_item (
  seq BIGINT NOT NULL PRIMARY KEY,
  queue TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  item_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  input TEXT,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  queued_at_ms BIGINT NOT NULL,
  ready_at_ms BIGINT,
  finished_at_ms BIGINT,
  result TEXT,
  error TEXT,
  UNIQUE (queue, incident_id, item_key)
);
CREATE INDEX work_item_by_readiness ON work_item (queue, ready_at_ms, seq);
CREATE INDEX work_item_by_state ON work_item (queue, state, seq);
CREATE INDEX work_item_by_incident ON work_item (incident_id, queue, kind, state, finished_at_ms, seq);

CREATE TABLE approval (
  id TEXT NOT NULL PRIMARY KEY,
  incident_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  action TEXT NOT NULL,
  state TEXT NOT NULL,
  requested_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  decided_by TEXT,
  decided_at_ms BIGINT
);
CREATE INDEX approval_by_incident ON approval (incident_id);

CREATE TABLE audit_entry (
  seq BIGINT NOT NULL PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  incident_id TEXT,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT
);
CREATE INDEX audit_entry_by_incident ON audit_entry (incident_id, seq);
CREATE INDEX audit_entry_by_time ON audit_entry (at_ms, seq);

UPDATE midwatch_schema SET version = 1;
`,
  },
  {
    version: 2,
    name: '0002_bundles.sql',
    text: `CREATE TABLE bundle (
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
`,
  },
  {
    version: 3,
    name: '0003_changes.sql',
    text: `CREATE TABLE told_change (
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
`,
  },
  {
    version: 4,
    name: '0004_spending.sql',
    text: `-- What was spent on models, in billionths of a US dollar. A question is set aside at its most and corrected afterwards. day_ms is
-- when its day began.
CREATE TABLE spending (
  spending_key TEXT NOT NULL PRIMARY KEY,
  incident_id TEXT NOT NULL,
  service TEXT NOT NULL,
  day_ms BIGINT NOT NULL,
  nano_usd BIGINT NOT NULL
);
CREATE INDEX spending_by_incident ON spending (incident_id, nano_usd);
CREATE INDEX spending_by_day ON spending (day_ms, service, nano_usd);

UPDATE midwatch_schema SET version = 4;
`,
  },
  {
    version: 5,
    name: '0005_storms.sql',
    text: `-- How many incidents of one place were opened lately, for storms.
CREATE INDEX incident_by_place ON incident (namespace, environment, opened_at_ms);

UPDATE midwatch_schema SET version = 5;
`,
  },
  {
    version: 6,
    name: '0006_controls.sql',
    text: `-- What is so for the whole deployment, each by its name: whether models and actions are stopped, what a source answered last, when
-- a heartbeat was heard.
CREATE TABLE control (
  name TEXT NOT NULL PRIMARY KEY,
  document TEXT NOT NULL,
  set_at_ms BIGINT NOT NULL
);

UPDATE midwatch_schema SET version = 6;
`,
  },
];
