-- Events of a log that a read model or a listener cannot take. Something does without each of them until that is undone.

CREATE TABLE set_aside (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text        NOT NULL CHECK (kind IN ('read model', 'listener')),
    name         text        NOT NULL,  -- of the read model, or the topic that the listener follows
    version      int,                   -- of the read model that failed; none where an operator set the event aside for every version
    partition    int         NOT NULL,
    position     bigint      NOT NULL CHECK (position > 0),
    event_id     uuid        NOT NULL,
    type         text        NOT NULL,
    cause        text        NOT NULL,  -- the error, or the operator's reason
    state        text        NOT NULL CHECK (state IN ('waiting', 'accepted', 'undone')),
    set_aside_at timestamptz NOT NULL,
    set_aside_by text        NOT NULL,
    decided_at   timestamptz,
    decided_by   text,
    decision     text,
    CHECK (num_nulls(decided_at, decided_by, decision) IN (0, 3))
);
CREATE UNIQUE INDEX set_aside_once ON set_aside (kind, name, coalesce(version, 0), partition, position) WHERE state <> 'undone';

-- Why a live build does not follow a partition, so that every replica knows what it cannot wait for.
ALTER TABLE projection ADD COLUMN fault text;

CREATE OR REPLACE VIEW projection_lag AS
SELECT name, version, build, b.state, partition, p.position, h.head, h.head - p.position AS lag, p.fault
  FROM projection p
  JOIN projection_build b USING (name, version, build)
  JOIN log_partition h USING (partition)
 WHERE b.state IN ('live', 'building');
