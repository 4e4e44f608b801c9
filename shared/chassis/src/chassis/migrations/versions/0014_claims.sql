-- The documents that streams have, by kind and id: of which of them an id is. Filled from the log before a service decides about new ones.

CREATE TABLE claim (
    kind     text   NOT NULL,
    id       text   COLLATE "C" NOT NULL,
    stream   text   NOT NULL,
    event_id uuid   NOT NULL,              -- of the event that claimed it; the earliest one has the document
    also     text[] NOT NULL DEFAULT '{}', -- streams that had it too before ids were claimed
    PRIMARY KEY (kind, id)
);
CREATE INDEX claim_of_several ON claim (kind, id) WHERE also <> '{}';

CREATE TABLE claim_edition (
    id    int    PRIMARY KEY CHECK (id = 1),
    types text[] NOT NULL -- of the events that claim something
);

-- Partitions with events after a position whose claims are not noted: before ids were claimed, or by a process that knows fewer types.
CREATE TABLE claim_gap (
    partition int    PRIMARY KEY,
    since     bigint NOT NULL
);

CREATE FUNCTION claim_gaps_by(p_types text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT p_types IS NULL OR EXISTS (SELECT FROM claim_edition e WHERE NOT e.types <@ p_types)
$$;
COMMENT ON FUNCTION claim_gaps_by IS 'Whether a writer who knows the claims of these types leaves some unnoted: one of an earlier release.';

-- What events change: 'take' (refused where another stream has the document), 'carry' (where another one has it, both have it), 'free'.
CREATE FUNCTION claim_note(p_how text[], p_kind text[], p_id text[], p_stream text[], p_event_id uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    doc    record;
    wanted int;
    taken  int;
    other  text;
BEGIN
    FOR doc IN SELECT n.* FROM unnest(p_how, p_kind, p_id, p_stream) AS n (how, kind, id, stream) WHERE n.how = 'free'
                ORDER BY n.kind, n.id COLLATE "C" LOOP
        DELETE FROM claim c WHERE (c.kind, c.id, c.stream) = (doc.kind, doc.id, doc.stream) AND c.also = '{}';
        UPDATE claim c SET stream = CASE WHEN c.stream = doc.stream THEN c.also[1] ELSE c.stream END,
               also = CASE WHEN c.stream = doc.stream THEN c.also[2:] ELSE array_remove(c.also, doc.stream) END
         WHERE (c.kind, c.id) = (doc.kind, doc.id) AND (c.stream = doc.stream OR doc.stream = ANY (c.also));
    END LOOP;

    SELECT count(*) INTO wanted FROM unnest(p_how) AS n (how) WHERE n.how = 'take';
    IF wanted > 0 THEN
        INSERT INTO claim (kind, id, stream, event_id)
        SELECT n.kind, n.id, n.stream, n.event_id
          FROM unnest(p_how, p_kind, p_id, p_stream, p_event_id) AS n (how, kind, id, stream, event_id)
         WHERE n.how = 'take' ORDER BY n.kind, n.id COLLATE "C"
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS taken = ROW_COUNT;
        IF taken < wanted THEN -- by a statement of its own, which sees what the insertion has waited for
            SELECT format('%s %s is known of %s', c.kind, c.id, c.stream) INTO other
              FROM unnest(p_how, p_kind, p_id, p_stream) AS n (how, kind, id, stream) JOIN claim c ON (c.kind, c.id) = (n.kind, n.id)
             WHERE n.how = 'take' AND c.stream <> n.stream AND n.stream <> ALL (c.also) LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION '%', other USING ERRCODE = 'SL004';
            END IF;
        END IF;
    END IF;

    FOR doc IN SELECT n.* FROM unnest(p_how, p_kind, p_id, p_stream, p_event_id) AS n (how, kind, id, stream, event_id)
                WHERE n.how = 'carry' ORDER BY n.kind, n.id COLLATE "C", n.event_id LOOP
        INSERT INTO claim AS c (kind, id, stream, event_id) VALUES (doc.kind, doc.id, doc.stream, doc.event_id)
        ON CONFLICT ON CONSTRAINT claim_pkey DO UPDATE
           SET stream = CASE WHEN EXCLUDED.event_id < c.event_id THEN EXCLUDED.stream ELSE c.stream END,
               also = array_append(c.also, CASE WHEN EXCLUDED.event_id < c.event_id THEN c.stream ELSE EXCLUDED.stream END),
               event_id = least(c.event_id, EXCLUDED.event_id)
         WHERE c.stream <> EXCLUDED.stream AND EXCLUDED.stream <> ALL (c.also);
    END LOOP;
END $$;

-- As before, and with what the events claim; ``p_types`` are the types of events whose claims the caller knows.
CREATE FUNCTION log_append(
    p_partition int[], p_stream text[], p_version int[], p_type text[], p_schema_version int[], p_data text[], p_meta text[],
    p_event_id uuid[], p_correlation_id text[], p_occurred_at timestamptz[], p_recorded_at timestamptz,
    p_command_id text[], p_answer text[],
    p_consumer text, p_source text[], p_source_partition int[], p_from bigint[], p_to bigint[], p_kafka_offset bigint[],
    p_last_id text[], p_parked_version bigint[], p_handled bigint[], p_repeated bigint[],
    p_types text[], p_how text[], p_kind text[], p_id text[], p_claiming text[], p_claimed_by uuid[]
) RETURNS TABLE (partition int, head bigint) LANGUAGE plpgsql AS $$
DECLARE
    moved int;
BEGIN
    IF cardinality(p_source) > 0 THEN
        UPDATE inbox i SET position = m.upto, kafka_offset = m.kafka_offset, last_id = m.last_id,
               handled = i.handled + m.handled, repeated = i.repeated + m.repeated
          FROM unnest(p_source, p_source_partition, p_from, p_to, p_kafka_offset, p_last_id, p_parked_version, p_handled, p_repeated)
               AS m (source, partition, since, upto, kafka_offset, last_id, parked_version, handled, repeated)
         WHERE i.consumer = p_consumer AND i.source = m.source AND i.partition = m.partition
           AND i.position = m.since AND i.parked_version = m.parked_version;
        GET DIAGNOSTICS moved = ROW_COUNT;
        IF moved <> cardinality(p_source) THEN
            RAISE EXCEPTION 'The inbox was moved by somebody else.' USING ERRCODE = 'SL002';
        END IF;
    END IF;

    IF cardinality(p_command_id) > 0 THEN
        INSERT INTO command (id, answer)
        SELECT c.id, c.answer::json FROM unnest(p_command_id, p_answer) AS c (id, answer) ORDER BY c.id;
    END IF;

    -- Before the heads are locked, by every caller in the same order.
    IF cardinality(p_how) > 0 THEN
        IF NOT claim_gaps_by(p_types) AND EXISTS (SELECT FROM claim_gap) THEN
            RAISE EXCEPTION 'The claims of some events are not noted yet.' USING ERRCODE = 'SL005';
        END IF;
        PERFORM claim_note(p_how, p_kind, p_id, p_claiming, p_claimed_by);
    END IF;

    IF cardinality(p_partition) > 0 THEN
        PERFORM 1 FROM log_partition h WHERE h.partition = ANY (p_partition) ORDER BY h.partition FOR UPDATE;
        IF claim_gaps_by(p_types) THEN
            INSERT INTO claim_gap SELECT h.partition, h.head FROM log_partition h WHERE h.partition = ANY (p_partition)
            ON CONFLICT DO NOTHING;
        END IF;
        SELECT greatest(p_recorded_at, max(x.recorded_at)) INTO p_recorded_at
          FROM log_partition h JOIN event x ON x.partition = h.partition AND x.position = h.head
         WHERE h.partition = ANY (p_partition);

        RETURN QUERY
        WITH told AS (
            SELECT e.*, h.head_hash AS before, h.head + row_number() OVER (PARTITION BY e.part ORDER BY e.n) AS pos
              FROM unnest(p_partition, p_stream, p_version, p_type, p_schema_version, p_data, p_meta, p_event_id,
                          p_correlation_id, p_occurred_at) WITH ORDINALITY
                   AS e (part, stream, version, type, schema_version, data, meta, event_id, correlation_id, occurred_at, n)
              JOIN log_partition h ON h.partition = e.part
        ), written AS (
            INSERT INTO event AS x (partition, position, stream, version, type, schema_version, data, meta, event_id, correlation_id,
                               occurred_at, recorded_at, hash)
            SELECT t.part, t.pos, t.stream, t.version, t.type, t.schema_version, t.data::json, t.meta::json, t.event_id,
                   t.correlation_id, t.occurred_at, p_recorded_at,
                   log_chain(t.before, log_content(t.part, t.pos, t.stream, t.version, t.type, t.schema_version, t.event_id,
                             t.correlation_id, t.occurred_at, p_recorded_at, t.meta, t.data))
                       OVER (PARTITION BY t.part ORDER BY t.pos)
              FROM told t
            RETURNING x.partition, x.position, x.hash
        ), newest AS (
            SELECT DISTINCT ON (w.partition) w.partition, w.position, w.hash FROM written w ORDER BY w.partition, w.position DESC
        )
        UPDATE log_partition h SET head = newest.position, head_hash = newest.hash
          FROM newest WHERE h.partition = newest.partition
        RETURNING h.partition, h.head;

        PERFORM pg_notify('log', '');
    END IF;
END $$;

-- How a process of an earlier release writes, beside those of this one: whatever it writes, the claims are still to be noted.
CREATE OR REPLACE FUNCTION log_append(
    p_partition int[], p_stream text[], p_version int[], p_type text[], p_schema_version int[], p_data text[], p_meta text[],
    p_event_id uuid[], p_correlation_id text[], p_occurred_at timestamptz[], p_recorded_at timestamptz,
    p_command_id text[], p_answer text[],
    p_consumer text, p_source text[], p_source_partition int[], p_from bigint[], p_to bigint[], p_kafka_offset bigint[],
    p_last_id text[], p_parked_version bigint[], p_handled bigint[], p_repeated bigint[]
) RETURNS TABLE (partition int, head bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT * FROM log_append(
        p_partition, p_stream, p_version, p_type, p_schema_version, p_data, p_meta, p_event_id, p_correlation_id, p_occurred_at,
        p_recorded_at, p_command_id, p_answer, p_consumer, p_source, p_source_partition, p_from, p_to, p_kafka_offset, p_last_id,
        p_parked_version, p_handled, p_repeated, NULL::text[], '{}'::text[], '{}'::text[], '{}'::text[], '{}'::text[], '{}'::uuid[]);
END $$;
