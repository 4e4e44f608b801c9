-- How far the erasures of persons in the log were followed by what the service does after one. Beginning anew does no harm.

CREATE TABLE erasure_follower (
    partition int    PRIMARY KEY,
    position  bigint NOT NULL
);
