"""The shapes of what operators are answered: the log, progress, builds of read models, parked messages."""

from datetime import datetime
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from chassis.http.shapes import shown
from chassis.processors.progress import Idle, Progress


class Logged(TypedDict):
    """An event with the headers and the data of its message."""

    key: str
    headers: dict[str, str]
    data: dict[str, Any]


class LogPart(TypedDict):
    partition: int
    head: int
    events: list[Logged]


class LogPlaces(TypedDict):
    """By partition."""

    heads: dict[int, int]
    ids: dict[int, str]


class Journey(TypedDict):
    events: list[Logged]


class BuildRow(TypedDict):
    """A build of a read model; ``fault`` is why it stands still."""

    name: str
    version: int
    build: int
    state: str
    positions: dict[int, int]
    fault: str | None


class Builds(TypedDict):
    items: list[BuildRow]


class BuildStarted(TypedDict):
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
    """A message that could not be handled; ``edited`` is what is handled instead of what was received."""

    id: int
    source: str
    partition: int
    position: int
    key: str
    type: str | None
    headers: dict[str, Any]
    value: str
    bytes: int
    code: str
    reason: str
    attempts: int
    repeats: int
    state: Literal["parked", "retried", "discarded"]
    parked_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None
    edited_by: str | None
    edited: NotRequired[Contents]


class ParkedPage(TypedDict):
    items: list[ParkedRow]
    next: int | None


class ParkedKind(TypedDict):
    source: str
    type: str | None
    code: str
    messages: int
    keys: int
    since: datetime


class ParkedSummary(TypedDict):
    items: list[ParkedKind]


class Action(TypedDict):
    id: int
    done_at: datetime
    actor: str
    reason: str
    action: str
    parked_id: int | None
    detail: dict[str, Any]


class Actions(TypedDict):
    items: list[Action]
    next: int | None


class ParkedMessage(ParkedRow):
    actions: list[Action]


class StillParked(TypedDict):
    id: int


class Retried(TypedDict):
    handled: int
    still_parked: list[StillParked]
    message: ParkedMessage


class Discarded(TypedDict):
    discarded: int
    left: int


class RetriedMany(TypedDict):
    keys: int
    handled: int
    keys_still_parked: int
    keys_changed_meanwhile: int


class Readiness(TypedDict):
    status: Literal["ready", "degraded", "not ready"]
    reasons: list[str]
    warnings: list[str]


class Liveness(TypedDict):
    status: Literal["alive", "stalled"]
    reason: NotRequired[str]


PROGRESS = shown(Progress, quiet=bool)
SETTLED = shown(Idle, quiet=bool, reached=bool)
