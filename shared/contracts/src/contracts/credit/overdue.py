"""What is overdue, what is not any more, and what money that waits covers."""

from typing import ClassVar, Literal

from contracts.credit.money import MoneyId
from contracts.envelope import Event, Part
from contracts.fields import Amount, Count, Currency, Day, Id, PositiveAmount, Text


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
    customer_overdue: Amount | None = None
    """What of the customer's invoices in this currency is overdue after this event; None in old logs."""
    customer_overdue_invoices: Count | None = None
    customer_oldest_due_on: Day | None = None
    counts_for_behaviour: bool = True
    """False: of a debit note that the class is not judged by."""
    limitation_until: Day | None = None
    """The last day of its limitation, as known then; ``limitation_near_on``: when it is reminded of first. None in old logs."""
    limitation_near_on: Day | None = None


class PaymentOverdueEnded(Event):
    """An invoice is not overdue any more, once for each ``PaymentOverdue``; ``days_overdue`` are days past due on ``ended_on``.

    A part payment ends nothing, nor does a dispute. ``customer_overdue``: what is overdue in this currency after this event.
    """

    TYPE: ClassVar[str] = "credit.PaymentOverdueEnded"
    invoice_id: Id
    customer_id: Id
    currency: Currency
    overdue_since: Day
    ended_on: Day
    days_overdue: Count
    because: Literal["settled", "credited", "written_off", "restated"]
    customer_overdue: Amount
    customer_overdue_invoices: Count
    customer_oldest_due_on: Day | None = None


class CustomerOverdueCleared(Event):
    """Nothing of the customer is overdue any more, in any currency; ``longest_days``: past due, of what was overdue meanwhile."""

    TYPE: ClassVar[str] = "credit.CustomerOverdueCleared"
    customer_id: Id
    cleared_on: Day
    longest_days: Count


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
