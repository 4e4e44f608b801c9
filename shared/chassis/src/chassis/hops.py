"""Hops: what a process does with one message, command or event, as a span in the trace of the activity that it belongs to.

A batch has a span of its own with links to its members. A hop costs nothing where its trace is not recorded.
"""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from types import TracebackType

from chassis import tracing
from chassis.sorts import Attributes, Sort, Value
from chassis.tracing import Trace

CORRELATION, STREAM, POSITION = "standing.correlation_id", "standing.stream", "standing.position"
LINKS_MAX = 128
"""As many links as the SDK keeps of one span."""


def now_ns() -> int:
    """The instant as spans count it, in nanoseconds since 1970."""
    return time.time_ns()


class Hop:
    """A span from its making to ``end``. ``trace`` is where it stands: what follows from the hop belongs there."""

    __slots__ = ("_links", "_named", "_own", "_parent_id", "_since_ns", "_sort", "trace")

    def __init__(
        self, trace: Trace, sort: Sort | None = None, own: Attributes | None = None, parent_id: str | None = None,
        links: Sequence[str] = (), since_ns: int = 0,
    ) -> None:  # fmt: skip
        self.trace = trace
        self._sort = sort
        self._own = {} if own is None else own
        self._parent_id = parent_id
        self._links = links
        self._since_ns = since_ns
        self._named: AbstractContextManager[None] | None = None

    @staticmethod
    def begin(
        sort: Sort, within: Trace, own: Attributes | None = None, links: Iterable[str | None] = (), since_ns: int | None = None
    ) -> "Hop":  # fmt: skip
        """A hop in a trace, or the beginning of one. ``own`` is what it has besides its sort, ``links`` are traceparents."""
        if not tracing.enabled():
            return Hop(within)
        parent, parent_id = within.parent, None
        if parent is None:
            trace = Trace(tracing.begun_here())
            if trace.is_left_out:
                return Hop(trace)
        elif not tracing.recorded_under(parent):
            return Hop(within if within.is_left_out else Trace(f"{parent[:53]}00", within.state))
        else:
            parent_id = parent[36:52]
            trace = Trace(f"00-{parent[3:35]}-{_span_id()}-01", within.state)
        return Hop(trace, sort, own, parent_id, _recorded(links), now_ns() if since_ns is None else since_ns)

    @property
    def is_recorded(self) -> bool:
        """Whether it is a span."""
        return self._sort is not None

    @property
    def trace_id(self) -> str | None:
        """That of a hop which is recorded."""
        return self.trace.parent[3:35] if self._sort is not None and self.trace.parent else None

    def note(self, key: str, value: Value | None) -> None:
        """An attribute that is known later, if it has a value."""
        if value is not None:
            self._own[key] = value

    def end(self, failure: str | None = None, at_ns: int | None = None) -> None:
        """``failure`` names the kind of it; its sentence may speak of persons, and traces leave the house."""
        if self._sort is None or self.trace.parent is None:
            return
        until_ns = now_ns() if at_ns is None else at_ns
        place = (self.trace.parent[3:35], self.trace.parent[36:52], self._parent_id, self.trace.state)
        tracing.keep(self._sort, place, self._own, (self._since_ns, until_ns), failure, self._links)

    def __enter__(self) -> "Hop":
        if self._sort is not None:
            self._named = tracing.named_in_logs(self.trace)
            self._named.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._named is not None:
            self._named.__exit__(None, None, None)
        self.end(None if error is None else type(error).__name__)


def record(sort: Sort, within: Trace, own: Attributes, since_until_ns: tuple[int, int], failure: str | None) -> None:
    """A hop of which all is known already, in a trace that is recorded; nothing follows from it."""
    parent = within.parent or ""
    place = (parent[3:35], _span_id(), parent[36:52], within.state)
    tracing.keep(sort, place, own, since_until_ns, failure, ())


@contextmanager
def ending(hops: Sequence[Hop]) -> Iterator[None]:
    """Hops that end together, well or badly."""
    failure = None
    try:
        yield
    except BaseException as error:
        failure = type(error).__name__
        raise
    finally:
        for hop in hops:
            hop.end(failure)


def is_recorded(trace: Trace) -> bool:
    """Whether a hop in this trace may be recorded."""
    return tracing.enabled() and not trace.is_left_out


def _span_id() -> str:
    return f"{random.getrandbits(64) or 1:016x}"


def _recorded(traceparents: Iterable[str | None]) -> Sequence[str]:
    """The first ones that are recorded, each once."""
    recorded = (each for each in dict.fromkeys(traceparents) if each is not None and not tracing.left_out(each))
    return tuple(islice(recorded, LINKS_MAX))
