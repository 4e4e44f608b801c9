"""What is appended fits into a record whole, and no new thing has a name that looks like another's."""

import pytest

from chassis.commands import Accepted, Refused
from chassis.handling.admission import UnfitId, around, encoded, refuse_unfit
from chassis.inbox.published import headers_of
from chassis.storage.database import Database
from chassis.storage.log import Batch, Log, NewEvent, meta_json

from .running import Start, asking
from .test_log import NOW, new
from .toy import JAR_SERVICE, Fill, JarLabelled, Label

WRITES = frozenset({"http"})
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
LOOKS_LIKE_J1 = ["J-1 ", "\u00a0J-1", "J\u200b-1", "J-1\u202e", "J-1\ufe0f", "Jo\u0308-1"]


@pytest.mark.parametrize("jar", LOOKS_LIKE_J1)
async def test_nothing_new_is_named_so_that_it_looks_like_another(start_service: Start, jar: str) -> None:
    jars = await start_service(JAR_SERVICE, roles=WRITES)
    reply = await jars.executor.submit(asking(Fill(jar, 1)))
    assert isinstance(reply, Refused)
    assert (reply.code, reply.status) == ("unfit-id", 422)


def test_what_an_older_log_named_so_goes_on_under_its_name() -> None:
    with pytest.raises(UnfitId, match="begins or ends with a blank"):
        refuse_unfit(asking(Fill("J-1 ", 1)), "jar-J-1 ", "jar", True, JAR_SERVICE.policy_book())
    refuse_unfit(asking(Fill("J-1 ", 1)), "jar-J-1 ", "jar", False, JAR_SERVICE.policy_book())


@pytest.mark.parametrize("text", ["a" * 1_000, "千" * 1_000, "\n" * 1_000])
async def test_what_surrounds_an_event_in_its_record_is_counted_and_never_too_little(
    database: Database, text: str
) -> None:
    log = Log(database, "toy-svc")
    request = asking(Label("J" * 100, text))._replace(correlation_id="c" * 200, actor="é" * 100, causation_id="x" * 300)
    state = ",".join(f"k{n:02}=" + "x" * 11 for n in range(32))
    assert len(state) == 511
    stream, meta = f"jar-{'J' * 100}", meta_json(request.causation_id, request.actor, "default", TRACE, state)
    data = encoded(JarLabelled(jar="J" * 100, text=text), around(request, stream, meta, state), 900_000)
    event = new(log, stream, 1, data)._replace(type="jar.JarLabelled", meta=meta, correlation_id=request.correlation_id)
    await log.append(Batch(NOW, [event]))
    (stored,) = await log.read_streams([stream])
    headers = headers_of(stored.envelope)
    record = len(stream.encode()) + len(data.encode()) + sum(len(name) + len(value) for name, value in headers)
    assert stored.envelope.tracestate == state
    assert record <= around(request, stream, meta, state) + len(data.encode())


async def test_an_event_is_refused_when_its_record_as_a_whole_would_be_too_large(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=WRITES, event_bytes_max=10_000)
    fits, surrounded = Label("J-1", "x" * 8_500), asking(Label("J-2", "x" * 8_500))._replace(correlation_id="c" * 900)
    replies = [await jars.executor.submit(request) for request in (asking(fits), surrounded)]
    assert isinstance(replies[0], Accepted)
    assert isinstance(replies[1], Refused)
    assert (replies[1].code, replies[1].status) == ("event-too-large", 413)


async def test_a_trace_that_is_none_is_not_published_even_when_an_older_log_holds_it(database: Database) -> None:
    log = Log(database, "toy-svc")
    for version, trace in enumerate((TRACE, "x" * 2_000_000, "00-zz", f"{TRACE}-more"), start=1):
        await log.append(Batch(NOW, [replace_meta(new(log, "s-1", version), trace)]))
    traces = [row.envelope.traceparent for row in await log.read_streams(["s-1"])]
    assert traces == [TRACE, None, None, None]
    for row in await log.read_streams(["s-1"]):
        assert sum(len(name) + len(value) for name, value in headers_of(row.envelope)) < 2_000


def replace_meta(event: NewEvent, trace: str) -> NewEvent:
    return event._replace(meta=meta_json(None, "ann", "default", trace))
