"""The spans of the write path: a decision in the trace of what it answers to, and under it that its events were appended."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from chassis import tracing
from chassis.commands import Accepted, Refused, Reply, Request
from chassis.hops import CORRELATION, POSITION, STREAM, Hop, is_recorded, now_ns
from chassis.storage.log import NewEvent
from chassis.tracing import Trace

_TRACEPARENT = re.compile(r'"traceparent":"([0-9a-f-]{55})"')


def decided(request: Request, decide: Callable[[Trace], Reply]) -> Reply:
    """The reply of ``decide``, which is given the trace that the events of the decision belong to."""
    if not is_recorded(request.trace):
        return decide(request.trace)
    about: dict[str, Any] = {CORRELATION: request.correlation_id}
    with Hop.begin(f"decide {type(request.command).__name__}", request.trace, **about) as hop:
        reply = decide(hop.trace)
        if isinstance(reply, Refused):
            hop.note(standing__refusal=reply.code)
        elif isinstance(reply, Accepted):
            hop.note(**{STREAM: reply.stream}, standing__version=reply.version, standing__events=len(reply.event_types))
        return reply


@contextmanager
def append_spans(events: Sequence[NewEvent]) -> Iterator[dict[int, int]]:
    """A span of the transaction with links to the decisions that it stores, and a hop under each of these.

    The caller puts the heads of the partitions behind the transaction into the dictionary.
    """
    heads = dict[int, int]()
    if not tracing.enabled():
        yield heads
        return
    decisions = _by_decision(events)
    since_ns, failure = now_ns(), None
    with tracing.span("append", links=decisions, standing__events=len(events)):
        try:
            yield heads
        except Exception as error:
            failure = type(error).__name__
            raise
        finally:
            _end(decisions, _positions(events, heads), since_ns, failure)


def _by_decision(events: Sequence[NewEvent]) -> dict[str, list[NewEvent]]:
    """Events by the traceparent of the decision that they are of, as far as that is recorded."""
    found = dict[str, list[NewEvent]]()
    for event in events:
        named = _TRACEPARENT.search(event.meta)
        if named is not None and not tracing.left_out(named[1]):
            found.setdefault(named[1], []).append(event)
    return found


def _positions(events: Sequence[NewEvent], heads: Mapping[int, int]) -> dict[str, int]:
    """Event id → position. The events of a partition are its last ones, in order."""
    left, found = dict(heads), dict[str, int]()
    for event in reversed(events):
        if event.partition in left:
            found[event.event_id] = left[event.partition]
            left[event.partition] -= 1
    return found


def _end(
    decisions: Mapping[str, Sequence[NewEvent]], positions: Mapping[str, int], since_ns: int, failure: str | None
) -> None:
    until_ns = now_ns()
    for traceparent, events in decisions.items():
        last = events[-1]
        about: dict[str, Any] = {
            CORRELATION: last.correlation_id, STREAM: last.stream, POSITION: positions.get(last.event_id),
            "standing.partition": last.partition, "standing.events": len(events),
        }  # fmt: skip
        hop = Hop.begin("append", Trace(traceparent), since_ns=since_ns, **about)
        hop.end(failure, until_ns)
