-- What is so for the whole deployment, each by its name: whether models and actions are stopped, what a source answered last, when
-- a heartbeat was heard.
CREATE TABLE control (
  name TEXT NOT NULL PRIMARY KEY,
  document TEXT NOT NULL,
  set_at_ms BIGINT NOT NULL
);

UPDATE midwatch_schema SET version = 6;
