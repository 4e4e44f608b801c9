"""What is due soon: customers who may forget are reminded in time."""

from typing import ClassVar

from contracts.envelope import Event, Part
from contracts.fields import Count, Currency, Day, Id, PositiveAmount


class DueItem(Part):
    """An invoice, or an instalment of one, and what of it is to be paid: open, and not covered by money that waits.

    Paying ``discount_amount`` less settles it up to ``discount_until``; both are None where no discount can be earned any more.
    """

    invoice_id: Id
    open_amount: PositiveAmount
    discount_until: Day | None = None
    discount_amount: PositiveAmount | None = None


class PaymentsDueSoon(Event):
    """Invoices of a customer in one currency are due in ``days_left`` days, all of them on ``due_on``; ``total`` is their sum.

    Disputed invoices are left out. Nothing is published of a customer who pays without a reminder.
    """

    TYPE: ClassVar[str] = "credit.PaymentsDueSoon"
    customer_id: Id
    due_on: Day
    days_left: Count
    currency: Currency
    total: PositiveAmount
    invoices: tuple[DueItem, ...]
    reminded_on: Day
    policy_version: int


class DiscountEndsSoon(Event):
    """The cash discount of invoices in one currency ends in ``days_left`` days: ``due_on`` is its last day, for all of them.

    ``total`` is what is open, before the discount.
    """

    TYPE: ClassVar[str] = "credit.DiscountEndsSoon"
    customer_id: Id
    due_on: Day
    days_left: Count
    currency: Currency
    total: PositiveAmount
    invoices: tuple[DueItem, ...]
    reminded_on: Day
    policy_version: int


class DueReminderScheduled(Event):
    """The next day on which the account is searched for what is due soon; None: nothing is to come, or nobody is to be reminded."""

    TYPE: ClassVar[str] = "credit.DueReminderScheduled"
    customer_id: Id
    remind_on: Day | None = None
