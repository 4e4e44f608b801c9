-- Where ids stand in the log: the index of look-ups. Made from the log by a follower that begins at its first event, so that nothing has
-- to be filled here; whoever empties both tables has it made anew.

CREATE TABLE lookup (
    mark      bigint NOT NULL, -- a hash of what the id is for an event, and of the id; no id and no text is copied here
    position  bigint NOT NULL,
    partition int    NOT NULL,
    PRIMARY KEY (mark, position, partition)
);

CREATE TABLE lookup_follower (
    partition int    PRIMARY KEY,
    position  bigint NOT NULL
);

CREATE VIEW lookup_lag AS
    SELECT partition, coalesce(position, 0) AS position, head - coalesce(position, 0) AS lag
      FROM log_partition LEFT JOIN lookup_follower USING (partition);
