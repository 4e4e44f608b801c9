-- Back-tests: a candidate of a policy tried on history. Nothing else is written by one, so a run may begin again at any time.

CREATE TABLE backtest (
    id          text        PRIMARY KEY,
    policy      text        NOT NULL,
    document    jsonb       NOT NULL,
    starts_on   date        NOT NULL,
    ends_on     date        NOT NULL,
    asked_by    text        NOT NULL,
    asked_at    timestamptz NOT NULL,
    state       text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    events_read bigint      NOT NULL DEFAULT 0,
    events_all  bigint      NOT NULL DEFAULT 0,
    report      jsonb,
    error       text,
    finished_at timestamptz,
    CHECK (starts_on <= ends_on),
    CHECK ((state = 'done') = (report IS NOT NULL)),
    CHECK ((state = 'failed') = (error IS NOT NULL))
);
CREATE INDEX backtest_open ON backtest (asked_at, id) WHERE state IN ('waiting', 'running');
CREATE INDEX backtest_of_policy ON backtest (policy, asked_at DESC);
