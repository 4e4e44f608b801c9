"""A topic that lost its end gives no sign of it; the owner's log does, and has what is lacking."""

import pytest

from chassis.inbox import lost_tails, subscription
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.serving import listening
from chassis.testing.waiting import eventually

from .running import Start, become, handled, send, totals
from .test_consumer import UNPUBLISHED, filled, published
from .toy import COUNT_SERVICE, JAR_SERVICE


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "WATCH_EVERY_S", 0.2)
    monkeypatch.setattr(lost_tails, "LOOKED_EVERY_S", 0.2)


@pytest.mark.parametrize("left", [0, 2], ids=["nothing of the topic is left", "its beginning was consumed"])
async def test_what_a_topic_lost_behind_its_last_record_is_taken_from_its_owners_log_once(
    start_service: Start, settings: Settings, left: int
) -> None:
    jars = await start_service(JAR_SERVICE, roles=UNPUBLISHED)
    events = await filled(jars, "J-1", 5)
    partition = events[0].envelope.partition
    async with listening(jars) as address:
        counts = await start_service(COUNT_SERVICE, peers={"jar-svc": address})
        await send(settings, "jar.events", published(events[:left]), partition)
        await become(lambda: totals(counts), {"J-1": 5})
        events = await filled(jars, "J-1", 1)
        await send(settings, "jar.events", published(events[3:]), partition)
        await become(lambda: totals(counts), {"J-1": 6})
    assert (await counts.reading()).inbox["jar.events"][partition]["position"] == 6
    await become(lambda: handled(counts, "jar.events"), (6, 0))
    assert (await counts.reading()).parked == 0


async def test_more_than_a_page_is_taken_page_by_page(
    start_service: Start, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.inbox.consumer.PAGE", 2)
    jars = await start_service(JAR_SERVICE, roles=UNPUBLISHED)
    await filled(jars, "J-1", 5)
    async with listening(jars) as address:
        counts = await start_service(COUNT_SERVICE, peers={"jar-svc": address})
        await become(lambda: totals(counts), {"J-1": 5})


async def test_what_keeps_a_lost_end_from_being_taken_is_reported_until_it_is_over(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, roles=UNPUBLISHED)
    (event, *_) = await filled(jars, "J-1", 2)
    async with listening(jars) as address:
        counts = await start_service(COUNT_SERVICE, peers={"jar-svc": address})
        counts.feed.doubts["jar-svc"] = "Another log."
        reason = f"jar.events[{event.envelope.partition}] ends at position 0, but jar-svc's log goes on to 2"
        await eventually(lambda: faults(counts), lambda found: reason in found)
        counts.feed.doubts.clear()
        await become(lambda: totals(counts), {"J-1": 2})
        await become(lambda: faults(counts), "")


async def faults(runtime: Runtime) -> str:
    return " ".join(runtime.faults().values())
