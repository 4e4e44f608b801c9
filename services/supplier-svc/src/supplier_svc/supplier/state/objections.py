"""Objections of a supplier to records about it."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, assert_never

from immutables import Map

from contracts.supplier import ObjectionDecided, ObjectionRaised

Handled = ObjectionRaised | ObjectionDecided


@dataclass(frozen=True, slots=True)
class Objection:
    record_kind: Literal["nonconformance", "delivery", "case"]
    record_id: str
    record_on: date
    reason: str
    evidence: tuple[str, ...]
    raised_on: date
    outcome: Literal["upheld", "dismissed"] | None = None


@dataclass(frozen=True, slots=True)
class Objections:
    by_id: Map[str, Objection] = field(default_factory=Map)


def evolve(known: Objections, event: Handled) -> Objections:
    match event:
        case ObjectionRaised():
            objection = Objection(
                event.record_kind, event.record_id, event.record_on, event.reason, event.evidence, event.raised_on
            )
        case ObjectionDecided():
            objection = replace(known.by_id[event.objection_id], outcome=event.outcome)
        case _:
            assert_never(event)
    return Objections(known.by_id.set(event.objection_id, objection))
