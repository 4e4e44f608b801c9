-- As before, and nothing is dated before what stands in front of it: a process whose clock is behind the others' would otherwise
-- change what was known on a day that is over.

CREATE OR REPLACE FUNCTION log_append(
    p_partition int[], p_stream text[], p_version int[], p_type text[], p_schema_version int[], p_data text[], p_meta text[],
    p_event_id uuid[], p_correlation_id text[], p_occurred_at timestamptz[], p_recorded_at timestamptz,
    p_command_id text[], p_answer text[],
    p_consumer text, p_source text[], p_source_partition int[], p_from bigint[], p_to bigint[], p_kafka_offset bigint[],
    p_last_id text[], p_parked_version bigint[], p_handled bigint[], p_repeated bigint[]
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

    IF cardinality(p_partition) > 0 THEN
        PERFORM 1 FROM log_partition h WHERE h.partition = ANY (p_partition) ORDER BY h.partition FOR UPDATE;
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
