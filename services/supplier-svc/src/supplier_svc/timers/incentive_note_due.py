"""The to-do list of penalties and rewards in money: the day after their days to answer, on which each becomes a note."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.supplier import PenaltyCharged, RewardGranted, SupplierNoteIssued
from supplier_svc.supplier.notes import IssueNote

Handled = PenaltyCharged | RewardGranted | SupplierNoteIssued


@dataclass(frozen=True)
class Row:
    """``kind``: penalty or reward."""

    supplier_id: str
    kind: str
    incentive_id: str
    due_on: date


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    match event:
        case PenaltyCharged():
            return [(event.supplier_id, "penalty", event.penalty_id)]
        case RewardGranted():
            return [(event.supplier_id, "reward", event.reward_id)]
        case SupplierNoteIssued():
            return [(event.supplier_id, line.kind, line.reference) for line in event.lines]


def evolve(key: Key, _: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case PenaltyCharged() | RewardGranted():
            # One of before has no such day, and becomes no note.
            return None if event.answer_by is None else Row(key[0], key[1], key[2], add_days(event.answer_by, 1))
        case SupplierNoteIssued():
            return None


def issue(row: Row) -> IssueNote:
    return IssueNote(row.supplier_id, row.kind, row.incentive_id, row.due_on)  # type: ignore[arg-type]


TODO = TodoList(
    name="incentive_note_due",
    version=1,
    row=Row,
    key=("supplier_id", "kind", "incentive_id"),
    keys=keys,
    evolve=evolve,
    command=issue,
)
