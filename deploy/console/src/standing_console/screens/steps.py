"""The events of one journey as steps: what caused what, which of them failed, and which say nothing new."""

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from standing_console.screens.message import readable

FAILED = ("Bounced", "Failed", "Refused", "Rejected", "Unrendered")
"""Last words of the types of events that say that something did not go as it was to."""
QUIET = ("AttemptStarted", "ExposureChanged", "Noted", "PassedOver", "Rescheduled", "Scheduled")
"""Last words of the types of events that note what another event says already, or what is to happen."""
ALIKE_MAX = 3
"""Effects of one cause that are of one type: the others are folded."""
WHY = ("because", "explanation", "reason", "reasons")
TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


class Span(NamedTuple):
    """The span in which an event was made; ``sampled`` says whether it was sent to a viewer at all."""

    trace_id: str
    span_id: str
    sampled: bool


class Reason(NamedTuple):
    """A reason in the data of an event; ``where`` is the path to it, ``grading.because``."""

    where: str
    sentence: str
    statements: Sequence[Mapping[str, Any]] = ()
    """The same as its service reads it: code and parameters of each sentence."""


@dataclass(frozen=True)
class Step:
    """An event as the log of a service has it, with the headers and the data of its message."""

    service: str
    stream: str
    headers: Mapping[str, str]
    data: Mapping[str, Any]
    sentences: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Path of a text in ``data`` → its sentences, of those that the service composed."""

    @property
    def id(self) -> str:
        return self.headers["ce_id"]

    @property
    def type(self) -> str:
        return self.headers["ce_type"]

    @property
    def name(self) -> str:
        """The type without the service that it is of."""
        return self.type.rpartition(".")[2]

    @property
    def cause(self) -> str:
        """The id of what caused it; empty where nothing did."""
        return self.headers.get("ce_causationid", "")

    @property
    def correlation_id(self) -> str:
        """The id of the journey that it is a step of."""
        return self.headers["ce_correlationid"]

    @property
    def actor(self) -> str:
        """Who made it happen; empty where that is not known."""
        return self.headers.get("ce_actor", "")

    @property
    def client(self) -> str:
        """By which program."""
        return self.headers.get("ce_client", "")

    @property
    def happened_at(self) -> datetime:
        return datetime.fromisoformat(self.headers["ce_time"])

    @property
    def recorded_at(self) -> datetime:
        return datetime.fromisoformat(self.headers.get("ce_recordedtime", self.headers["ce_time"]))

    @property
    def position(self) -> int:
        return int(self.headers.get("ce_position", 0))

    @property
    def version(self) -> int:
        """Which of its stream it is, counted from 1."""
        return int(self.headers.get("ce_version", 0))

    @property
    def failed(self) -> bool:
        return self.name.endswith(FAILED)

    @property
    def quiet(self) -> bool:
        return self.name.endswith(QUIET)

    @property
    def span(self) -> Span | None:
        found = TRACEPARENT.fullmatch(self.headers.get("traceparent", ""))
        return Span(found[1], found[2], bool(int(found[3], 16) & 1)) if found else None

    @property
    def reasons(self) -> list[Reason]:
        """Why it was decided so and what would change it, as far as the event says it."""
        named = list(_reasons(self.data, ()))
        by_name = {each.where for each in named}
        composed = [
            Reason(where, " ".join(each["sentence"] for each in statements))
            for where, statements in self.sentences.items()
            if where not in by_name
        ]
        return [each._replace(statements=self.sentences.get(each.where, ())) for each in (*named, *composed)]

    @property
    def policy_versions(self) -> list[Reason]:
        """The versions of the policies by which it was decided."""
        return list(_versions(self.data, ()))

    @property
    def lines(self) -> list[str]:
        """Its data, one value a line."""
        return readable(json.dumps(self.data, ensure_ascii=False)).splitlines()


class Row(NamedTuple):
    """A step in its place in the tree; ``folded`` counts, by the name of their type, effects of it that are not shown."""

    step: Step
    depth: int
    parent: Step | None
    folded: Mapping[str, int]


@dataclass(frozen=True)
class Journey:
    """All steps with one correlation id, in the order in which they were recorded."""

    steps: tuple[Step, ...]

    @staticmethod
    def of(answers: Mapping[str, Iterable[Mapping[str, Any]]]) -> "Journey":
        """From what ``/v1/admin/journey/{id}`` of each service lists."""
        found = [
            Step(service, item["key"], item["headers"], item["data"], item.get("sentences", {}))
            for service, items in answers.items()
            for item in items
        ]
        return Journey(tuple(sorted(found, key=lambda step: (step.recorded_at, step.service, step.position, step.id))))

    def find(self, event_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == event_id), None)

    def effects(self, of: Step) -> list[Step]:
        return [step for step in self.steps if step.cause == of.id and step is not of]

    def rows(self, shown: Iterable[Step], fold: bool) -> list[Row]:
        """The shown steps as a tree: each below its cause, or below what caused that where the cause itself is not shown.

        With ``fold`` effects that nothing follows are folded where they are quiet, repeat what was said, or are many alike.
        """
        chosen = {step.id: step for step in shown}
        by_id = {step.id: step for step in self.steps}
        below: dict[str, list[Step]] = {}
        for step in self.steps:
            if step.id in chosen:
                parent = _shown_cause(step, chosen, by_id)
                below.setdefault(parent.id if parent else "", []).append(step)
        folded = {step.id for step in self._noise(below)} if fold else set[str]()
        found, placed = list[Row](), set[str]()
        # What no root leads to has causes in a circle, which no service writes; it is shown all the same.
        for root in (*below.get("", []), *(step for step in self.steps if step.id in chosen)):
            if root.id not in folded:
                _grow(root, below, folded, found, placed)
        return found

    def _noise(self, below: Mapping[str, Sequence[Step]]) -> Iterable[Step]:
        said: dict[tuple[str, str, str], Mapping[str, Any]] = {}
        repeated = set[str]()
        for step in self.steps:
            what = (step.service, step.type, step.stream)
            if said.get(what) == step.data:
                repeated.add(step.id)
            said[what] = step.data
        for cause, effects in below.items():
            alike = Counter[tuple[str, str]]()
            for step in effects:
                if not cause or below.get(step.id) or step.failed:
                    continue
                alike[step.service, step.type] += 1
                if step.quiet or step.id in repeated or alike[step.service, step.type] > ALIKE_MAX:
                    yield step


def _shown_cause(step: Step, chosen: Mapping[str, Step], by_id: Mapping[str, Step]) -> Step | None:
    seen, cause = {step.id}, step.cause
    while cause in by_id and cause not in seen:
        if cause in chosen:
            return chosen[cause]
        seen.add(cause)
        cause = by_id[cause].cause
    return None


def _grow(
    root: Step, below: Mapping[str, Sequence[Step]], folded: Container[str], found: list[Row], placed: set[str]
) -> None:
    waiting: list[tuple[Step, int, Step | None]] = [(root, 0, None)]
    while waiting:
        step, depth, parent = waiting.pop()
        if step.id in placed:
            continue
        placed.add(step.id)
        effects = below.get(step.id, [])
        found.append(Row(step, depth, parent, Counter(each.name for each in effects if each.id in folded)))
        waiting += [(each, depth + 1, step) for each in reversed(effects) if each.id not in folded]


def _reasons(value: Any, path: tuple[str, ...]) -> Iterable[Reason]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name in WHY and isinstance(each, str) and each:
                yield Reason(".".join((*path, name)), each)
            elif name in WHY and isinstance(each, list) and all(isinstance(one, str) for one in each):
                yield from (Reason(".".join((*path, name, str(n))), one) for n, one in enumerate(each, 1))
            else:
                yield from _reasons(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _reasons(each, (*path, str(number)))


def _versions(value: Any, path: tuple[str, ...]) -> Iterable[Reason]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name.endswith("policy_version") and isinstance(each, int):
                yield Reason(".".join((*path, name)), str(each))
            else:
                yield from _versions(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _versions(each, (*path, str(number)))
