-- Who did or saw what, on what, when and why. Each row is chained to the one before by its hash, like the events of the log.

ALTER TABLE operator_action
    ALTER COLUMN id DROP IDENTITY,
    DROP CONSTRAINT operator_action_parked_id_fkey, -- a row is inserted last of all, and must wait for nothing but the head
    ADD COLUMN kind    text   NOT NULL DEFAULT 'act' CHECK (kind IN ('act', 'look')),
    ADD COLUMN things  text[] NOT NULL DEFAULT '{}',
    ADD COLUMN subject text,
    ADD COLUMN client  text,
    ADD COLUMN address text,
    ADD COLUMN agent   text,
    ADD COLUMN before  json,
    ADD COLUMN after   json,
    ADD COLUMN hash    bytea;

UPDATE operator_action SET things = CASE
    WHEN parked_id IS NOT NULL THEN ARRAY['parked/' || parked_id]
    WHEN action IN ('set aside', 'accepted', 'undone') AND detail ->> 'number' IS NOT NULL
        THEN ARRAY['set-aside/' || (detail ->> 'number')]
    WHEN action = 'acknowledged as different' AND detail ->> 'number' IS NOT NULL
        THEN ARRAY['look-alikes/' || (detail ->> 'number')]
    ELSE '{}' END;

CREATE FUNCTION operator_action_content(
    id bigint, done_at timestamptz, kind text, action text, things text[], actor text, subject text, client text, address text,
    agent text, reason text, parked_id bigint, detail json, before json, after json
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT convert_to(json_build_array(id, encode(timestamptz_send(done_at), 'hex'), kind, action,
        array_to_string(things, E'\x1f'), actor, subject, client, address, agent, reason, parked_id, detail::text, before::text,
        after::text)::text, 'UTF8')
$$;
COMMENT ON FUNCTION operator_action_content IS 'What an action''s hash covers, besides the hash before it: a JSON array, in which no text'
    ' can be taken for two; documents are the text that is stored.';

CREATE TABLE operator_action_head (
    id        int    PRIMARY KEY CHECK (id = 1),
    head      bigint NOT NULL CHECK (head >= 0),
    head_hash bytea  NOT NULL
);
COMMENT ON TABLE operator_action_head IS 'The last action; its row lock makes commit order the order of the chain.';

UPDATE operator_action a SET hash = chained.hash FROM (
    SELECT id, log_chain(sha256(convert_to('standing/actions', 'UTF8')), operator_action_content(id, done_at, kind, action, things,
        actor, subject, client, address, agent, reason, parked_id, detail, before, after)) OVER (ORDER BY id) AS hash
      FROM operator_action
) chained WHERE a.id = chained.id;
INSERT INTO operator_action_head (id, head, head_hash)
SELECT 1, coalesce(max(id), 0),
       coalesce((SELECT hash FROM operator_action ORDER BY id DESC LIMIT 1), sha256(convert_to('standing/actions', 'UTF8')))
  FROM operator_action;
ALTER TABLE operator_action
    ALTER COLUMN hash SET NOT NULL,
    ADD CONSTRAINT operator_action_things_plain CHECK (array_to_string(things, '') !~ '[\x01-\x1f]');
CREATE INDEX operator_action_actor ON operator_action (actor, id);
CREATE INDEX operator_action_subject ON operator_action (subject, id) WHERE subject IS NOT NULL;
CREATE INDEX operator_action_done_at ON operator_action (done_at);
CREATE INDEX operator_action_things ON operator_action USING gin (things);

-- What a transaction has done until it commits. Only then is it numbered and chained, so that the head is the last lock that any
-- transaction takes, and is held while it commits and no longer.
CREATE TABLE operator_action_pending (
    n         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    done_at   timestamptz NOT NULL,
    kind      text        NOT NULL,
    action    text        NOT NULL,
    things    text[]      NOT NULL,
    actor     text        NOT NULL,
    subject   text,
    client    text,
    address   text,
    agent     text,
    reason    text        NOT NULL,
    parked_id bigint,
    detail    json        NOT NULL,
    before    json,
    after     json
);

CREATE FUNCTION operator_action_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last operator_action_head;
BEGIN
    IF NOT EXISTS (SELECT FROM operator_action_pending p WHERE p.n = NEW.n) THEN
        RETURN NULL; -- chained together with the first of its transaction
    END IF;
    SELECT * INTO STRICT last FROM operator_action_head FOR UPDATE;
    WITH taken AS (
        DELETE FROM operator_action_pending RETURNING *
    ), numbered AS (
        SELECT last.head + row_number() OVER (ORDER BY t.n) AS id, t.* FROM taken t
    ), written AS (
        INSERT INTO operator_action AS x (id, done_at, kind, action, things, actor, subject, client, address, agent, reason, parked_id,
                                          detail, before, after, hash)
        SELECT t.id, t.done_at, t.kind, t.action, t.things, t.actor, t.subject, t.client, t.address, t.agent, t.reason, t.parked_id,
               t.detail, t.before, t.after,
               log_chain(last.head_hash, operator_action_content(t.id, t.done_at, t.kind, t.action, t.things, t.actor, t.subject,
                   t.client, t.address, t.agent, t.reason, t.parked_id, t.detail, t.before, t.after)) OVER (ORDER BY t.id)
          FROM numbered t
        RETURNING x.id, x.hash
    ), newest AS (
        SELECT w.id, w.hash FROM written w ORDER BY w.id DESC LIMIT 1
    )
    UPDATE operator_action_head h SET head = newest.id, head_hash = newest.hash FROM newest;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER operator_action_chained AFTER INSERT ON operator_action_pending
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION operator_action_chain();

CREATE FUNCTION operator_action_is_forever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit is append-only: % of an action is refused.', TG_OP USING ERRCODE = 'SL001';
END $$;
CREATE TRIGGER operator_action_is_forever BEFORE UPDATE OR DELETE OR TRUNCATE ON operator_action
    FOR EACH STATEMENT EXECUTE FUNCTION operator_action_is_forever();
-- By the chain alone: what a replica of a former version inserts itself waits for its transaction to commit like all others.
CREATE FUNCTION operator_action_by_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO operator_action_pending (done_at, kind, action, things, actor, subject, client, address, agent, reason, parked_id, detail,
                                         before, after)
    VALUES (NEW.done_at, NEW.kind, NEW.action, NEW.things, NEW.actor, NEW.subject, NEW.client, NEW.address, NEW.agent, NEW.reason,
            NEW.parked_id, NEW.detail, NEW.before, NEW.after);
    RETURN NULL;
END $$;
CREATE TRIGGER operator_action_by_chain BEFORE INSERT ON operator_action
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION operator_action_by_chain();
