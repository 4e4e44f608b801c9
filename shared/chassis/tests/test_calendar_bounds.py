"""Instants lie inside the calendar: at the door, in what is decided, in the log; what an older log holds is read."""

from datetime import UTC, datetime

import asyncpg
import pytest

from chassis.commands import Refused
from chassis.handling.units import Message, WorkItem
from chassis.inbox import cloudevents, published
from chassis.inbox.translation import Translator, read
from chassis.policies import PolicyBook
from chassis.reactions import Source
from chassis.storage.database import Database
from chassis.storage.log import Batch, Log
from chassis.timers import DueCommand, due_request
from contracts import Envelope
from contracts.fields import in_calendar

from .running import Start, asking
from .test_log import NOW, new
from .toy import JAR_SERVICE, Fill, JarFilled, Poured

ZERO_TIMES = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T08:00:00+08:00",
    "1899-12-31T23:59:59Z",
    "3000-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
)


def taken(source: Source, headers: dict[str, str], value: bytes) -> WorkItem:
    """The work item of one message."""
    message = Message(source.topic, 0, 1, "J-1", headers, value)
    translator = Translator(source, 1_000_000)
    incoming = read(message)
    return translator.item(translator.marked(message, incoming), incoming, PolicyBook.of([]))


FACTS = Source.facts("plant.pourings", (Poured,), {Poured: lambda event, *_: Fill(event.jar, event.amount)})
OWNED = Source.service(
    "jar-svc", "jar.events", (JarFilled,), {JarFilled: lambda event, *_: Fill(event.jar, event.amount)}
)


@pytest.mark.parametrize("time", ZERO_TIMES)
def test_a_fact_dated_outside_of_the_calendar_is_refused_at_the_door_with_the_range(time: str) -> None:
    headers = {"ce_id": "1", "ce_source": "/erp", "ce_type": "plant.Poured", "ce_time": time}
    item = taken(FACTS, headers, b'{"jar": "J-1", "amount": 1}')
    assert item.rejection is not None
    assert item.rejection.code == "invalid"
    assert "an instant lies between 1900-01-01 and 2999-12-31 in UTC" in item.rejection.reason


def test_an_event_that_its_owners_old_log_dates_outside_of_the_calendar_is_taken_as_of_when_it_was_recorded() -> None:
    envelope = Envelope(
        "e-1", "/jar-svc", "jar.JarFilled", 1, "jar-J-1", 0, 1, 1, datetime.min.replace(tzinfo=UTC), NOW, "c-1"
    )
    headers = cloudevents.text_headers(published.headers_of(envelope))
    item = taken(OWNED, headers, b'{"jar": "J-1", "amount": 1}')
    assert item.rejection is None
    assert [request.occurred_at for request in item.requests] == [NOW]


async def test_the_log_takes_no_instant_outside_of_the_calendar_and_reads_those_it_held_before(
    database: Database,
) -> None:
    log = Log(database, "toy-svc")
    first, far = datetime.min.replace(tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
    for instant in (first, datetime(1899, 12, 31, tzinfo=UTC), far):
        with pytest.raises(asyncpg.CheckViolationError, match="event_in_calendar"):
            await log.append(Batch(NOW, [new(log, "s-1", 1)._replace(occurred_at=instant)]))
    constraint = await database.pool.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'event_in_calendar'"
    )
    await database.pool.execute("ALTER TABLE event DROP CONSTRAINT event_in_calendar")
    await log.append(Batch(NOW, [new(log, "s-1", 1)._replace(occurred_at=first)]))
    await database.pool.execute(f"ALTER TABLE event ADD CONSTRAINT event_in_calendar {constraint}")
    await log.append(Batch(NOW, [new(log, "s-1", 2)]))
    assert [row.envelope.occurred_at for row in await log.read_streams(["s-1"])] == [first, NOW]


async def test_nothing_is_decided_as_of_an_instant_outside_of_the_calendar(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    reply = await jars.executor.submit(asking(Fill("J-1", 1))._replace(occurred_at=datetime.min.replace(tzinfo=UTC)))
    assert isinstance(reply, Refused)
    assert (reply.code, reply.status) == ("outside-the-calendar", 422)
    assert reply.detail.endswith("an instant lies between 1900-01-01 and 2999-12-31 in UTC.")


@pytest.mark.parametrize("due_at", [datetime.min, datetime.max, datetime.min.replace(tzinfo=UTC)])  # noqa: DTZ901
def test_a_row_that_an_older_log_made_due_outside_of_the_calendar_is_due_all_the_same(due_at: datetime) -> None:
    assert in_calendar(due_request(DueCommand(Fill("J-1", 1), due_at, "c-1", None), "timer").occurred_at)
