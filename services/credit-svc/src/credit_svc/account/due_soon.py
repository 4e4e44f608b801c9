"""Before the due date: a customer who may forget is reminded in time, and one who pays without a reminder is left alone.

The account holds one day, the next on which it is searched for what is due soon. An invoice that brings it nearer carries it; all
else that may bring it nearer publishes it anew. So an account of which nobody is reminded costs nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from contracts.credit import (
    AccountAbsorbed,
    BehaviourClassChanged,
    DiscountEndsSoon,
    DueReminderScheduled,
    InvoiceCorrected,
    InvoiceRecorded,
    InvoiceReopened,
    PaymentsDueSoon,
)
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.state import Account
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.receivables.due_soon import Unpaid, next_reminder, reminder_days, unpaid
from credit_svc.receivables.facts import NOTHING

NEARER = frozenset((AccountAbsorbed, BehaviourClassChanged, InvoiceCorrected, InvoiceReopened))
"""What may bring the next reminder nearer, besides a new invoice."""


@dataclass(frozen=True, slots=True)
class RemindOfDue:
    """The day has come on which the account is searched for what is due soon."""

    customer_id: str
    on: date


def with_reminder(decision: AccountDecision, recorded: InvoiceRecorded) -> InvoiceRecorded:
    """The invoice with the day of its first reminder, where that is the next one of the account."""
    account, policy = decision.state, decision.policy(ReceivablesPolicy, recorded.issued_on).document
    days, today = (
        reminder_days(recorded.due_on, recorded.discount_until, policy),
        max(recorded.issued_on, _today(account)),
    )
    remind_on = min((day for day in days if day > today), default=None)
    if remind_on is None or not _is_nearer(remind_on, account) or not _is_reminded(account, policy):
        return recorded
    return recorded.model_copy(update={"remind_on": remind_on})


def schedule_reminder(decision: AccountDecision) -> None:
    """Publish the next reminder anew where what was decided brings it nearer."""
    if not any(type(event) in NEARER for event in decision.events):
        return
    account = decision.state
    today = _today(account)
    policy = decision.policy(ReceivablesPolicy, today).document
    if not _is_reminded(account, policy):
        return
    next_on = next_reminder(account.ledgers.values(), today, today, policy)
    if next_on is not None and _is_nearer(next_on, account):
        decision.emit(DueReminderScheduled(customer_id=decision.id, remind_on=next_on))


def _is_nearer(day: date, account: Account) -> bool:
    return account.reminders.next_on is None or day < account.reminders.next_on


def _is_reminded(account: Account, policy: ReceivablesPolicy) -> bool:
    """Whether the customer may forget; of one that has not paid an invoice yet nobody knows."""
    behaviour = account.behaviour.current
    return behaviour in policy.remind_behaviour or (behaviour == "A" and not account.reminders.has_paid)


def _today(account: Account) -> date:
    """The latest day that the account knows of."""
    return max(account.latest, account.behaviour.judged_on)


def _remind(decision: AccountDecision, command: RemindOfDue) -> None:
    """Of what the account knows to be past due meanwhile nobody is reminded: it was recorded too late."""
    account, on = decision.state, command.on
    if account.reminders.next_on != on:
        return
    policy, next_on = decision.policy(ReceivablesPolicy, on), None
    if _is_reminded(account, policy.document):
        today = max(on, _today(account))
        for currency, ledger in sorted(account.ledgers.items()):
            items = unpaid(ledger, account.claims, policy.document.tolerance(currency))
            decision.emit(*_reminders(decision, currency, items, on, today))
        next_on = next_reminder(account.ledgers.values(), on, today, policy.document)
    decision.emit(DueReminderScheduled(customer_id=decision.id, remind_on=next_on))


def _reminders(
    decision: AccountDecision, currency: str, items: Sequence[Unpaid], on: date, today: date
) -> Iterable[PaymentsDueSoon | DiscountEndsSoon]:
    """One for each due day, and for each day on which discounts end, that the policy looks ahead to."""
    policy = decision.policy(ReceivablesPolicy, on).document
    for days in sorted(set(policy.remind_discount_days)):
        ending = [item for item in items if item.discount_ends_on(today) == add_days(on, days)]
        yield from _reminder(DiscountEndsSoon, decision, currency, ending, on, days)
    for days in sorted(set(policy.remind_before_days)):
        due = [item for item in items if item.invoice.due_on == add_days(on, days) >= today]
        yield from _reminder(PaymentsDueSoon, decision, currency, due, on, days)


def _reminder(
    kind: type[PaymentsDueSoon] | type[DiscountEndsSoon],
    decision: AccountDecision,
    currency: str,
    items: Sequence[Unpaid],
    on: date,
    days: int,
) -> Iterable[PaymentsDueSoon | DiscountEndsSoon]:
    policy, total = decision.policy(ReceivablesPolicy, on), sum((item.amount for item in items), NOTHING)
    if items and total >= policy.document.remind_min:
        yield kind(
            customer_id=decision.id,
            due_on=add_days(on, days),
            days_left=days,
            currency=currency,
            total=total,
            invoices=tuple(item.item(on) for item in items),
            reminded_on=on,
            policy_version=policy.version,
        )


DECIDE: Handlers = {RemindOfDue: _remind}
