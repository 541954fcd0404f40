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
  {
    version: 7,
    name: '0007_ledger.sql',
    text: `-- Who is on an incident, and until when no new message goes out about it.
ALTER TABLE incident ADD COLUMN owned_by TEXT;
ALTER TABLE incident ADD COLUMN owned_at_ms BIGINT;
ALTER TABLE incident ADD COLUMN silenced_by TEXT;
ALTER TABLE incident ADD COLUMN silenced_at_ms BIGINT;
ALTER TABLE incident ADD COLUMN silenced_until_ms BIGINT;

-- What was done to an incident under a key: the same again, such as a click that was sent twice, does nothing.
CREATE TABLE incident_action (
  incident_id TEXT NOT NULL,
  action_key TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (incident_id, action_key)
);

-- The ledger. Its rows outlive their incident, without what is a text of it or names a person: analysis.bundle_key, signatures
-- and reason, outcome.cause and said_by, rating.said_by. number counts within one incident. Costs are billionths of a US dollar.
CREATE TABLE analysis (
  incident_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  service TEXT,
  look BIGINT NOT NULL,
  state TEXT NOT NULL,
  was_shown BIGINT NOT NULL,
  is_shadow BIGINT NOT NULL,
  analyzer TEXT NOT NULL,
  model TEXT,
  prompt_version TEXT,
  verdict TEXT,
  confidence TEXT,
  stated_confidence TEXT,
  first_service TEXT,
  services TEXT NOT NULL,
  source_set TEXT NOT NULL,
  gaps TEXT NOT NULL,
  escalation TEXT,
  collect_ms BIGINT,
  reduce_ms BIGINT,
  format_ms BIGINT,
  analyze_ms BIGINT,
  brief_ms BIGINT NOT NULL,
  answered_by TEXT,
  input_tokens BIGINT,
  cache_write_tokens BIGINT,
  cache_read_tokens BIGINT,
  output_tokens BIGINT,
  thinking_tokens BIGINT,
  nano_usd BIGINT,
  reason TEXT,
  bundle_key TEXT,
  signatures TEXT,
  PRIMARY KEY (incident_id, number)
);
CREATE INDEX analysis_by_time ON analysis (at_ms, incident_id, number);

CREATE TABLE outcome (
  incident_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  judgement TEXT NOT NULL,
  service TEXT,
  cause TEXT,
  said_by TEXT,
  via TEXT NOT NULL,
  PRIMARY KEY (incident_id, number)
);
CREATE INDEX outcome_by_time ON outcome (at_ms, incident_id, number);

CREATE TABLE rating (
  incident_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  score BIGINT NOT NULL,
  said_by TEXT,
  PRIMARY KEY (incident_id, number)
);
CREATE INDEX rating_by_time ON rating (at_ms, incident_id, number);

UPDATE midwatch_schema SET version = 7;
`,
  },
  {
    version: 8,
    name: '0008_memory.sql',
    text: `-- Past incidents with a known cause. terms are digests of signatures and words: what full-text search knows. One of an incident
-- has its id as its key, too.
CREATE TABLE memory (
  seq INTEGER PRIMARY KEY,
  memory_key TEXT NOT NULL UNIQUE,
  incident_id TEXT,
  at_ms BIGINT NOT NULL,
  kept_at_ms BIGINT NOT NULL,
  service TEXT,
  namespace TEXT,
  cause_service TEXT,
  cause TEXT NOT NULL,
  signatures TEXT NOT NULL,
  words TEXT NOT NULL,
  terms TEXT NOT NULL
);
CREATE INDEX memory_by_incident ON memory (incident_id);
CREATE INDEX memory_by_time ON memory (kept_at_ms, memory_key);

CREATE VIRTUAL TABLE memory_index USING fts5 (terms, content = 'memory', content_rowid = 'seq');
-- What is deleted does not stay in the index until it is merged.
INSERT INTO memory_index (memory_index, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER memory_kept AFTER INSERT ON memory BEGIN
  INSERT INTO memory_index (rowid, terms) VALUES (new.seq, new.terms);
END;
CREATE TRIGGER memory_forgotten AFTER DELETE ON memory BEGIN
  INSERT INTO memory_index (memory_index, rowid, terms) VALUES ('delete', old.seq, old.terms);
END;

-- Which memories stood in an incident's dossiers, and whether its cause was the same. It holds no text, and outlives the incident.
CREATE TABLE memory_shown (
  incident_id TEXT NOT NULL,
  memory_key TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  verdict TEXT NOT NULL,
  PRIMARY KEY (incident_id, memory_key)
);
CREATE INDEX memory_shown_by_memory ON memory_shown (memory_key, verdict);
CREATE INDEX memory_shown_by_time ON memory_shown (at_ms);

UPDATE midwatch_schema SET version = 8;
`,
  },
  {
    version: 9,
    name: '0009_calibration.sql',
    text: `-- What would have been admitted without calibration, where calibration lowered it.
ALTER TABLE analysis ADD COLUMN uncalibrated_confidence TEXT;

UPDATE midwatch_schema SET version = 9;
`,
  },
  {
    version: 10,
    name: '0010_actions.sql',
    text: `-- In which role somebody decided.
ALTER TABLE approval ADD COLUMN decided_role TEXT;

-- Actions on systems, each of which began once. They outlive their incident, without proposal.
CREATE TABLE begun_action (
  plan_id TEXT NOT NULL PRIMARY KEY,
  incident_id TEXT NOT NULL,
  service TEXT NOT NULL,
  target TEXT NOT NULL,
  remedy TEXT NOT NULL,
  undoes TEXT,
  state TEXT NOT NULL,
  begun_at_ms BIGINT NOT NULL,
  ended_at_ms BIGINT,
  effect TEXT,
  proposal TEXT
);
CREATE INDEX begun_action_by_incident ON begun_action (incident_id, begun_at_ms, plan_id);
CREATE INDEX begun_action_by_service ON begun_action (service, begun_at_ms);
CREATE INDEX begun_action_by_target ON begun_action (target, state);

-- Everything that was proposed, asked, decided and done. hash is of all but actor, detail and salt, which go with the incident;
-- detail_hash is of these three, and stays. No row is ever deleted.
CREATE TABLE action_log (
  number BIGINT NOT NULL PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  incident_id TEXT,
  plan_id TEXT,
  actor TEXT,
  action TEXT NOT NULL,
  detail TEXT,
  salt TEXT,
  detail_hash TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX action_log_by_incident ON action_log (incident_id, number);

UPDATE midwatch_schema SET version = 10;
`,
  },
];
