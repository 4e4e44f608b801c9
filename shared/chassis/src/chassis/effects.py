"""To-do lists whose work lies outside the service and may take long: calls to systems that answer late, or never."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chassis.business_calendar import day_of
from chassis.commands import Reply
from chassis.policies import PolicyBook
from chassis.read_models import R, ReadModel
from chassis.timers import DueCommand, TodoList
from contracts.personal import Personal

COLUMNS = ("due_at", "queued_at", "lane", "pool")


@dataclass(frozen=True)
class EffectContext:
    """What an effect may use: the injected time, policies, read models, and commands to execute while it acts."""

    now: Callable[[], datetime]
    policies: Callable[[], PolicyBook]
    rows: Callable[[Any], Awaitable[list[dict[str, Any]]]]
    """``await context.rows(select(...))`` → list of rows as dictionaries."""
    do: Callable[[Sequence[DueCommand]], Awaitable[Sequence[Reply]]]
    """Execute commands in one transaction; one reply for each."""
    open: Callable[[Personal | None], Awaitable[str | None]]
    """``await context.open(row.address)`` → the text; None where there is none, or the person was erased. Raises Tampered."""

    @property
    def today(self) -> date:
        """The business day that it is."""
        return day_of(self.now(), self.policies())


@dataclass(frozen=True)
class EffectList(TodoList[R]):
    """A read model of pending effects. Its row has ``due_at``, ``queued_at``, ``lane`` and ``pool``.

    ``act(row, context)`` does the work and reports the result in commands. The rows of a lane are processed one after the other,
    in the order of ``queued_at`` (then ``then_by``, then the key): a row that waits for its next attempt holds up only those behind
    it in its lane. At most ``pool_max`` lanes of a pool run at once, so that a slow receiver takes no capacity from other pools.

    ``act`` returns whether the lane may go on. A row that it leaves unchanged is not tried again until it has changed. Several
    replicas, or a restart after a crash, may meet the same row: to do the work once, let ``act`` first execute a command that claims
    the row; its decider returns no event where it is claimed already.
    """

    act: Callable[[R, EffectContext], Awaitable[bool]] | None = None
    then_by: tuple[str, ...] = ()
    lane_max: int = 20
    """Rows that a lane may process before other lanes get its place."""
    pool_max: int = 25

    def __post_init__(self) -> None:
        ReadModel.__post_init__(self)
        if self.act is None or self.command is not None or self.perform is not None:
            raise TypeError(f"Effect list {self.name} needs act, and neither command nor perform.")
        missing = [name for name in COLUMNS if name not in self.column_names()]
        if missing:
            raise TypeError(f"Effect list {self.name} needs a row with {', '.join(missing)}.")
