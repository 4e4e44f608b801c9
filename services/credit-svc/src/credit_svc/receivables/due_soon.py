"""What of a ledger is due soon, and on which days its customer is reminded of it. Pure.

Source: the rules page, "Before the due date". Disputed and settled items are left out, and what money that waits covers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.calendar import add_days
from contracts.credit import DueItem
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.receivables.claims import Claims
from credit_svc.receivables.facts import Invoice
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.open_items import pursuable

NO_CLAIMS = Claims()


@dataclass(frozen=True, slots=True)
class Reminders:
    """``next_on``: when the account is searched for what is due soon; ``has_paid``: whether money has settled an invoice yet."""

    next_on: date | None = None
    has_paid: bool = False


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What is to be paid of an invoice."""

    invoice: Invoice
    amount: Decimal

    def discount_ends_on(self, on: date) -> date | None:
        """The last day of the discount; None where none can be earned from a day on. A part payment has forgone it."""
        invoice = self.invoice
        can_earn = invoice.discount and invoice.discount_until and on <= invoice.discount_until
        return invoice.discount_until if can_earn and self.amount == invoice.amount else None

    def item(self, on: date) -> DueItem:
        """As a reminder of a day names it."""
        until = self.discount_ends_on(on)
        return DueItem(
            invoice_id=self.invoice.invoice_id,
            open_amount=self.amount,
            discount_until=until,
            discount_amount=self.invoice.discount if until else None,
        )


def reminder_days(due_on: date, discount_until: date | None, policy: ReceivablesPolicy) -> list[date]:
    """The days on which an invoice is a reason for a reminder."""
    days = [add_days(due_on, -before) for before in policy.remind_before_days]
    if discount_until is not None:
        days += [add_days(discount_until, -before) for before in policy.remind_discount_days]
    return days


def next_reminder(ledgers: Iterable[Ledger], after: date, today: date, policy: ReceivablesPolicy) -> date | None:
    """The first reminder day after a day, of what is open and ``today`` not past due; None: there is none."""
    return min(_days_to_come(ledgers, after, today, policy), default=None)


def _days_to_come(ledgers: Iterable[Ledger], after: date, today: date, policy: ReceivablesPolicy) -> Iterator[date]:
    for ledger in ledgers:
        for invoice in (ledger.invoices[invoice_id] for invoice_id in ledger.open):
            if invoice.refund_id is None and invoice.due_on >= today:
                days = reminder_days(invoice.due_on, invoice.discount_until, policy)
                yield from (day for day in days if day > after)


def unpaid(ledger: Ledger, claims: Claims, tolerance: Decimal) -> list[Unpaid]:
    """What is to be paid, the oldest first; what is owed of a refund is no invoice, and a difference that nobody pursues no reason."""
    disputed = {dispute.invoice_id for dispute in claims.disputes.values()}
    return [
        Unpaid(invoice, item.amount)
        for item in pursuable(ledger, NO_CLAIMS)
        for invoice in (ledger.invoices[item.invoice_id],)
        if item.invoice_id not in disputed and invoice.refund_id is None and item.amount > tolerance
    ]
