"""The spans of the write path: a decision in the trace of what it answers to, and under it that its events were appended."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache

from chassis import tracing
from chassis.commands import Refused, Reply, Request
from chassis.hops import CORRELATION, POSITION, STREAM, Hop, is_recorded, now_ns, record
from chassis.sorts import Attributes, Sort
from chassis.storage.log import NewEvent
from chassis.tracing import Trace

_RECORDED = re.compile(r'"traceparent":"([0-9a-f-]{54}[13579bdf])"')
"""In an event's ``meta``, the decision that it is of, where that is recorded."""
_APPEND = Sort.of("append")


def decided(request: Request, decide: Callable[[Trace], Reply]) -> Reply:
    """The reply of ``decide``, which is given the trace that the events of the decision belong to."""
    within = request.trace
    if not is_recorded(within):
        return decide(within)
    hop = Hop.begin(_decide(type(request.command).__name__), within, {CORRELATION: request.correlation_id})
    try:
        reply = decide(hop.trace)
    except BaseException as error:
        hop.end(type(error).__name__)
        raise
    if isinstance(reply, Refused):
        hop.note("standing.refusal", reply.code)
    else:
        hop.note(STREAM, reply.stream)
        hop.note("standing.version", reply.version)
        hop.note("standing.events", len(reply.event_types))
    hop.end()
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
    with Hop.begin(_APPEND, Trace(), {"standing.events": len(events)}, decisions):
        try:
            yield heads
        except Exception as error:
            failure = type(error).__name__
            raise
        finally:
            if decisions:
                _record(decisions, _positions(events, heads), (since_ns, now_ns()), failure)


@lru_cache(maxsize=1024)
def _decide(command: str) -> Sort:
    return Sort.of(f"decide {command}")


def _by_decision(events: Sequence[NewEvent]) -> dict[str, list[NewEvent]]:
    """Events by the traceparent of the decision that they are of, as far as that is recorded."""
    found = dict[str, list[NewEvent]]()
    for event in events:
        named = _RECORDED.search(event.meta)
        if named is not None:
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


def _record(
    decisions: Mapping[str, Sequence[NewEvent]], positions: Mapping[str, int], since_until_ns: tuple[int, int], failure: str | None
) -> None:  # fmt: skip
    for traceparent, events in decisions.items():
        last = events[-1]
        own: Attributes = {
            CORRELATION: last.correlation_id, STREAM: last.stream, "standing.partition": last.partition,
            "standing.events": len(events),
        }  # fmt: skip
        if last.event_id in positions:
            own[POSITION] = positions[last.event_id]
        record(_APPEND, Trace(traceparent), own, since_until_ns, failure)
