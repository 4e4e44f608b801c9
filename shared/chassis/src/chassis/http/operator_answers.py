"""The shapes of what operators are answered: the log, progress, builds of read models, parked messages."""

from datetime import datetime
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from chassis.handling.audit import Kind
from chassis.http.shapes import shown
from chassis.http.steps import Logged, Step
from chassis.processors.build_tables import State
from chassis.processors.progress import Idle, Progress


class LogPart(TypedDict):
    """``next`` is the position to go on after; None where the log ends."""

    partition: int
    head: int
    items: list[Logged]
    next: str | None


class LogPlaces(TypedDict):
    """By partition."""

    heads: dict[int, int]
    ids: dict[int, str]


class Journey(TypedDict):
    items: list[Step]
    next: None


class BuildRow(TypedDict):
    """A build of a read model; ``fault`` is why it stands still."""

    name: str
    version: int
    build: int
    status: State
    positions: dict[int, int]
    fault: str | None


class Builds(TypedDict):
    items: list[BuildRow]
    next: None


class BuildNumber(TypedDict):
    """The build that was started or dropped."""

    name: str
    build: int


class Comparison(TypedDict):
    """Rows that only one of both has; valid where ``same_position``."""

    read_model: str
    only_rebuilt: int
    only_live: int
    same_position: bool


class Contents(TypedDict):
    headers: dict[str, Any]
    value: str


class ParkedRow(TypedDict):
    """A message that could not be handled; ``edited`` is what is handled instead of what was received.

    ``sealed_subjects``: of whom something in it is stored sealed; ``parked:…`` is the message itself, where nobody can tell of whom.
    ``lost_subjects``: of whom it opens no more, because they were erased.
    """

    parked_id: int
    source: str
    partition: int
    position: int
    key: str
    type: str | None
    headers: dict[str, Any]
    value: str
    byte_count: int
    sealed_subjects: list[str]
    lost_subjects: list[str]
    code: str
    reason: str
    attempt_count: int
    repeat_count: int
    status: Literal["parked", "retried", "discarded"]
    parked_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None
    edited_by: str | None
    edited: NotRequired[Contents]


class ParkedPage(TypedDict):
    items: list[ParkedRow]
    next: str | None


class ParkedKind(TypedDict):
    source: str
    type: str | None
    code: str
    message_count: int
    key_count: int
    first_parked_at: datetime


class ParkedSummary(TypedDict):
    items: list[ParkedKind]
    next: None


class Action(TypedDict):
    """An act or a look.

    ``actor`` is the person whose act it is, ``subject`` that of the token, ``client`` the program that has it, ``address`` and ``agent``
    where the request came from and what sent it. ``things`` is on what; ``before`` and ``after`` are what an act changed.
    """

    operator_action_id: int
    done_at: datetime
    kind: Kind
    action: str
    things: list[str]
    actor: str
    subject: str | None
    client: str | None
    address: str | None
    agent: str | None
    reason: str
    parked_id: int | None
    detail: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Actions(TypedDict):
    items: list[Action]
    next: str | None


class ParkedMessage(ParkedRow):
    actions: list[Action]


class Retried(TypedDict):
    """``still_parked`` are the ids of the key's messages that wait still."""

    handled_count: int
    still_parked: list[int]
    message: ParkedMessage


class Discarded(TypedDict):
    discarded_count: int
    left_count: int


class RetriedMany(TypedDict):
    """Of ``key_count`` keys some are parked still, and some were changed by another operator meanwhile."""

    key_count: int
    handled_count: int
    still_parked_key_count: int
    changed_key_count: int


class Readiness(TypedDict):
    status: Literal["ready", "degraded", "not ready"]
    reasons: list[str]
    warnings: list[str]


class Liveness(TypedDict):
    status: Literal["alive", "stalled"]
    reason: NotRequired[str]


PROGRESS = shown(Progress, quiet=bool)
SETTLED = shown(Idle, quiet=bool, reached=bool)
