"""Follow-ups due: customers to call back about a resolved complaint."""

from dataclasses import dataclass
from datetime import datetime

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.customer import ComplaintClosed, ComplaintReopened, ComplaintResolved, FollowUpDue
from customer_svc.complaints.call_back import TellFollowUp

FollowUpEvent = ComplaintResolved | FollowUpDue | ComplaintClosed | ComplaintReopened


@dataclass(frozen=True)
class FollowUpDueRow:
    complaint_id: str
    due_at: datetime
    correlation_id: str
    causation_id: str


def keys(event: FollowUpEvent, _: Envelope) -> list[Key]:
    return [(event.complaint_id,)]


def evolve(key: Key, _: FollowUpDueRow | None, event: FollowUpEvent, envelope: Envelope) -> FollowUpDueRow | None:
    if isinstance(event, ComplaintResolved):
        return FollowUpDueRow(key[0], event.call_back_at, envelope.correlation_id, envelope.id)
    return None


def command(row: FollowUpDueRow) -> TellFollowUp:
    return TellFollowUp(row.complaint_id, row.due_at)


MODEL = TodoList(
    name="follow_ups_due",
    version=1,
    row=FollowUpDueRow,
    key=("complaint_id",),
    keys=keys,
    evolve=evolve,
    command=command,
)
