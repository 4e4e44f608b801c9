"""What can be said to a complaint."""

from dataclasses import dataclass
from datetime import datetime

from contracts.customer import ComplaintClock, ComplaintSeverity, ComplaintTopic, ComplaintTraced


@dataclass(frozen=True, slots=True)
class OpenComplaint:
    complaint_id: str
    customer_id: str
    topic: ComplaintTopic
    severity: ComplaintSeverity
    description: str
    owner_id: str | None
    order_id: str | None
    item_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Acknowledge:
    complaint_id: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class AssignComplaint:
    complaint_id: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class StartWork:
    complaint_id: str
    on_site: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Resolve:
    complaint_id: str
    solution: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class CallBack:
    """What the customer said the day after; ``because`` says why it is not satisfied."""

    complaint_id: str
    satisfied: bool
    because: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Reopen:
    complaint_id: str
    because: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """``fact`` is the event itself: what people found out about the lot."""

    fact: ComplaintTraced

    @property
    def complaint_id(self) -> str:
        return self.fact.complaint_id


@dataclass(frozen=True, slots=True)
class TellClock:
    """The timer: a clock has come to its warning or its end, if it still runs to ``due_at``."""

    complaint_id: str
    clock: ComplaintClock
    due_at: datetime
    breached: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class TellFollowUp:
    complaint_id: str
    due_at: datetime


ComplaintCommand = (
    OpenComplaint
    | Acknowledge
    | AssignComplaint
    | StartWork
    | Resolve
    | CallBack
    | Reopen
    | Trace
    | TellClock
    | TellFollowUp
)
