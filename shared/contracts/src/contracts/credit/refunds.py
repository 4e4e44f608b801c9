"""What was paid too much and is paid back."""

from typing import ClassVar

from contracts.credit.exposure import Rate
from contracts.credit.money import MoneyId, MoneyKind
from contracts.envelope import Event, Part
from contracts.fields import AmountNotNegative, Currency, Day, Id, PositiveAmount, Text


class RefundPart(Part):
    """What of a refund comes out of one payment or credit note."""

    payment_id: MoneyId
    kind: MoneyKind
    amount: PositiveAmount


class RefundRecorded(Event):
    """Money that a customer had paid too much was paid back: its payments (``parts``) count for so much less."""

    TYPE: ClassVar[str] = "credit.RefundRecorded"
    refund_id: Id
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    refunded_on: Day
    parts: tuple[RefundPart, ...]
    payment_id: Id | None = None
    reason: Text = ""


class RefundAwaitingPayment(Event):
    """A refund is known before the money that it is of: nothing changes until that comes, then it is recorded by itself.

    ``found_amount``: of the money it could be of, what is known. Published again when more of it is, and when the refund itself comes
    again with other contents. ``summary`` says what is missing.
    """

    TYPE: ClassVar[str] = "credit.RefundAwaitingPayment"
    refund_id: Id
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    refunded_on: Day
    found_amount: AmountNotNegative
    summary: Text
    payment_id: Id | None = None
    reason: Text = ""


class RefundOwed(Event):
    """What was paid back was never paid, as its cheque bounced: the customer owes the refund, as an item beside the invoices
    (``invoice_id``), which is due on the later of the two days.
    """

    TYPE: ClassVar[str] = "credit.RefundOwed"
    invoice_id: Id
    refund_id: Id
    payment_id: MoneyId
    customer_id: Id
    issued_on: Day
    due_on: Day
    amount: PositiveAmount
    currency: Currency
    overdue_from: Day
    policy_version: int
    rate: Rate | None = None
