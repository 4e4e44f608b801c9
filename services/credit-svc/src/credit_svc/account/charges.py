"""What is charged becomes owed: the one way from a charge (interest, the claim of a cheque, a cost) to a debit note.

A charge is noted at once or at the end of the month, by the policy ``debit-notes``; too little waits for more. A charge that a late
fact corrects changes what waits, else the note that it is in.
Source: the rules page, "Debit notes".
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.calendar import add_days, add_months
from contracts.credit import (
    ChargeKind,
    DebitChargeCarried,
    DebitNoteIssued,
    DebitNoteLine,
    DebitNoteReduced,
)
from credit_svc.account.decision import AccountDecision
from credit_svc.policies.debit_notes import DebitNotePolicy
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.receivables import notes
from credit_svc.receivables.facts import NOTHING
from credit_svc.sentences import Sentences


def charge_cost(
    decision: AccountDecision, amount: Decimal, currency: str, reference: str, statement: str, on: date
) -> None:
    """A cost of pursuing that the customer owes: the costs of an award, an agency's commission. ``reference`` names what it is of; a
    second cost of the same adds to it. ``amount`` above zero, in the places of its currency.
    """
    line = DebitNoteLine(kind="cost", reference=reference, amount=amount, statement=statement)
    charge(decision, line, currency, on)


def charge(decision: AccountDecision, line: DebitNoteLine, currency: str, on: date) -> None:
    """Note a charge, or let it wait; below zero it corrects what was charged under the same kind and reference before."""
    on = decision.day(on)
    if line.amount < 0:
        _correct(decision, line, currency, on)
        return
    policy = decision.policy(DebitNotePolicy, on).document
    when = policy.when(line.kind)
    if when == "never" or not line.amount:
        return
    if when == "at_once" and line.amount >= policy.smallest_note(currency):
        _issue(decision, (line,), currency, on, "at_once")
    else:
        _carry(decision, line, currency, on)


def issue_waiting(decision: AccountDecision, currency: str, on: date) -> None:
    """Note all that waits in a currency; nothing where it is not the day yet, or was done before."""
    debits = decision.state.debits
    due_on = debits.note_on.get(currency)
    if due_on is not None and due_on <= on:
        _issue(decision, debits.waiting[currency], currency, on, "month_end")


def _carry(decision: AccountDecision, line: DebitNoteLine, currency: str, on: date) -> None:
    policy = decision.policy(DebitNotePolicy, on)
    waiting = decision.state.debits.waits(currency) + line.amount
    is_enough = waiting > 0 and waiting >= policy.document.smallest_note(currency)
    decision.emit(
        DebitChargeCarried(
            customer_id=decision.id,
            currency=currency,
            line=line,
            waiting=waiting,
            note_on=add_months(on.replace(day=1), 1) if is_enough else None,
            charged_on=on,
            policy_version=policy.version,
        )
    )


def _correct(decision: AccountDecision, line: DebitNoteLine, currency: str, on: date) -> None:
    """First what waits becomes less, then the notes, the newest first. A charge of before there were notes is in none."""
    reference, missing = (line.kind, line.reference), -line.amount
    waiting = min(missing, decision.state.debits.waits_for(currency, reference))
    if waiting:
        _carry(decision, line.model_copy(update={"amount": -waiting}), currency, on)
        missing -= waiting
    for note_id, amount in decision.state.debits.noted(currency, reference):
        if part := min(missing, amount):
            _reduce(decision, note_id, line, part, on)
            missing -= part


def _reduce(decision: AccountDecision, note_id: str, line: DebitNoteLine, by: Decimal, on: date) -> None:
    currency = decision.state.debits.notes[note_id].currency
    ledger = decision.state.ledger(currency)
    reduced = DebitNoteReduced(
        debit_note_id=note_id,
        customer_id=decision.id,
        currency=currency,
        kind=line.kind,
        reference=line.reference,
        by=by,
        amount=ledger.invoices[note_id].amount - by,
        open=NOTHING,
        because=Sentences.CHARGE_CORRECTED(reference=line.reference),
        reduced_on=on,
    )
    decision.emit(*notes.reduce(ledger, reduced))


def _issue(
    decision: AccountDecision,
    lines: Sequence[DebitNoteLine],
    currency: str,
    on: date,
    cause: Literal["month_end", "at_once"],
) -> None:
    policy = decision.policy(DebitNotePolicy, on)
    account, due_on = decision.state, add_days(on, policy.document.due_days)
    grace_days = decision.policy(ReceivablesPolicy, on).document.grace_days
    issued = DebitNoteIssued(
        debit_note_id=f"{decision.id}-DN{account.debits.issued + 1}",
        customer_id=decision.id,
        currency=currency,
        amount=(amount := sum((line.amount for line in lines), NOTHING)),
        lines=tuple(lines),
        issued_on=on,
        due_on=due_on,
        open=amount,
        overdue_from=add_days(due_on, grace_days + 1),
        effects=policy.document.effects(),
        pays_first=policy.document.allocation_order == "law",
        cause=cause,
        policy_version=policy.version,
        rate=account.rate(currency, on, decision.policies),
    )
    decision.emit(*notes.issue(account.ledger(currency), issued))


def interest_line(invoice_id: str, amount: Decimal, begins_on: date, until: date) -> DebitNoteLine:
    return _line(
        "interest", invoice_id, amount, Sentences.INTEREST_ON(invoice_id=invoice_id, until=until), begins_on, until
    )


def claim_line(payment_id: str, amount: Decimal, percent: Decimal) -> DebitNoteLine:
    return _line("cheque_claim", payment_id, amount, Sentences.CLAIM_OF_CHEQUE(percent=percent, payment_id=payment_id))


def _line(
    kind: ChargeKind,
    reference: str,
    amount: Decimal,
    statement: str,
    begins_on: date | None = None,
    until: date | None = None,
) -> DebitNoteLine:
    return DebitNoteLine(
        kind=kind, reference=reference, begins_on=begins_on, until=until, amount=amount, statement=statement
    )
