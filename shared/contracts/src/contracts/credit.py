"""What credit-svc publishes on ``credit.events``."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts import policy
from contracts.envelope import Event
from contracts.erp import Part
from contracts.fields import Amount, Count, Currency, Day, Id, PositiveAmount, Text

TOPIC = "credit.events"

CreditStatus = Literal["ok", "watch", "hold", "stop"]
CollectionStep = Literal[
    "reminder",
    "call",
    "letter_1",
    "letter_2",
    "visit",
    "stop_supply",
    "cancel_limit",
    "delegate",
    "arbitration",
    "litigation",
]


class Exposure(Part):
    """What a customer may owe and does: exposure = receivable + approved undelivered orders − security."""

    currency: Currency
    limit: Amount
    receivable: Amount
    approved_orders: Amount
    security: Amount
    overdue: Amount

    @property
    def total(self) -> Amount:
        return self.receivable + self.approved_orders - self.security

    @property
    def available(self) -> Amount:
        return self.limit - self.total


class CreditLimitSet(Event):
    """The customer's limit from a date on."""

    TYPE: ClassVar[str] = "credit.CreditLimitSet"
    customer_id: Id
    limit: Amount
    currency: Currency
    valid_from: Day
    reason: Text
    approved_by: Text


class OrderCreditApproved(Event):
    """The order fits the limit; the exposure is the one before the order. ``after_hold`` when it was held before."""

    TYPE: ClassVar[str] = "credit.OrderCreditApproved"
    order_id: Id
    customer_id: Id
    amount: Amount
    currency: Currency
    exposure: Exposure
    status: CreditStatus
    after_hold: bool
    policy_version: int


class OrderCreditHeld(Event):
    """The order waits; ``releases_at`` says in words with numbers what would release it."""

    TYPE: ClassVar[str] = "credit.OrderCreditHeld"
    order_id: Id
    customer_id: Id
    amount: Amount
    currency: Currency
    exposure: Exposure
    status: CreditStatus
    reason: Text
    releases_at: Text
    policy_version: int


class OrderExposureReleased(Event):
    """An approved or held order no longer counts: it was invoiced, delivered or cancelled."""

    TYPE: ClassVar[str] = "credit.OrderExposureReleased"
    order_id: Id
    customer_id: Id
    because: Literal["invoiced", "delivered", "cancelled"]


class InvoiceRecorded(Event):
    """A receivable exists; overdue from the first day after its due date and the grace (``overdue_from``)."""

    TYPE: ClassVar[str] = "credit.InvoiceRecorded"
    invoice_id: Id
    customer_id: Id
    order_id: Id | None = None
    issued_on: Day
    due_on: Day
    amount: PositiveAmount
    currency: Currency
    overdue_from: Day
    policy_version: int


class Allocation(Part):
    """The part of a payment that goes to one invoice."""

    invoice_id: Id
    amount: PositiveAmount


class PaymentRecorded(Event):
    """Money came in; ``allocations`` are those of the day it was paid, what is not allocated waits for its invoice."""

    TYPE: ClassVar[str] = "credit.PaymentRecorded"
    payment_id: Id
    customer_id: Id
    invoice_id: Id | None = None
    amount: PositiveAmount
    currency: Currency
    paid_on: Day
    method: Id
    allocations: tuple[Allocation, ...]
    unallocated: Amount


class PaymentAllocated(Event):
    """Money that had waited found its invoice."""

    TYPE: ClassVar[str] = "credit.PaymentAllocated"
    payment_id: Id
    customer_id: Id
    allocation: Allocation
    currency: Currency
    allocated_on: Day


class AllocationWithdrawn(Event):
    """Money left an invoice, because a fact that came late (``because_of``: its invoice or payment) takes its place.

    Business time is restated: the allocation is as if it had never been.
    """

    TYPE: ClassVar[str] = "credit.AllocationWithdrawn"
    payment_id: Id
    customer_id: Id
    allocation: Allocation
    currency: Currency
    because_of: Id


class InvoiceSettled(Event):
    """An invoice is paid in full; ``days_late`` is 0 when paid on or before the due date.

    Told again when the date is restated.
    """

    TYPE: ClassVar[str] = "credit.InvoiceSettled"
    invoice_id: Id
    customer_id: Id
    settled_on: Day
    days_late: Count


class InvoiceReopened(Event):
    """A settled invoice is open again: its cheque bounced, or its money belongs to another invoice."""

    TYPE: ClassVar[str] = "credit.InvoiceReopened"
    invoice_id: Id
    customer_id: Id
    open_amount: PositiveAmount
    currency: Currency
    due_on: Day
    overdue_from: Day
    because: Literal["cheque_bounced", "reallocated"]


class PaymentOverdue(Event):
    """The first day after the due date (and its grace) passed with an open amount."""

    TYPE: ClassVar[str] = "credit.PaymentOverdue"
    invoice_id: Id
    customer_id: Id
    due_on: Day
    overdue_since: Day
    open_amount: PositiveAmount
    currency: Currency
    policy_version: int


class ChequeBounced(Event):
    """A cheque came back: its payment never was money, and what it paid (``reopened``) is open again."""

    TYPE: ClassVar[str] = "credit.ChequeBounced"
    payment_id: Id
    customer_id: Id
    bounced_on: Day
    face_amount: PositiveAmount
    currency: Currency
    reopened: tuple[Allocation, ...]


class CollectionCaseOpened(Event):
    """A customer's overdue invoices are pursued."""

    TYPE: ClassVar[str] = "credit.CollectionCaseOpened"
    case_id: Id
    customer_id: Id
    opened_on: Day
    invoice_id: Id
    overdue: PositiveAmount
    currency: Currency


class CollectionStepTaken(Event):
    """The case climbed one rung of the ladder; ``next_step_on`` is when the next rung is due."""

    TYPE: ClassVar[str] = "credit.CollectionStepTaken"
    case_id: Id
    customer_id: Id
    step: CollectionStep
    taken_on: Day
    days_past_due: int = Field(ge=0)
    oldest_invoice_id: Id
    overdue: PositiveAmount
    currency: Currency
    next_step: CollectionStep | None = None
    next_step_on: Day | None = None
    policy_version: int


class CollectionStepRescheduled(Event):
    """The oldest overdue invoice of the case is another one now, and the next step's day follows it."""

    TYPE: ClassVar[str] = "credit.CollectionStepRescheduled"
    case_id: Id
    customer_id: Id
    oldest_invoice_id: Id
    overdue: PositiveAmount
    currency: Currency
    next_step: CollectionStep | None = None
    next_step_on: Day | None = None
    policy_version: int


class CollectionCaseClosed(Event):
    """Nothing is overdue any more."""

    TYPE: ClassVar[str] = "credit.CollectionCaseClosed"
    case_id: Id
    customer_id: Id
    closed_on: Day
    steps_taken: Count
    because: Literal["settled", "written_off"]


class PolicyPublished(policy.PolicyPublished):
    """A policy of credit-svc has a new version."""

    TYPE: ClassVar[str] = "credit.PolicyPublished"


class PolicyShadowed(policy.PolicyShadowed):
    """A candidate runs beside a policy of credit-svc."""

    TYPE: ClassVar[str] = "credit.PolicyShadowed"


class PolicyShadowEnded(policy.PolicyShadowEnded):
    """A candidate beside a policy of credit-svc ended."""

    TYPE: ClassVar[str] = "credit.PolicyShadowEnded"


EVENTS: tuple[type[Event], ...] = (
    CreditLimitSet,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderExposureReleased,
    InvoiceRecorded,
    PaymentRecorded,
    PaymentAllocated,
    AllocationWithdrawn,
    InvoiceSettled,
    InvoiceReopened,
    PaymentOverdue,
    ChequeBounced,
    CollectionCaseOpened,
    CollectionStepTaken,
    CollectionStepRescheduled,
    CollectionCaseClosed,
    PolicyPublished,
    PolicyShadowed,
    PolicyShadowEnded,
)
