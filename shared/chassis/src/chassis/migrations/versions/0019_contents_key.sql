-- A hash of what was sent under an id stands beside the answer to it. Under a key nobody finds a short text in it by trying; the key is
-- wrapped like those of persons, so that the database alone opens nothing. The newest that unwraps is used; what an older one keyed and no
-- longer unwraps is compared no more.

CREATE TABLE contents_key (
    id         text        PRIMARY KEY,
    wrapped    bytea       NOT NULL,
    wrapped_by text        NOT NULL,
    made_at    timestamptz NOT NULL
);
