-- The keys that seal what tells of a person. Nothing else in the database opens what is sealed, and these only with the wrapping keys,
-- which stand outside of it. A row outlives its key: it says that there was one, and when it was destroyed.

CREATE TABLE personal_key (
    subject      text        COLLATE "C" NOT NULL,  -- contact:C-1/K-1, as events name it
    number       int         NOT NULL CHECK (number > 0),
    wrapped      bytea,
    wrapped_by   text,                              -- which wrapping key, by a hash of it
    made_at      timestamptz NOT NULL,
    destroyed_at timestamptz,
    PRIMARY KEY (subject, number),
    CHECK (num_nulls(wrapped, wrapped_by) = 0 AND destroyed_at IS NULL OR num_nonnulls(wrapped, wrapped_by) = 0 AND destroyed_at IS NOT NULL)
);
CREATE UNIQUE INDEX personal_key_live ON personal_key (subject) WHERE destroyed_at IS NULL;
CREATE INDEX personal_key_wrapped_by ON personal_key (wrapped_by) WHERE destroyed_at IS NULL;
COMMENT ON TABLE personal_key IS 'Never part of a backup of data: with it what was erased could be opened again.';
