-- The log. Partition p is mirrored, event for event, by partition p of the service's topic; positions are dense.

CREATE TABLE log_partition (
    partition int    PRIMARY KEY CHECK (partition >= 0),
    head      bigint NOT NULL DEFAULT 0 CHECK (head >= 0),
    head_hash bytea  NOT NULL
);
COMMENT ON TABLE log_partition IS 'Head of each partition; its row lock makes commit order position order.';

CREATE TABLE event (
    partition      int         NOT NULL,
    position       bigint      NOT NULL CHECK (position > 0),
    stream         text        NOT NULL CHECK (stream !~ '[\x01-\x1f]'),
    version        int         NOT NULL CHECK (version > 0),
    type           text        NOT NULL CHECK (type !~ '[\x01-\x1f]'),
    schema_version int         NOT NULL,
    data           json        NOT NULL,  -- json, not jsonb: the bytes that are hashed are the bytes that are published
    meta           json        NOT NULL,
    event_id       uuid        NOT NULL,
    correlation_id text        NOT NULL CHECK (correlation_id !~ '[\x01-\x1f]'),
    occurred_at    timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    hash           bytea       NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (partition, position),
    CONSTRAINT event_stream_version UNIQUE (partition, stream, version),
    CONSTRAINT event_id_once UNIQUE (event_id)
);
CREATE INDEX event_correlation ON event (correlation_id);

CREATE FUNCTION event_is_forever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The log is append-only: % of an event is refused.', TG_OP USING ERRCODE = 'SL001';
END $$;
CREATE TRIGGER event_is_forever BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_forever();

-- The first answer of every command that has an id.
CREATE TABLE command (
    id     text PRIMARY KEY,
    answer json NOT NULL
);

-- How far each source partition was taken; moved only together with what it caused.
CREATE TABLE inbox (
    consumer       text   NOT NULL,
    source         text   NOT NULL,
    partition      int    NOT NULL,
    position       bigint NOT NULL DEFAULT 0,
    kafka_offset   bigint NOT NULL DEFAULT -1, -- where Kafka had that position; a hint for dense sources
    last_id        text,                       -- mark of the message at that offset, to recognise a topic made anew
    parked_version bigint NOT NULL DEFAULT 0,  -- moved by every change of what is parked, so that nobody decides on old knowledge
    handled        bigint NOT NULL DEFAULT 0,
    repeated       bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (consumer, source, partition)
);

CREATE TABLE parked (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text        NOT NULL,
    partition   int         NOT NULL,
    position    bigint      NOT NULL,
    key         text        NOT NULL,
    headers     json        NOT NULL,
    value       bytea       NOT NULL,
    code        text        NOT NULL,
    reason      text        NOT NULL,
    attempts    int         NOT NULL DEFAULT 1,
    state       text        NOT NULL DEFAULT 'parked' CHECK (state IN ('parked', 'retried', 'discarded')),
    parked_at   timestamptz NOT NULL,
    resolved_at timestamptz,
    resolved_by text,
    resolution  text,
    CHECK ((state = 'parked') = (resolved_at IS NULL))
);
CREATE INDEX parked_waiting ON parked (source, partition, key, id) WHERE state = 'parked';

CREATE TABLE relay (
    partition int    PRIMARY KEY,
    position  bigint NOT NULL DEFAULT 0
);

-- Builds of read models: each a table of its own, followed partition by partition.
CREATE TABLE projection_build (
    name        text        NOT NULL,
    version     int         NOT NULL,
    build       int         NOT NULL,
    state       text        NOT NULL CHECK (state IN ('building', 'live', 'retired', 'checking')),
    started_at  timestamptz NOT NULL,
    switched_at timestamptz,
    PRIMARY KEY (name, version, build)
);
CREATE UNIQUE INDEX projection_one_live ON projection_build (name, version) WHERE state = 'live';

CREATE TABLE projection (
    name      text   NOT NULL,
    version   int    NOT NULL,
    build     int    NOT NULL,
    partition int    NOT NULL,
    position  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (name, version, build, partition),
    FOREIGN KEY (name, version, build) REFERENCES projection_build ON DELETE CASCADE
);

CREATE TABLE simulated_clock (
    id  int PRIMARY KEY CHECK (id = 1),
    now timestamptz NOT NULL
);
