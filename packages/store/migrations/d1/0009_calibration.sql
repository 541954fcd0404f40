-- What would have been admitted without calibration, where calibration lowered it.
ALTER TABLE analysis ADD COLUMN uncalibrated_confidence TEXT;

UPDATE midwatch_schema SET version = 9;
