"""Meetings due: the yearly meeting with each key account."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.customer import KeyAccountDesignated, KeyAccountMeetingDue, KeyAccountReleased, KeyAccountVisited
from customer_svc.read_models import customer_file
from customer_svc.relationship.key_account import ReportMeetingDue

Handled = KeyAccountDesignated | KeyAccountVisited | KeyAccountReleased | KeyAccountMeetingDue


@dataclass(frozen=True)
class Row:
    customer_id: str
    due_on: date


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case KeyAccountDesignated():
            return Row(key[0], event.next_meeting_on)
        case KeyAccountVisited():
            due_on = event.next_meeting_on
            # An executive's visit moves nothing; a meeting that was published as due is not due again.
            return Row(key[0], due_on) if row or event.kind == "meeting" else None
        case KeyAccountReleased() | KeyAccountMeetingDue():
            return None


def command(row: Row) -> ReportMeetingDue:
    return ReportMeetingDue(row.customer_id, row.due_on)


TODO = TodoList(
    name="meetings_due",
    version=2,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    command=command,
    regions=customer_file.MODEL,
)
