-- In which role somebody decided.
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
