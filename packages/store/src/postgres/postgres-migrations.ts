import type { Migration } from '../sql/schema-version.js';

/** Written by `vitest run -u` from `migrations/common` and `migrations/postgres`. */
export const postgresMigrations: readonly Migration[] = [
  {
    version: 1,
    name: '0001_incidents.sql',
    text: `CREATE TABLE midwatch_schema (version BIGINT NOT NULL);
INSERT INTO midwatch_schema (version) VALUES (0);

CREATE TABLE incident (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  group_key TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  service TEXT COLLATE "C",
  namespace TEXT COLLATE "C",
  environment TEXT COLLATE "C",
  severity TEXT COLLATE "C",
  status TEXT COLLATE "C" NOT NULL,
  opened_at_ms BIGINT NOT NULL,
  last_alert_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL,
  resolved_at_ms BIGINT,
  alert_count BIGINT NOT NULL,
  firing_count BIGINT NOT NULL,
  headline TEXT COLLATE "C",
  verdict TEXT COLLATE "C",
  confidence TEXT COLLATE "C",
  brief TEXT COLLATE "C"
);
CREATE INDEX incident_by_group ON incident (group_key, last_alert_at_ms, id);
CREATE INDEX incident_by_opening ON incident (opened_at_ms, id);
CREATE INDEX incident_by_update ON incident (updated_at_ms, id);

CREATE TABLE alert (
  fingerprint TEXT COLLATE "C" NOT NULL,
  starts_at_ms BIGINT NOT NULL,
  incident_id TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  recorded_at_ms BIGINT NOT NULL,
  document TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (fingerprint, starts_at_ms)
);
CREATE INDEX alert_by_incident ON alert (incident_id, recorded_at_ms, starts_at_ms, fingerprint);

-- Steps and deliveries. ready_at_ms is the due time while an item waits, the lease's end while it runs, NULL afterwards.
CREATE TABLE work_item (
  seq BIGINT NOT NULL PRIMARY KEY,
  queue TEXT COLLATE "C" NOT NULL,
  incident_id TEXT COLLATE "C" NOT NULL,
  item_key TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  input TEXT COLLATE "C",
  state TEXT COLLATE "C" NOT NULL,
  attempts BIGINT NOT NULL,
  queued_at_ms BIGINT NOT NULL,
  ready_at_ms BIGINT,
  finished_at_ms BIGINT,
  result TEXT COLLATE "C",
  error TEXT COLLATE "C",
  UNIQUE (queue, incident_id, item_key)
);
CREATE INDEX work_item_by_readiness ON work_item (queue, ready_at_ms, seq);
CREATE INDEX work_item_by_state ON work_item (queue, state, seq);
CREATE INDEX work_item_by_incident ON work_item (incident_id, queue, kind, state, finished_at_ms, seq);

CREATE TABLE approval (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  incident_id TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  requested_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  decided_by TEXT COLLATE "C",
  decided_at_ms BIGINT
);
CREATE INDEX approval_by_incident ON approval (incident_id);

CREATE TABLE audit_entry (
  seq BIGINT NOT NULL PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  incident_id TEXT COLLATE "C",
  actor TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  detail TEXT COLLATE "C"
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
  bundle_key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  stored_at_ms BIGINT NOT NULL
);
CREATE INDEX bundle_by_time ON bundle (stored_at_ms, bundle_key);

-- In parts, so that no statement holds 8 MiB; D1 has the same table. Gzipped already.
CREATE TABLE bundle_part (
  bundle_key TEXT COLLATE "C" NOT NULL,
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
`,
  },
  {
    version: 3,
    name: '0003_changes.sql',
    text: `CREATE TABLE told_change (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  timestamp_ms BIGINT NOT NULL,
  service TEXT COLLATE "C" NOT NULL,
  namespace TEXT COLLATE "C",
  recorded_at_ms BIGINT NOT NULL,
  document TEXT COLLATE "C" NOT NULL
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
  spending_key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  incident_id TEXT COLLATE "C" NOT NULL,
  service TEXT COLLATE "C" NOT NULL,
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
  name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  document TEXT COLLATE "C" NOT NULL,
  set_at_ms BIGINT NOT NULL
);

UPDATE midwatch_schema SET version = 6;
`,
  },
  {
    version: 7,
    name: '0007_ledger.sql',
    text: `-- Who is on an incident, and until when no new message goes out about it.
ALTER TABLE incident ADD COLUMN owned_by TEXT COLLATE "C";
ALTER TABLE incident ADD COLUMN owned_at_ms BIGINT;
ALTER TABLE incident ADD COLUMN silenced_by TEXT COLLATE "C";
ALTER TABLE incident ADD COLUMN silenced_at_ms BIGINT;
ALTER TABLE incident ADD COLUMN silenced_until_ms BIGINT;

-- What was done to an incident under a key: the same again, such as a click that was sent twice, does nothing.
CREATE TABLE incident_action (
  incident_id TEXT COLLATE "C" NOT NULL,
  action_key TEXT COLLATE "C" NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (incident_id, action_key)
);

-- The ledger. Its rows outlive their incident, without what is a text of it or names a person: analysis.bundle_key, signatures
-- and reason, outcome.cause and said_by, rating.said_by. number counts within one incident. Costs are billionths of a US dollar.
CREATE TABLE analysis (
  incident_id TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  service TEXT COLLATE "C",
  look BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  was_shown BIGINT NOT NULL,
  is_shadow BIGINT NOT NULL,
  analyzer TEXT COLLATE "C" NOT NULL,
  model TEXT COLLATE "C",
  prompt_version TEXT COLLATE "C",
  verdict TEXT COLLATE "C",
  confidence TEXT COLLATE "C",
  stated_confidence TEXT COLLATE "C",
  first_service TEXT COLLATE "C",
  services TEXT COLLATE "C" NOT NULL,
  source_set TEXT COLLATE "C" NOT NULL,
  gaps TEXT COLLATE "C" NOT NULL,
  escalation TEXT COLLATE "C",
  collect_ms BIGINT,
  reduce_ms BIGINT,
  format_ms BIGINT,
  analyze_ms BIGINT,
  brief_ms BIGINT NOT NULL,
  answered_by TEXT COLLATE "C",
  input_tokens BIGINT,
  cache_write_tokens BIGINT,
  cache_read_tokens BIGINT,
  output_tokens BIGINT,
  thinking_tokens BIGINT,
  nano_usd BIGINT,
  reason TEXT COLLATE "C",
  bundle_key TEXT COLLATE "C",
  signatures TEXT COLLATE "C",
  PRIMARY KEY (incident_id, number)
);
CREATE INDEX analysis_by_time ON analysis (at_ms, incident_id, number);

CREATE TABLE outcome (
  incident_id TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  judgement TEXT COLLATE "C" NOT NULL,
  service TEXT COLLATE "C",
  cause TEXT COLLATE "C",
  said_by TEXT COLLATE "C",
  via TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (incident_id, number)
);
CREATE INDEX outcome_by_time ON outcome (at_ms, incident_id, number);

CREATE TABLE rating (
  incident_id TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  score BIGINT NOT NULL,
  said_by TEXT COLLATE "C",
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
  memory_key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  incident_id TEXT COLLATE "C",
  at_ms BIGINT NOT NULL,
  kept_at_ms BIGINT NOT NULL,
  service TEXT COLLATE "C",
  namespace TEXT COLLATE "C",
  cause_service TEXT COLLATE "C",
  cause TEXT COLLATE "C" NOT NULL,
  signatures TEXT COLLATE "C" NOT NULL,
  words TEXT COLLATE "C" NOT NULL,
  terms TEXT COLLATE "C" NOT NULL,
  found_by tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED
);
CREATE INDEX memory_by_incident ON memory (incident_id);
CREATE INDEX memory_by_time ON memory (kept_at_ms, memory_key);

CREATE INDEX memory_by_term ON memory USING gin (found_by);

-- Which memories stood in an incident's dossiers, and whether its cause was the same. It holds no text, and outlives the incident.
CREATE TABLE memory_shown (
  incident_id TEXT COLLATE "C" NOT NULL,
  memory_key TEXT COLLATE "C" NOT NULL,
  at_ms BIGINT NOT NULL,
  verdict TEXT COLLATE "C" NOT NULL,
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
ALTER TABLE analysis ADD COLUMN uncalibrated_confidence TEXT COLLATE "C";

UPDATE midwatch_schema SET version = 9;
`,
  },
  {
    version: 10,
    name: '0010_actions.sql',
    text: `-- In which role somebody decided.
ALTER TABLE approval ADD COLUMN decided_role TEXT COLLATE "C";

-- Actions on systems, each of which began once. They outlive their incident, without proposal.
CREATE TABLE begun_action (
  plan_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  incident_id TEXT COLLATE "C" NOT NULL,
  service TEXT COLLATE "C" NOT NULL,
  target TEXT COLLATE "C" NOT NULL,
  remedy TEXT COLLATE "C" NOT NULL,
  undoes TEXT COLLATE "C",
  state TEXT COLLATE "C" NOT NULL,
  begun_at_ms BIGINT NOT NULL,
  ended_at_ms BIGINT,
  effect TEXT COLLATE "C",
  proposal TEXT COLLATE "C"
);
CREATE INDEX begun_action_by_incident ON begun_action (incident_id, begun_at_ms, plan_id);
CREATE INDEX begun_action_by_service ON begun_action (service, begun_at_ms);
CREATE INDEX begun_action_by_target ON begun_action (target, state);

-- Everything that was proposed, asked, decided and done. hash is of all but actor, detail and salt, which go with the incident;
-- detail_hash is of these three, and stays. No row is ever deleted.
CREATE TABLE action_log (
  number BIGINT NOT NULL PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  incident_id TEXT COLLATE "C",
  plan_id TEXT COLLATE "C",
  actor TEXT COLLATE "C",
  action TEXT COLLATE "C" NOT NULL,
  detail TEXT COLLATE "C",
  salt TEXT COLLATE "C",
  detail_hash TEXT COLLATE "C" NOT NULL,
  previous_hash TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL
);
CREATE INDEX action_log_by_incident ON action_log (incident_id, number);

UPDATE midwatch_schema SET version = 10;
`,
  },
];
