-- How many incidents of one place were opened lately, for storms.
CREATE INDEX incident_by_place ON incident (namespace, environment, opened_at_ms);

UPDATE midwatch_schema SET version = 5;
