-- The log does not grow on a timeline that nobody has compared with its topic, however long a process has been connected: after a
-- fail-over the server is another one, and may lack events that the one before it has told to others.

CREATE FUNCTION log_timeline() RETURNS int LANGUAGE sql STABLE AS $$
    SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
$$;
COMMENT ON FUNCTION log_timeline IS 'The timeline that is written now. The control file tells the one of the last checkpoint, for minutes'
    ' after a promotion.';

CREATE OR REPLACE FUNCTION log_may_grow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    why text;
BEGIN
    SELECT reason INTO why FROM log_halt ORDER BY code, partition LIMIT 1;
    IF NOT FOUND AND EXISTS (SELECT FROM log_place WHERE timeline <> log_timeline()) THEN
        why := 'The database failed over, so nothing is written until the relay has compared the log with its topic; that needs the'
            ' broker, and the services whose topics it consumes.';
    END IF;
    IF why IS NOT NULL THEN
        RAISE EXCEPTION '%', why USING ERRCODE = 'SL003';
    END IF;
    RETURN NULL;
END $$;

-- Answers are written before the heads are locked, and a refusal is written alone.
CREATE TRIGGER command_may_be_answered BEFORE INSERT ON command FOR EACH STATEMENT EXECUTE FUNCTION log_may_grow();
