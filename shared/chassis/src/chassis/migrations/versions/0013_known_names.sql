-- The names that streams were given, of all partitions, and those that people may take for an older one. Made from the log by a follower
-- that begins at its first event, so that nothing has to be filled here; only the decisions cannot be made again.

CREATE TABLE known_name (
    names    text        NOT NULL,  -- what it is the name of
    id       text        COLLATE "C" NOT NULL,
    small    bytea       NOT NULL,  -- two hashes; names look alike where one of them is equal
    shown    bytea       NOT NULL,
    first_at timestamptz NOT NULL,
    PRIMARY KEY (names, id)
);
CREATE INDEX known_name_small ON known_name (names, small, first_at, id);
CREATE INDEX known_name_shown ON known_name (names, shown, first_at, id);

CREATE TABLE look_alike (
    number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    names      text        NOT NULL,
    id         text        COLLATE "C" NOT NULL,
    found_at   timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by text,
    decision   text,
    UNIQUE (names, id),
    CHECK (num_nulls(decided_at, decided_by, decision) IN (0, 3))
);
CREATE INDEX look_alike_waiting ON look_alike (number) WHERE decided_at IS NULL;
COMMENT ON TABLE look_alike IS 'Names with an older one that looks alike; decided: somebody has said that they are two things.';

CREATE TABLE name_follower (
    partition int    PRIMARY KEY,
    position  bigint NOT NULL DEFAULT 0,
    edition   text   NOT NULL DEFAULT '' -- of the hashes and of the streams that are followed
);
