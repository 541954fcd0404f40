-- Who is on an incident, and until when no new message goes out about it.
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
