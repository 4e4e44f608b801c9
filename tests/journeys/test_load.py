"""More than a service can do, from its topic and over HTTP at once: nothing grows, nobody waits in vain, nothing is lost.

Short here; two minutes and more with ``python -m tests.bench.load --seconds 120``.
"""

from pathlib import Path

from standing_parts import Kafka, Postgres

from ..bench.load import put_load
from ..bench.parts import Parts, Sizes

SECONDS = 12.0
ANSWERS_MIN = 4_000
"""Of a machine however slow, so that memory is compared after the same work."""
REQUESTS_MAX = 50
GROWTH_MAX = 0.15
"""Over so short a time caches are still filling; over two minutes it is a few hundredths."""


async def test_under_more_than_it_can_do_a_service_turns_callers_away_and_loses_nothing(
    postgres: Postgres, real_kafka: Kafka, tmp_path: Path
) -> None:
    load = await put_load(Parts(postgres, real_kafka, Sizes()), tmp_path, SECONDS, REQUESTS_MAX, ANSWERS_MIN)
    assert not load.no_answer, "every caller gets an answer"
    assert set(load.answers) <= {200, 201, 404, 429}
    assert load.answers[201] > 0
    assert load.answers[429] > 0
    assert set(load.retry_after) == {"1"}
    assert max(load.queues["standing_http_in_work"]) <= REQUESTS_MAX
    assert max(load.queues["standing_commands_waiting"]) <= REQUESTS_MAX + real_kafka.partitions
    assert load.growth < GROWTH_MAX
    assert load.facts_taken == load.facts_sent > 0
    assert load.events == load.facts_sent + load.answers[201]
