"""Answers that a supplier owes for a poor or falling grade."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, assert_never

from immutables import Map

from contracts.supplier import (
    ImprovementDue,
    ImprovementMissed,
    ImprovementRecorded,
    ImprovementWaived,
    SupplierGrade,
    Track,
)

Handled = ImprovementDue | ImprovementRecorded | ImprovementMissed | ImprovementWaived

AnswerKind = Literal["on_site_report", "improvement", "improvement_report"]


@dataclass(frozen=True, slots=True)
class Owed:
    """An answer that is due, and how it ended."""

    kind: AnswerKind
    grade: SupplierGrade
    due_on: date
    ended: Literal["no", "accepted", "missed", "waived"] = "no"
    track: Track = "operational"


def calls_for_another(owed: SupplierGrade | None, grade: SupplierGrade) -> bool:
    """Whether a grade calls for another answer than the one ``owed`` already, given by its grade (None: none, or waived)."""
    return owed != "D" if grade == "D" else grade == "C" and owed != "C" and owed != "D"


@dataclass(frozen=True, slots=True)
class Improvements:
    """By period in its written form."""

    by_period: Map[str, Owed] = field(default_factory=Map)


def evolve(known: Improvements, event: Handled) -> Improvements:
    match event:
        case ImprovementDue():
            owed = Owed(event.kind, event.grade, event.due_on, track=event.track)
        case ImprovementRecorded():
            owed = _ended(known, event.period, "accepted")
        case ImprovementMissed():
            owed = _ended(known, event.period, "missed")
        case ImprovementWaived():
            owed = _ended(known, event.period, "waived")
        case _:
            assert_never(event)
    return Improvements(known.by_period.set(event.period, owed))


def _ended(known: Improvements, period: str, how: Literal["accepted", "missed", "waived"]) -> Owed:
    owed = known.by_period[period]
    return Owed(owed.kind, owed.grade, owed.due_on, how)
