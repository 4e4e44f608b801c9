-- A parked message keeps what came; an edit stands beside it. Its mark is how it is known when its producer sends it again.
ALTER TABLE parked
    ADD COLUMN type           text NOT NULL DEFAULT '',
    ADD COLUMN mark           text,
    ADD COLUMN repeats        int  NOT NULL DEFAULT 0 CHECK (repeats >= 0),
    ADD COLUMN edited_headers json,
    ADD COLUMN edited_value   bytea,
    ADD COLUMN edited_by      text,
    ADD CONSTRAINT parked_edit_whole CHECK (num_nulls(edited_headers, edited_value, edited_by) IN (0, 3));
CREATE UNIQUE INDEX parked_once ON parked (source, mark);
CREATE INDEX parked_since ON parked (parked_at) WHERE state = 'parked';

-- Who did what, when and why. Written in the transaction of what it tells.
CREATE TABLE operator_action (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    done_at   timestamptz NOT NULL,
    actor     text        NOT NULL,
    reason    text        NOT NULL,
    action    text        NOT NULL,
    parked_id bigint      REFERENCES parked,
    detail    json        NOT NULL
);
CREATE INDEX operator_action_parked ON operator_action (parked_id, id) WHERE parked_id IS NOT NULL;

-- Which server and database this is. After a restore, a move or a fail-over it is another one.
CREATE TABLE log_place (
    id                int    PRIMARY KEY CHECK (id = 1),
    system_identifier bigint NOT NULL,
    database_oid      bigint NOT NULL,
    timeline          int    NOT NULL
);

-- Why the log must not grow, partition by partition; empty when it may.
CREATE TABLE log_halt (
    partition int         PRIMARY KEY,
    code      text        NOT NULL CHECK (code IN ('moved', 'behind')),
    reason    text        NOT NULL,
    since     timestamptz NOT NULL
);

CREATE FUNCTION log_may_grow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    SELECT reason INTO told FROM log_halt ORDER BY code, partition LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', told USING ERRCODE = 'SL003';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER log_may_grow BEFORE UPDATE ON log_partition FOR EACH STATEMENT EXECUTE FUNCTION log_may_grow();
