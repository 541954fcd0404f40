-- Past incidents with a known cause. terms are digests of signatures and words: what full-text search knows. One of an incident
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
