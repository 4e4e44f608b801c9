"""From a fact on a topic to another service's read model, through real Kafka and PostgreSQL."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from chassis.commands import Request
from chassis.settings import Settings
from chassis.testing.facts import publish
from chassis.testing.waiting import eventually

from .running import POURINGS, Start, become, handled, levels, pour, totals
from .toy import COUNT_SERVICE, JAR_SERVICE, SEALS, Fill, PlanSeal


async def test_a_fact_becomes_an_event_and_another_services_read_model(
    start_service: Start, settings: Settings
) -> None:
    jars, counts = await start_service(JAR_SERVICE), await start_service(COUNT_SERVICE)
    facts = [pour(f"J-{n % 7}", n) for n in range(70)]
    await publish(settings.kafka, facts, settings.topic_prefix)
    expected = {f"J-{n}": 10 for n in range(7)}
    await become(lambda: levels(jars), expected)
    await become(lambda: totals(counts), expected)


async def test_a_fact_sent_twice_acts_once(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE)
    facts = [pour("J-1", n) for n in range(5)]
    await publish(settings.kafka, [*facts, *facts, facts[2]], settings.topic_prefix)
    await publish(settings.kafka, [*facts, pour("J-2", 1)], settings.topic_prefix)
    await become(lambda: handled(jars, POURINGS), (6, 11))
    await become(lambda: levels(jars), {"J-1": 5, "J-2": 1})


async def test_a_timer_fires_at_its_instant_and_passes_its_cause_on(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE)
    due = datetime(2024, 6, 1, tzinfo=UTC)
    await jars.executor.submit(Request(PlanSeal("J-1", due), "plan-1", datetime(2024, 5, 1, tzinfo=UTC), "journey-1"))
    reading = await eventually(jars.reading, lambda r: r.next_due == due)
    assert reading.due == {"seals": 0}
    await jars.move_clock(due)
    await become(lambda: jars.read(select(SEALS.table)), [])
    sealed = (await jars.log.correlated("journey-1"))[-1]
    assert (sealed.envelope.type, sealed.envelope.occurred_at) == ("jar.JarSealed", due)


async def test_timers_look_when_their_lists_change_and_not_at_every_fact(
    start_service: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.timing.scheduler.LOOK_EVERY_S", 600.0)
    jars = await start_service(JAR_SERVICE)
    looks, look = 0, jars.progress.due_lists

    async def counted() -> set[str] | None:
        nonlocal looks
        looks += 1
        return await look()

    async def resting() -> bool:
        leads = all(len(jars.locks.of(role).held) == jars.log.partitions for role in ("project", "schedule"))
        return leads and jars.scheduler._waiter.idle and jars.projector._waiter.idle

    async def looked() -> int:
        return looks

    monkeypatch.setattr(jars.progress, "due_lists", counted)
    await become(resting, True)
    before = looks
    due, now = datetime(2024, 6, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC)
    for n in range(5):
        await jars.executor.submit(Request(Fill("J-1", 1), f"fill-{n}", now, "c"))
    await become(lambda: levels(jars), {"J-1": 5})
    assert looks == before
    await jars.executor.submit(Request(PlanSeal("J-1", due), "plan-1", now, "c"))
    await eventually(looked, lambda seen: seen > before)
