"""From a fact on a topic to another service's read model, through real Kafka and PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import select

from chassis.requests import Request
from chassis.settings import Settings
from chassis.testing.facts import tell
from chassis.testing.waiting import eventually

from .running import POURINGS, Start, become, handled, levels, pour, totals
from .toy import COUNT_SERVICE, JAR_SERVICE, SEALS, PlanSeal


async def test_a_fact_becomes_an_event_and_another_services_read_model(
    start_service: Start, settings: Settings
) -> None:
    jars, counts = await start_service(JAR_SERVICE), await start_service(COUNT_SERVICE)
    facts = [pour(f"J-{n % 7}", n) for n in range(70)]
    await tell(settings.kafka, facts, settings.topic_prefix)
    expected = {f"J-{n}": 10 for n in range(7)}
    await become(lambda: levels(jars), expected)
    await become(lambda: totals(counts), expected)


async def test_a_fact_told_twice_acts_once(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE)
    facts = [pour("J-1", n) for n in range(5)]
    await tell(settings.kafka, [*facts, *facts, facts[2]], settings.topic_prefix)
    await tell(settings.kafka, [*facts, pour("J-2", 1)], settings.topic_prefix)
    await become(lambda: handled(jars, POURINGS), (6, 11))
    await become(lambda: levels(jars), {"J-1": 5, "J-2": 1})


async def test_a_timer_fires_when_its_instant_comes_and_carries_its_cause_on(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE)
    due = datetime(2024, 6, 1, tzinfo=UTC)
    await jars.executor.submit(Request(PlanSeal("J-1", due), "plan-1", datetime(2024, 5, 1, tzinfo=UTC), "journey-1"))
    reading = await eventually(jars.reading, lambda r: r.next_due == due)
    assert reading.due == {"seals": 0}
    await jars.clock.move_to(due)  # type: ignore[attr-defined]
    jars.wakeups.ring()
    await become(lambda: jars.read(select(SEALS.table)), [])
    sealed = (await jars.log.correlated("journey-1"))[-1]
    assert (sealed.envelope.type, sealed.envelope.occurred_at) == ("jar.JarSealed", due)
