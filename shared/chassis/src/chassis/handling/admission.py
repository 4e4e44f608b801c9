"""What may be appended: an event that fits into a record and a table, at an instant of the calendar, of a thing with a fit id."""

import re

from chassis.commands import Request
from chassis.domain import Refusal
from chassis.personal_ids import refuse_personal_id
from chassis.policies import PolicyBook
from contracts import Event
from contracts.fields import FIRST_DAY, LAST_DAY, flaw_of_id, in_calendar

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 as JSON writes it, and not the six characters behind an escaped backslash."""
HEADERS_BYTES = 1_024
"""What the headers of a record take beside the parts that are counted."""


class OutsideTheCalendar(Refusal):
    """It is said to have happened at {at}; an instant lies between {first} and {last} in UTC."""

    status = 422


class UnfitId(Refusal):
    """{id} cannot name anything new: it {flaw}."""

    status = 422


class EventTooLarge(Refusal):
    """The event {type} would have {size} bytes with its headers; at most {limit} fit into a message."""

    status = 413


class EventWithNul(Refusal):
    """The event {type} has the character U+0000 in a text, which no table can store."""

    status = 422


def refuse_unfit(request: Request, stream: str, category: str, is_new: bool, policies: PolicyBook) -> None:
    """Raises OutsideTheCalendar, and UnfitId or PersonalId for a new stream; one that exists goes on under the name it has."""
    if not in_calendar(request.occurred_at):
        raise OutsideTheCalendar(at=request.occurred_at.isoformat(), first=FIRST_DAY, last=LAST_DAY)
    if not is_new:
        return
    id = stream.removeprefix(f"{category}-")
    if (flaw := flaw_of_id(id)) is not None:
        raise UnfitId(id=repr(id), flaw=flaw)
    refuse_personal_id(id, category, policies)


def around(request: Request, stream: str, meta: str, tracestate: str | None = None) -> int:
    """The bytes that surround an event's data in a record, at most: the key is the stream, and the headers name it twice more.

    They have the state of its trace twice as well, once more than ``meta``.
    """
    texts = (stream, stream, stream, request.correlation_id, meta, tracestate or "")
    return HEADERS_BYTES + sum(len(text.encode()) for text in texts)


def encoded(event: Event, around_bytes: int, limit: int) -> str:
    """The event as JSON. Raises EventTooLarge when its record would have more bytes than ``limit``, EventWithNul."""
    data = event.model_dump_json()
    size = around_bytes + (len(data) if data.isascii() else len(data.encode()))
    if size > limit:
        raise EventTooLarge(type=event.TYPE, size=size, limit=limit)
    if "\\u0000" in data and _NUL.search(data):
        raise EventWithNul(type=event.TYPE)
    return data
