"""To-do lists whose work is in the world and may take long: calling a machine that answers late, or never."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.commands import Reply
from chassis.policies import PolicyBook
from chassis.read_models import R, ReadModel
from chassis.timers import DueCommand, TodoList

COLUMNS = ("due_at", "queued_at", "lane", "pool")


@dataclass(frozen=True)
class EffectContext:
    """What an effect may use: the injected time, policies and read models, and commands that are executed while it acts."""

    now: Callable[[], datetime]
    policies: Callable[[], PolicyBook]
    rows: Callable[[Any], Awaitable[list[dict[str, Any]]]]
    """``await hands.rows(select(...))`` → list of rows as dictionaries."""
    do: Callable[[Sequence[DueCommand]], Awaitable[Sequence[Reply]]]
    """Execute commands in one transaction; one reply for each."""


@dataclass(frozen=True)
class EffectList(TodoList[R]):
    """A read model of what is to be done in the world. Its row has ``due_at``, ``queued_at``, ``lane`` and ``pool``.

    ``act(row, context)`` does the work and reports the result in commands. The rows of a lane are worked on one after the other,
    in the order of ``queued_at`` (then ``then_by``, then the key): one that waits for its next try holds up those behind it, and
    nobody else. At most ``pool_max`` lanes of a pool are worked on at once, so that a slow receiver takes no place from other pools.

    ``act`` answers whether the lane may go on. A row that it leaves as it was is not tried again before it has changed. Work on
    several replicas, or after a crash, may meet the same row: a command that claims it first, and is answered with no event by its
    decider when somebody else has, keeps two from doing it.
    """

    act: Callable[[R, EffectContext], Awaitable[bool]] | None = None
    then_by: tuple[str, ...] = ()
    lane_max: int = 20
    """Rows of a lane that are worked on before others get the place."""
    pool_max: int = 25

    def __post_init__(self) -> None:
        ReadModel.__post_init__(self)
        if self.act is None or self.command is not None or self.perform is not None:
            raise TypeError(f"Effect list {self.name} needs act, and neither command nor perform.")
        missing = [name for name in COLUMNS if name not in self.column_names()]
        if missing:
            raise TypeError(f"Effect list {self.name} needs a row with {', '.join(missing)}.")
