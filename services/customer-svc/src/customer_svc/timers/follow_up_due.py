"""Follow-ups due: customers to call back about a resolved complaint."""

from dataclasses import dataclass
from datetime import datetime

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.customer import ComplaintClosed, ComplaintReopened, ComplaintResolved, FollowUpDue
from customer_svc.complaints.call_back import ReportFollowUp

Handled = ComplaintResolved | FollowUpDue | ComplaintClosed | ComplaintReopened


@dataclass(frozen=True)
class Row:
    complaint_id: str
    due_at: datetime
    correlation_id: str
    causation_id: str


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.complaint_id,)]


def evolve(key: Key, _: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if isinstance(event, ComplaintResolved):
        return Row(key[0], event.call_back_at, envelope.correlation_id, envelope.id)
    return None


def command(row: Row) -> ReportFollowUp:
    return ReportFollowUp(row.complaint_id, row.due_at)


TODO = TodoList(
    name="follow_ups_due",
    version=1,
    row=Row,
    key=("complaint_id",),
    keys=keys,
    evolve=evolve,
    command=command,
)
