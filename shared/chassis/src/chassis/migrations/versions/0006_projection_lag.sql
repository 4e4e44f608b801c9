-- How far each table of a read model is behind the log, partition by partition: what followers and operators ask.

CREATE VIEW projection_lag AS
SELECT name, version, build, b.state, partition, p.position, h.head, h.head - p.position AS lag
  FROM projection p
  JOIN projection_build b USING (name, version, build)
  JOIN log_partition h USING (partition)
 WHERE b.state IN ('live', 'building');

CREATE VIEW relay_lag AS
SELECT partition, r.position, h.head, h.head - r.position AS lag
  FROM relay r JOIN log_partition h USING (partition);
