-- What was made before then may have been offered in an earlier session: until shortly before then the agent was heard.
ALTER TABLE site_sessions ADD COLUMN offered_until bigint;
