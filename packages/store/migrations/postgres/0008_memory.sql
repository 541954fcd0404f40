-- Past incidents with a known cause. terms are digests of signatures and words: what full-text search knows. One of an incident
-- has its id as its key, too.
CREATE TABLE memory (
  memory_key TEXT NOT NULL PRIMARY KEY,
  incident_id TEXT,
  at_ms BIGINT NOT NULL,
  kept_at_ms BIGINT NOT NULL,
  service TEXT,
  namespace TEXT,
  cause_service TEXT,
  cause TEXT NOT NULL,
  signatures TEXT NOT NULL,
  words TEXT NOT NULL,
  terms TEXT NOT NULL,
  found_by tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED
);
CREATE INDEX memory_by_incident ON memory (incident_id);
CREATE INDEX memory_by_time ON memory (kept_at_ms, memory_key);

CREATE INDEX memory_by_term ON memory USING gin (found_by);

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
