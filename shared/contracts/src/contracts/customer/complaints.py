"""Complaints: their clocks, the work on them, and the trace back to a supplier's lot."""

from typing import ClassVar, Literal

from contracts.envelope import Event, Part
from contracts.erp import Severity
from contracts.fields import Day, Id, Instant, Quantity, Text

ComplaintTopic = Literal["product_quality", "transport", "service"]
ComplaintSeverity = Literal["general", "major", "urgent"]
ComplaintClock = Literal["respond", "on_site", "resolve"]


class ClockDue(Part):
    """A service level of the complaint: when it is breached, and when 80 % of its time is used."""

    clock: ComplaintClock
    warn_at: Instant
    due_at: Instant


class ComplaintOpened(Event):
    """A customer complained; the clocks of its severity run from ``opened_at``."""

    TYPE: ClassVar[str] = "customer.ComplaintOpened"
    complaint_id: Id
    customer_id: Id
    topic: ComplaintTopic
    severity: ComplaintSeverity
    description: Text
    owner_id: Id
    opened_at: Instant
    clocks: tuple[ClockDue, ...]
    order_id: Id | None = None
    item_id: Id | None = None
    policy_version: int


class ComplaintAcknowledged(Event):
    """Somebody answered the customer: the clock to respond stops."""

    TYPE: ClassVar[str] = "customer.ComplaintAcknowledged"
    complaint_id: Id
    customer_id: Id
    acknowledged_at: Instant
    by: Id


class ComplaintAssigned(Event):
    """The complaint has another owner."""

    TYPE: ClassVar[str] = "customer.ComplaintAssigned"
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    previous: Id


class ComplaintWorkStarted(Event):
    """Work began; ``on_site`` when somebody is at the customer's site, which stops the on-site clock."""

    TYPE: ClassVar[str] = "customer.ComplaintWorkStarted"
    complaint_id: Id
    customer_id: Id
    started_at: Instant
    on_site: bool
    by: Id


class ComplaintClockWarned(Event):
    """80 % of a clock's time is used and it still runs."""

    TYPE: ClassVar[str] = "customer.ComplaintClockWarned"
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    clock: ComplaintClock
    due_at: Instant
    policy_version: int


class ComplaintClockBreached(Event):
    """A clock ran out before it was stopped."""

    TYPE: ClassVar[str] = "customer.ComplaintClockBreached"
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    clock: ComplaintClock
    due_at: Instant
    policy_version: int


class ComplaintResolved(Event):
    """The cause was removed; the customer is called back at ``call_back_at``."""

    TYPE: ClassVar[str] = "customer.ComplaintResolved"
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    resolved_at: Instant
    solution: Text
    call_back_at: Instant


class FollowUpDue(Event):
    """The customer is to be called back about a resolved complaint, the day after."""

    TYPE: ClassVar[str] = "customer.FollowUpDue"
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    due_at: Instant


class ComplaintCalledBack(Event):
    """The customer was called back about the solution; one who is not satisfied reopens the complaint."""

    TYPE: ClassVar[str] = "customer.ComplaintCalledBack"
    complaint_id: Id
    customer_id: Id
    called_at: Instant
    satisfied: bool
    by: Id


class ComplaintClosed(Event):
    """The complaint was closed."""

    TYPE: ClassVar[str] = "customer.ComplaintClosed"
    complaint_id: Id
    customer_id: Id
    closed_at: Instant


class ComplaintReopened(Event):
    """The complaint was opened again and a new clock to resolve it runs; ``times`` counts the reopenings."""

    TYPE: ClassVar[str] = "customer.ComplaintReopened"
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    reopened_at: Instant
    because: Text
    times: int
    clocks: tuple[ClockDue, ...]
    policy_version: int


class ComplaintTraced(Event):
    """The cause of a complaint is a supplier's lot; supplier-svc records it as a nonconformance."""

    TYPE: ClassVar[str] = "customer.ComplaintTraced"
    complaint_id: Id
    customer_id: Id
    supplier_id: Id
    item_id: Id
    lot_id: Id
    severity: Severity
    quantity: Quantity
    code: Id
    description: Text
    traced_on: Day


EVENTS: tuple[type[Event], ...] = (
    ComplaintOpened,
    ComplaintAcknowledged,
    ComplaintAssigned,
    ComplaintWorkStarted,
    ComplaintClockWarned,
    ComplaintClockBreached,
    ComplaintResolved,
    FollowUpDue,
    ComplaintCalledBack,
    ComplaintClosed,
    ComplaintReopened,
    ComplaintTraced,
)
