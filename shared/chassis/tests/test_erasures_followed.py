"""What a service does after an erasure is done until it has succeeded, whatever ends in between, and once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import pytest

from chassis.domain import Decider, Refusal
from chassis.errors import UsageError
from chassis.personal.erasure import ApproveErasure, ProposeErasure
from chassis.policies import PolicyBook
from chassis.runtime import Runtime
from chassis.testing.waiting import eventually
from contracts import Event
from contracts.personal import Clear

from .breakable import NO_KAFKA
from .contacts import BOOK_SERVICE, AddContact, Contact
from .running import Start, asking, become

ANN, BEA = "contact:C-1/K-1", "contact:C-1/K-2"
ASKED = frozenset({"http", "project"})
"""The roles of a replica that takes requests, and ends nothing of anybody."""


class TracesRemoved(Event):
    TYPE: ClassVar[str] = "book.TracesRemoved"
    subject: str
    last_key: int


@dataclass(frozen=True)
class RemoveTraces:
    """Remove what there is of a person, sealed with this key or an earlier one."""

    subject: str
    last_key: int


class NotNow(Refusal):
    """The traces of {subject} cannot be removed now."""


REFUSED: set[str] = set()


def _decide(command: RemoveTraces, last_key: int, _: PolicyBook) -> Sequence[TracesRemoved]:
    if command.subject in REFUSED:
        raise NotNow(subject=command.subject)
    return [TracesRemoved(subject=command.subject, last_key=command.last_key)] if command.last_key > last_key else []


TRACES = Decider(
    "traces", (RemoveTraces,), lambda command: command.subject, 0, lambda _, event: event.last_key, _decide
)


def _forget(subject: str, last_key: int) -> Sequence[RemoveTraces]:
    return [RemoveTraces(subject, last_key)]


SERVICE = replace(
    BOOK_SERVICE, events=(*BOOK_SERVICE.events, TracesRemoved), deciders=(*BOOK_SERVICE.deciders, TRACES), forget=_forget
)  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_is_refused() -> None:
    REFUSED.clear()


async def erase(runtime: Runtime, subject: str, number: int = 1) -> None:
    customer_id, _, contact_id = subject.removeprefix("contact:").partition("/")
    name = Clear(f"Somebody {number}")
    for command in (
        AddContact(customer_id, Contact(contact_id=contact_id, name=name)),
        ProposeErasure(subject, "by letter", "pia"),
        ApproveErasure(subject, number, "paul"),
    ):
        await runtime.executor.submit(asking(command))


async def removed(runtime: Runtime) -> list[tuple[str, int]]:
    rows = await runtime.database.pool.fetch(
        "SELECT data::json->>'subject' AS subject, (data::json->>'last_key')::int AS key FROM event"
        " WHERE type = 'book.TracesRemoved' ORDER BY subject, version"
    )
    return [(row["subject"], row["key"]) for row in rows]


async def at_the_heads(runtime: Runtime) -> bool:
    behind = (
        "SELECT count(*) FROM log_partition h LEFT JOIN erasure_follower f USING (partition)"
        " WHERE coalesce(f.position, 0) < h.head"
    )
    return bool(await runtime.database.pool.fetchval(behind) == 0)


async def test_what_follows_an_erasure_is_done_after_a_restart_where_the_process_ended_in_between(
    start_service: Start,
) -> None:
    before = await start_service(SERVICE, roles=ASKED)
    await erase(before, ANN)
    assert await removed(before) == []
    await before.stop()

    after = await start_service(SERVICE, roles=NO_KAFKA)
    await become(partial(removed, after), [(ANN, 1)])
    await eventually(partial(at_the_heads, after), bool)
    await erase(after, ANN, 2)
    await become(partial(removed, after), [(ANN, 1), (ANN, 2)])


async def test_an_erasure_whose_commands_were_done_before_its_place_was_noted_leads_to_nothing_more(
    start_service: Start,
) -> None:
    runtime = await start_service(SERVICE, roles=NO_KAFKA)
    await erase(runtime, ANN)
    await become(partial(removed, runtime), [(ANN, 1)])
    await eventually(partial(at_the_heads, runtime), bool)
    await runtime.stop()

    again = await start_service(SERVICE, roles=ASKED)
    await again.database.pool.execute("DELETE FROM erasure_follower")
    await again.stop()
    last = await start_service(SERVICE, roles=NO_KAFKA)
    await eventually(partial(at_the_heads, last), bool)
    assert await removed(last) == [(ANN, 1)]


async def test_what_is_refused_is_named_and_tried_again_and_holds_up_no_other_erasure(start_service: Start) -> None:
    runtime = await start_service(SERVICE, roles=NO_KAFKA, partitions=1)
    REFUSED.add(ANN)
    await erase(runtime, ANN)
    await erase(runtime, BEA)
    await become(partial(removed, runtime), [(BEA, 1)])
    why = f"{ANN} was erased, and what follows was refused: The traces of {ANN} cannot be removed now."
    await eventually(lambda: _fault(runtime), lambda fault: fault == why)
    assert not await at_the_heads(runtime)

    REFUSED.clear()
    await become(partial(removed, runtime), [(ANN, 1), (BEA, 1)])
    await eventually(lambda: _fault(runtime), lambda fault: fault is None)
    await eventually(partial(at_the_heads, runtime), bool)


async def _fault(runtime: Runtime) -> str | None:
    return runtime.faults().get("erasures")


async def test_a_fault_of_the_service_leaves_the_erasure_to_be_done(start_service: Start) -> None:
    broken = [True]

    def forget(subject: str, last_key: int) -> Sequence[RemoveTraces]:
        if broken:
            raise UsageError("the process cannot go on here")
        return _forget(subject, last_key)

    runtime = await start_service(replace(SERVICE, forget=forget), roles=NO_KAFKA)
    await erase(runtime, ANN)
    await eventually(lambda: _fault(runtime), lambda fault: "cannot go on here" in (fault or ""))
    broken.clear()
    await become(partial(removed, runtime), [(ANN, 1)])
    await eventually(lambda: _fault(runtime), lambda fault: fault is None)
