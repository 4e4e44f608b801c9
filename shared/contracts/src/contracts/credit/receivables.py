"""What is owed: invoices, payments, credit notes, disputes, discounts, interest, write-offs."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.credit.exposure import Number, Rate
from contracts.envelope import Event, Part
from contracts.erp import Allocation as Allocation
from contracts.fields import (
    NO_CONTROLS,
    Amount,
    AmountNotNegative,
    Count,
    Currency,
    Day,
    Id,
    Percent,
    PositiveAmount,
    Text,
    formerly,
)


class InvoiceRecorded(Event):
    """A receivable exists; it is overdue from ``overdue_from``, the first day after its due date and the grace period."""

    TYPE: ClassVar[str] = "credit.InvoiceRecorded"
    invoice_id: Id
    customer_id: Id
    order_id: Id | None = None
    issued_on: Day
    due_on: Day
    amount: AmountNotNegative
    currency: Currency
    overdue_from: Day
    policy_version: int
    rate: Rate | None = None
    """Of the invoice's day into the account's currency, when they differ and a rate is known."""
    discount_until: Day | None = None
    """The last day on which paying ``discount_amount`` less settles the invoice."""
    discount_amount: PositiveAmount | None = None


class PaymentRecorded(Event):
    """A payment came in; ``allocations`` are those of the day it was paid, and the rest waits for its invoice."""

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
    rate: Rate | None = None


MoneyKind = Literal["payment", "credit_note", "discount", "write_off"]
"""What pays an invoice: money, or what stands in its place. A payment of another system may have any id, also ``credit-note:7``;
only the kind says what an id is of. None in old logs, where the text before the colon says it."""

MoneyId = Annotated[str, Field(min_length=1, max_length=120, pattern=NO_CONTROLS)]
"""The id of a payment, or ``credit-note:``, ``discount:`` or ``write-off:`` and the id of what that is."""


class PaymentAllocated(Event):
    """An unallocated payment or a credit note was allocated to an invoice; ``payment_id`` is the id of either."""

    TYPE: ClassVar[str] = "credit.PaymentAllocated"
    payment_id: MoneyId
    customer_id: Id
    allocation: Allocation
    currency: Currency
    allocated_on: Day
    kind: MoneyKind | None = None


class AllocationWithdrawn(Event):
    """A payment, a discount or a write-off was taken off an invoice, because a late fact takes its place.

    ``because_of`` is the id of that fact: an invoice, a payment, a credit note. Business time is restated: the
    allocation is as if it had never been.
    """

    TYPE: ClassVar[str] = "credit.AllocationWithdrawn"
    payment_id: MoneyId
    customer_id: Id
    allocation: Allocation
    currency: Currency
    because_of: Id
    kind: MoneyKind | None = None


class InvoiceSettled(Event):
    """An invoice is fully settled; ``days_late`` is 0 when that was so on or before the due date.

    Published again when the date is restated.
    """

    TYPE: ClassVar[str] = "credit.InvoiceSettled"
    invoice_id: Id
    customer_id: Id
    settled_on: Day
    days_late: Count


class InvoiceReopened(Event):
    """A settled invoice is open again: its cheque bounced, or its payment belongs to another invoice."""

    TYPE: ClassVar[str] = "credit.InvoiceReopened"
    invoice_id: Id
    customer_id: Id
    open_amount: PositiveAmount
    currency: Currency
    due_on: Day
    overdue_from: Day
    cause: Annotated[Literal["cheque_bounced", "reallocated"], formerly("cause", "because")]


class PaymentOverdue(Event):
    """An invoice is overdue: its due date and the grace period passed with an open amount."""

    TYPE: ClassVar[str] = "credit.PaymentOverdue"
    invoice_id: Id
    customer_id: Id
    due_on: Day
    overdue_since: Day
    open_amount: PositiveAmount
    currency: Currency
    policy_version: int


class WaitingMoney(Part):
    """What of a payment or credit note waits, and the invoice that it names and that is not known."""

    payment_id: MoneyId
    invoice_id: Id | None = None
    amount: PositiveAmount


class WaitingMoneyNoted(Event):
    """Invoices are past due (``overdue`` together), but money that waits for an unknown invoice covers them; they are not pursued.

    ``summary`` names the money and what a person may do about it.
    """

    TYPE: ClassVar[str] = "credit.WaitingMoneyNoted"
    customer_id: Id
    currency: Currency
    invoice_ids: tuple[Id, ...]
    overdue: PositiveAmount
    money: tuple[WaitingMoney, ...]
    summary: Text
    noted_on: Day


class ChequeBounced(Event):
    """A cheque bounced: its payment is void, and what it paid (``reopened``) is open again."""

    TYPE: ClassVar[str] = "credit.ChequeBounced"
    payment_id: Id
    customer_id: Id
    bounced_on: Day
    face_amount: PositiveAmount
    currency: Currency
    reopened: tuple[Allocation, ...]


class CreditNoteRecorded(Event):
    """Less is owed without a payment: goods returned, a price corrected. Allocated like a payment, under ``payment_id``."""

    TYPE: ClassVar[str] = "credit.CreditNoteRecorded"
    credit_note_id: Id
    payment_id: MoneyId
    customer_id: Id
    invoice_id: Id | None = None
    amount: PositiveAmount
    currency: Currency
    issued_on: Day
    reason: Text
    allocations: tuple[Allocation, ...]
    unallocated: Amount
    rate: Rate | None = None


class PaymentReassigned(Event):
    """A person assigned a payment to an invoice (None: the oldest); its allocations follow."""

    TYPE: ClassVar[str] = "credit.PaymentReassigned"
    payment_id: MoneyId
    customer_id: Id
    before: Id | None = None
    after: Id | None = None
    reason: Text
    reassigned_by: Text
    kind: MoneyKind | None = None


class DiscountTaken(Event):
    """A payment deducted the discount. If earned, it settles the invoice; if not, ``amount`` is still owed."""

    TYPE: ClassVar[str] = "credit.DiscountTaken"
    invoice_id: Id
    customer_id: Id
    payment_id: Id
    amount: PositiveAmount
    currency: Currency
    is_earned: bool
    paid_on: Day
    discount_until: Day


class InvoiceDisputed(Event):
    """The customer disputes an invoice or a part of it; the disputed part is not pursued."""

    TYPE: ClassVar[str] = "credit.InvoiceDisputed"
    dispute_id: Id
    invoice_id: Id
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    reason: Text
    disputed_on: Day
    recorded_by: Text


class DisputeResolved(Event):
    """A dispute ended. What was conceded becomes a credit note; what was not is pursued again."""

    TYPE: ClassVar[str] = "credit.DisputeResolved"
    dispute_id: Id
    invoice_id: Id
    customer_id: Id
    conceded: AmountNotNegative
    currency: Currency
    outcome: Text
    resolved_on: Day
    resolved_by: Text


class InterestPart(Part):
    """A run of days with one principal and one rate: principal × percent × days / (100 × days of the year)."""

    begins_on: Day
    ends_on: Day
    """The last day."""
    days: Count
    principal: PositiveAmount
    annual_percent: Number
    source: Text
    """Where the rate comes from: the contract, or the published rate and the markup on it."""


class InterestCharged(Event):
    """Penalty interest for days past due: simple, per day. Negative where a late fact reduced it."""

    TYPE: ClassVar[str] = "credit.InterestCharged"
    invoice_id: Id
    customer_id: Id
    charged_until: Day
    amount: Amount
    charged_before: Amount
    total: Amount
    currency: Currency
    parts: tuple[InterestPart, ...]
    """They add up to ``total``."""
    charged_on: Day
    policy_version: int


class WriteOffProposed(Event):
    """Writing off the open amount of an invoice was proposed."""

    TYPE: ClassVar[str] = "credit.WriteOffProposed"
    invoice_id: Id
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    reason: Text
    proposed_on: Day
    proposed_by: Text


class WriteOffRejected(Event):
    """A write-off was rejected; the invoice is pursued further."""

    TYPE: ClassVar[str] = "credit.WriteOffRejected"
    invoice_id: Id
    customer_id: Id
    reason: Text
    rejected_by: Text


class InvoiceWrittenOff(Event):
    """The open amount of an invoice was written off. A later payment still pays it, and less is written off then."""

    TYPE: ClassVar[str] = "credit.InvoiceWrittenOff"
    invoice_id: Id
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    reason: Text
    written_off_on: Day
    proposed_by: Text
    approved_by: Text
    cause: Literal["decided", "small_difference"] = "decided"
    """By two people, or by the rule for differences that are not pursued; the invoice counts as settled then."""


class ChequeClaimRaised(Event):
    """The holder of a bounced cheque claims a percentage of its face amount from the drawer."""

    TYPE: ClassVar[str] = "credit.ChequeClaimRaised"
    payment_id: Id
    customer_id: Id
    face_amount: PositiveAmount
    percent: Percent
    amount: PositiveAmount
    currency: Currency
    raised_on: Day
    policy_version: int
