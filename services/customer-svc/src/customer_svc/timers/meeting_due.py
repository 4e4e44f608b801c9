"""Meetings due: the yearly meeting with each key account."""

from dataclasses import dataclass
from datetime import datetime

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.customer import KeyAccountDesignated, KeyAccountMeetingDue, KeyAccountReleased, KeyAccountVisited
from customer_svc.months import start_of
from customer_svc.relationship.key_account import TellMeetingDue

MeetingEvent = KeyAccountDesignated | KeyAccountVisited | KeyAccountReleased | KeyAccountMeetingDue


@dataclass(frozen=True)
class MeetingDueRow:
    customer_id: str
    due_at: datetime


def keys(event: MeetingEvent, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: MeetingDueRow | None, event: MeetingEvent, _: Envelope) -> MeetingDueRow | None:
    match event:
        case KeyAccountDesignated():
            return MeetingDueRow(key[0], start_of(event.next_meeting_on))
        case KeyAccountVisited():
            due_at = start_of(event.next_meeting_on)
            # An executive's visit moves nothing; a meeting that was told to be due stays told.
            return MeetingDueRow(key[0], due_at) if row or event.kind == "meeting" else None
        case KeyAccountReleased() | KeyAccountMeetingDue():
            return None


def command(row: MeetingDueRow) -> TellMeetingDue:
    return TellMeetingDue(row.customer_id, row.due_at.date())


MODEL = TodoList(
    name="meetings_due",
    version=1,
    row=MeetingDueRow,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    command=command,
)
