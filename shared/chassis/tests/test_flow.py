"""From a fact on a topic to another service's read model, through real Kafka and PostgreSQL."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.facts import Told, tell
from chassis.testing.waiting import eventually
from sqlalchemy import select

from .toy import COUNT_SERVICE, COUNTS, JAR_SERVICE, JARS, PlanSeal, Poured, SEALS
from chassis.requests import Request

Start = Callable[..., Awaitable[Runtime]]


def pour(jar: str, number: int, amount: int = 1) -> Told:
    return Told.of("plant.pourings", jar, f"{jar}/{number}", Poured(jar=jar, amount=amount))


async def levels(runtime: Runtime) -> dict[str, int]:
    return {row["jar"]: row["level"] for row in await runtime.read(select(JARS.table))}


async def totals(runtime: Runtime) -> dict[str, int]:
    return {row["jar"]: row["total"] for row in await runtime.read(select(COUNTS.table))}


async def test_a_fact_becomes_an_event_and_another_services_read_model(
    start_service: Start, settings: Settings
) -> None:
    jars, counts = await start_service(JAR_SERVICE), await start_service(COUNT_SERVICE)
    facts = [pour(f"J-{n % 7}", n) for n in range(70)]
    await tell(settings.kafka, facts, settings.topic_prefix)
    expected = {f"J-{n}": 10 for n in range(7)}
    assert await eventually(lambda: levels(jars), lambda seen: seen == expected) == expected
    assert await eventually(lambda: totals(counts), lambda seen: seen == expected) == expected


async def test_a_fact_told_twice_acts_once(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE)
    facts = [pour("J-1", n) for n in range(5)]
    await tell(settings.kafka, [*facts, *facts, facts[2]], settings.topic_prefix)
    await tell(settings.kafka, [*facts, pour("J-2", 1)], settings.topic_prefix)
    await eventually(lambda: levels(jars), lambda seen: seen == {"J-1": 5, "J-2": 1})
    inbox = (await jars.reading()).inbox["plant.pourings"]
    assert sum(p["handled"] for p in inbox.values()) == 6
    assert sum(p["repeated"] for p in inbox.values()) == 11


async def test_a_timer_fires_when_its_instant_comes_and_carries_its_cause_on(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE)
    due = datetime(2024, 6, 1, tzinfo=UTC)
    await jars.executor.submit(Request(PlanSeal("J-1", due), "plan-1", datetime(2024, 5, 1, tzinfo=UTC), "journey-1"))
    reading = await eventually(jars.reading, lambda r: r.next_due == due)
    assert reading.due == {"seals": 0}
    await jars.clock.move_to(due)  # type: ignore[attr-defined]
    jars.wakeups.wake()
    await eventually(lambda: jars.read(select(SEALS.table)), lambda rows: rows == [])
    sealed = (await jars.log.correlated("journey-1"))[-1]
    assert (sealed.envelope.type, sealed.envelope.occurred_at) == ("jar.JarSealed", due)
