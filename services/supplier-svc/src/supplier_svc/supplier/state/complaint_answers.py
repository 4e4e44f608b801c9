"""Complaints that the supplier was handed, by complaint, and how far each is."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, assert_never

from immutables import Map

from contracts.supplier import ComplaintAnswerDue, ComplaintAnswered, ComplaintAnswerOverdue, ComplaintTraceRefuted

Handled = ComplaintAnswerDue | ComplaintAnswered | ComplaintAnswerOverdue | ComplaintTraceRefuted


@dataclass(frozen=True, slots=True)
class Handed:
    customer_id: str
    owner_id: str
    item_id: str
    lot_id: str
    handed_on: date
    due_on: date
    status: Literal["due", "overdue", "answered", "withdrawn"] = "due"
    statement: str = ""
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class ComplaintAnswers:
    by_id: Map[str, Handed] = field(default_factory=Map)


def evolve(answers: ComplaintAnswers, event: Handled) -> ComplaintAnswers:
    before = answers.by_id.get(event.complaint_id)
    match event:
        case ComplaintAnswerDue():
            of = (event.customer_id, event.owner_id, event.item_id, event.lot_id)
            handed = Handed(*of, event.handed_on, event.due_on)
        case _ if before is None or before.status == "answered":
            return answers
        case ComplaintAnswered():
            handed = replace(before, status="answered", statement=event.statement, done_on=event.done_on)
        case ComplaintAnswerOverdue():
            handed = replace(before, status="overdue")
        case ComplaintTraceRefuted():
            handed = replace(before, status="withdrawn")
        case _:
            assert_never(event)
    return ComplaintAnswers(answers.by_id.set(event.complaint_id, handed))
