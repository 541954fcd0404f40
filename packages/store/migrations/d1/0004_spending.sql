-- What was spent on models, in billionths of a US dollar. A question is set aside at its most and corrected afterwards. day_ms is
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
