"""The limitation of claims: until when an invoice may be sued for, what begins that anew, and who is reminded.

Source: Civil Code, art. 188 and 195. It is counted from the due day, and from a later demand that reached the debtor, promise, part
payment, application or filing. After it ran out only a promise or a payment of the debtor's own begins it anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.calendar import add_days
from chassis.policies import PolicyBook
from contracts.credit import (
    AllocationWithdrawn,
    ChequeBounced,
    InvoiceCorrected,
    LimitationNear,
    LimitationRanOut,
    LimitationRestarted,
    PaymentAllocated,
    PaymentRecorded,
    PromiseMade,
)
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.state import Account
from credit_svc.policies.legal import LegalTermsPolicy, next_reminder
from credit_svc.receivables.money_ids import kind_of

Act = Literal["demand", "promise", "application", "filing"]


@dataclass(frozen=True, slots=True)
class CheckLimitation:
    """``until``: the last day of the limitation as it was told; ``on``: the day on which something is to be said of it."""

    customer_id: str
    invoice_id: str
    until: date
    on: date


def limitation_of(account: Account, invoice_id: str, on: date, policies: PolicyBook) -> date:
    """The last day on which a known invoice may be sued for, by the terms that are known on a day."""
    return policies.at(LegalTermsPolicy, on).document.limitation(_begins(account, invoice_id)[0])


def first_reminder(until: date, begins_on: date, on: date, policies: PolicyBook) -> date | None:
    """The day on which the end of a limitation is reminded of first; None: there is none left."""
    days = policies.at(LegalTermsPolicy, on).document.limitation_near_days
    return next_reminder(until, days, max(begins_on, add_days(on, -1)))


def restart(decision: AccountDecision, invoice_ids: Iterable[str], by: Act, on: date) -> None:
    """The limitation of these invoices begins anew, of those that are due and open; of one that ran out by a promise alone."""
    for invoice_id in sorted(set(invoice_ids)):
        account = decision.state
        currency = account.currency_of_invoice(invoice_id)
        if currency is None or invoice_id not in account.ledger(currency).open or on <= _begins(account, invoice_id)[0]:
            continue
        until = limitation_of(account, invoice_id, on, decision.policies)
        if on <= until or by == "promise":
            _tell(decision, invoice_id, by, on, on)


def demand_reached(decision: AccountDecision, on: date) -> None:
    """A demand reached the debtor: for all that is overdue."""
    restart(decision, decision.state.overdue, "demand", on)


ACTS = frozenset((PaymentRecorded, ChequeBounced, PaymentAllocated, AllocationWithdrawn, InvoiceCorrected, PromiseMade))
"""The events that limitations may begin anew with, or may not have begun with after all."""


def follow_acts(decision: AccountDecision) -> None:
    """What the events of a command mean for limitations: a promise is one of all that is overdue; money begins it anew or, taken back,
    never did."""
    touched = dict[str, bool]()
    for event in [each for each in decision.events if type(each) in ACTS]:
        match event:
            case PaymentRecorded(allocations=parts) | ChequeBounced(reopened=parts) if parts:
                touched |= dict.fromkeys((part.invoice_id for part in parts), False)
            case PaymentAllocated(allocation=part) | AllocationWithdrawn(allocation=part):
                touched.setdefault(part.invoice_id, False)
            case InvoiceCorrected(invoice_id=invoice_id, is_overdue=True):
                touched[invoice_id] = event.due_on != event.before.due_on
            case PromiseMade(currency=currency, made_on=on):
                owed = [i for i, c in decision.state.overdue.items() if c == currency]
                restart(decision, owed, "promise", on)
    for invoice_id, is_due_otherwise in touched.items():
        _restate(decision, invoice_id, is_due_otherwise)


def _restate(decision: AccountDecision, invoice_id: str, is_due_otherwise: bool) -> None:
    """Money that moved may have begun the limitation of an invoice, or may not have begun it after all."""
    account, on = decision.state, decision.state.latest
    currency = account.currency_of_invoice(invoice_id)
    if currency is None or invoice_id not in account.ledger(currency).open:
        return
    begins_on, by_money = _begins(account, invoice_id)
    known = account.legal.limitations.get(invoice_id)
    due_on = account.ledger(currency).invoices[invoice_id].due_on
    if known is None and begins_on <= due_on and invoice_id not in account.overdue:
        return
    until = limitation_of(account, invoice_id, on, decision.policies)
    before = known.until if known else decision.policy(LegalTermsPolicy, on).document.limitation(due_on)
    if until != before or is_due_otherwise:
        _tell(decision, invoice_id, "part_payment" if by_money else "restated", begins_on, on)


def _begins(account: Account, invoice_id: str) -> tuple[date, bool]:
    """The day from which the limitation of an invoice is counted, and whether money began it."""
    ledger = account.ledger(account.currency_of_invoice(invoice_id) or "")
    due_on = ledger.invoices[invoice_id].due_on
    paid = [entry.on for entry in ledger.entries.get(invoice_id, ()) if kind_of(entry.payment_id) == "payment"]
    acted = max(due_on, account.legal.acts.get(invoice_id, date.min))
    latest = max(paid, default=date.min)
    return (latest, True) if latest > acted else (acted, False)


def _tell(
    decision: AccountDecision,
    invoice_id: str,
    by: Act | Literal["part_payment", "restated"],
    begins_on: date,
    on: date,
) -> None:
    policy = decision.policy(LegalTermsPolicy, on)
    until = policy.document.limitation(begins_on)
    decision.emit(
        LimitationRestarted(
            invoice_id=invoice_id,
            customer_id=decision.id,
            by=by,
            restarted_on=begins_on,
            until=until,
            near_on=first_reminder(until, begins_on, on, decision.policies),
            policy_version=policy.version,
        )
    )


def ran_out(account: Account, invoice_ids: Sequence[str], on: date, policies: PolicyBook) -> tuple[str, date] | None:
    """The first of these invoices whose limitation ended before a day, with its last day."""
    for invoice_id in invoice_ids:
        until = limitation_of(account, invoice_id, on, policies)
        if until < on:
            return invoice_id, until
    return None


def _check(decision: AccountDecision, command: CheckLimitation) -> None:
    """Says that the end is near or has come; another end than was told, by terms that were published since, is told first."""
    account, on, invoice_id = decision.state, command.on, command.invoice_id
    currency, known = account.currency_of_invoice(invoice_id), account.legal.limitations.get(invoice_id)
    if currency is None or (known is not None and known.next_on != on):
        return
    open_amount = account.ledger(currency).open.get(invoice_id)
    until = limitation_of(account, invoice_id, on, decision.policies)
    if open_amount is None:
        return
    if until != command.until:
        _tell(decision, invoice_id, "restated", _begins(account, invoice_id)[0], on)
    elif until < on:
        decision.emit(
            LimitationRanOut(
                invoice_id=invoice_id,
                customer_id=decision.id,
                until=until,
                open_amount=open_amount,
                currency=currency,
                ran_out_on=on,
            )
        )
    else:
        days = decision.policy(LegalTermsPolicy, on).document.limitation_near_days
        decision.emit(
            LimitationNear(
                invoice_id=invoice_id,
                customer_id=decision.id,
                until=until,
                days_left=(until - on).days,
                open_amount=open_amount,
                currency=currency,
                reminded_on=on,
                near_on=next_reminder(until, days, on),
            )
        )


DECIDE: Handlers = {CheckLimitation: _check}
