"""What is owed: invoices, payments, credit notes, discounts."""

from typing import Annotated, ClassVar, Literal

from contracts.credit.exposure import Rate
from contracts.credit.money import MoneyId, MoneyKind
from contracts.envelope import Event, Part
from contracts.erp import Allocation, Instalment
from contracts.fields import Amount, AmountNotNegative, Count, Currency, Day, Id, PositiveAmount, Text, formerly

ItemKind = Literal["invoice", "instalment", "fee"]


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
    of_invoice: Id | None = None
    """The invoice of which this is an instalment; each instalment is an item by itself, ``INV-1#2`` of ``INV-1``."""
    instalment: Count | None = None
    instalments: tuple[Instalment, ...] = ()
    """All of them, in the order of ``instalment``, from 1."""
    remind_on: Day | None = None
    """When the account is searched for what is due soon next, where this invoice brings that day nearer."""
    kind: ItemKind = "invoice"
    """What is owed: an invoice, a contract's instalment that is due before it is invoiced, or a fee."""
    contract_id: Id | None = None
    contract_instalment: Count | None = None
    """The instalment of the contract that it is, or that an invoice is for."""
    complaint_id: Id | None = None
    text: Text = ""
    """What a fee is for."""


class InvoiceTerms(Part):
    """What an invoice is about; a correction restates it."""

    order_id: Id | None = None
    issued_on: Day
    due_on: Day
    amount: AmountNotNegative


class InvoiceCorrected(Event):
    """An invoice came again under its id with other contents, and counts as if it had been issued so.

    ``before`` is what it was, ``difference`` the same in words. ``is_overdue``: it was and stays overdue. ``replaced_by``: the invoice
    that takes its place, of an instalment of a contract of which nothing is owed any more.
    """

    TYPE: ClassVar[str] = "credit.InvoiceCorrected"
    invoice_id: Id
    customer_id: Id
    order_id: Id | None = None
    issued_on: Day
    due_on: Day
    amount: AmountNotNegative
    currency: Currency
    overdue_from: Day
    before: InvoiceTerms
    difference: Text
    is_overdue: bool
    policy_version: int
    rate: Rate | None = None
    discount_until: Day | None = None
    discount_amount: PositiveAmount | None = None
    replaced_by: Id | None = None


class PaymentRecorded(Event):
    """A payment came in; ``allocations`` are those of the day it was paid, and the rest waits for its invoice.

    Recorded again when its cheque bounced before ``paid_on`` and was presented again.
    """

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
    named: tuple[Allocation, ...] = ()
    """The invoices that the payer named with an amount each; what they leave goes to ``invoice_id``, or to the oldest."""
    order_id: Id | None = None
    """The order that it was paid for; money that names no invoice waits for those of this order."""


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
    allocation is as if it had never been. ``allocated_on`` tells which one, where a payment met the invoice on several days; older
    events lack it.
    """

    TYPE: ClassVar[str] = "credit.AllocationWithdrawn"
    payment_id: MoneyId
    customer_id: Id
    allocation: Allocation
    currency: Currency
    because_of: Id
    kind: MoneyKind | None = None
    allocated_on: Day | None = None


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
    """A settled invoice is open again: its cheque bounced, its payment belongs to another invoice, or it was corrected."""

    TYPE: ClassVar[str] = "credit.InvoiceReopened"
    invoice_id: Id
    customer_id: Id
    open_amount: PositiveAmount
    currency: Currency
    due_on: Day
    overdue_from: Day
    cause: Annotated[Literal["cheque_bounced", "reallocated", "corrected"], formerly("cause", "because")]


class ChequeBounced(Event):
    """A cheque bounced: its payment is void, what it paid (``reopened``) is open again; ``statement`` says who may impose the fine."""

    TYPE: ClassVar[str] = "credit.ChequeBounced"
    payment_id: Id
    customer_id: Id
    bounced_on: Day
    face_amount: PositiveAmount
    currency: Currency
    reopened: tuple[Allocation, ...]
    administrative_fine: AmountNotNegative | None = None
    statement: Text = ""


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


class PaymentExchanged(Event):
    """A payment pays an invoice of another currency: it counts as ``counted`` of that currency from now on.

    ``rate`` is that of the day on which it was paid. ``gain``, below zero a loss, is what was paid less what the invoice was booked
    at, in the account's currency; None where one of them has no rate.
    """

    TYPE: ClassVar[str] = "credit.PaymentExchanged"
    payment_id: Id
    customer_id: Id
    invoice_id: Id
    amount: PositiveAmount
    currency: Currency
    counted: PositiveAmount
    into: Currency
    rate: Rate
    paid_on: Day
    gain: Amount | None = None
    gain_currency: Currency | None = None
    policy_version: int
    account_rate: Rate | None = None
    """Of ``into`` into the account's currency, when they differ and a rate is known."""


class PaymentInOtherCurrencyNoted(Event):
    """A payment names an invoice of another currency and is not exchanged by rule; ``summary`` says what a person may do."""

    TYPE: ClassVar[str] = "credit.PaymentInOtherCurrencyNoted"
    payment_id: Id
    customer_id: Id
    invoice_id: Id
    amount: PositiveAmount
    currency: Currency
    invoice_currency: Currency
    summary: Text
    noted_on: Day
