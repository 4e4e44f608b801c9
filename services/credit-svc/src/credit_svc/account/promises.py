"""Promises to pay: the case waits for the day, and what was paid by then keeps or breaks the promise."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.calendar import add_days
from chassis.domain import Refusal
from contracts.credit import CasePaused, PromiseBroken, PromiseKept, PromiseMade
from contracts.currencies import money
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.refusals import PromiseStands, require_case, require_payable
from credit_svc.collection.case import Case, Promise
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.money_ids import CREDIT_NOTE
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class RecordPromise:
    case_id: str
    customer_id: str
    amount: Decimal
    promised_on: date
    by: str
    on: date


class PromiseInThePast(Refusal):
    """A promise must be for today or a later day; {promised_on} is before {on}."""

    status = 422


class NothingToPromise(Refusal):
    """Everything overdue of case {case_id} is disputed; there is nothing to promise."""


def _make(decision: AccountDecision, command: RecordPromise) -> None:
    """The promise, and the pause until its day. Raises a refusal for a day that has passed, a promise that stands, and
    an amount that nobody can pay."""
    case = require_case(decision, command.case_id)
    if command.promised_on < command.on:
        raise PromiseInThePast(promised_on=command.promised_on, on=command.on)
    if case.promise is not None:
        standing = case.promise
        if (standing.amount, standing.promised_on) == (command.amount, command.promised_on):
            return
        raise PromiseStands(amount=standing.amount, currency=standing.currency, promised_on=standing.promised_on)
    debt = decision.state.debt(decision.id, command.on, decision.policies)
    if debt is None:
        raise NothingToPromise(case_id=case.case_id)
    require_payable(command.amount, debt.currency)
    grace = decision.policy(CollectionPolicy, command.on).document.promise_grace_days
    promise_id = f"{case.case_id}-P{case.promises + 1}"
    decision.emit(
        PromiseMade(
            promise_id=promise_id,
            customer_id=decision.id,
            case_id=case.case_id,
            amount=command.amount,
            currency=debt.currency,
            promised_on=command.promised_on,
            made_on=command.on,
            recorded_by=command.by,
        ),
        CasePaused(
            case_id=case.case_id,
            customer_id=decision.id,
            cause="promise",
            until=add_days(command.promised_on, grace + 1),
            reason=Sentences.PROMISED(amount=money(command.amount, debt.currency), promised_on=command.promised_on),
            paused_on=command.on,
            paused_by=command.by,
        ),
    )


def is_kept(decision: AccountDecision, promise: Promise, policy: CollectionPolicy) -> bool:
    return _received(decision, promise, policy) >= promise.amount


def fulfil(decision: AccountDecision, case: Case, promise: Promise, on: date) -> None:
    decision.emit(
        PromiseKept(
            promise_id=promise.promise_id,
            customer_id=decision.id,
            case_id=case.case_id,
            amount=promise.amount,
            currency=promise.currency,
            promised_on=promise.promised_on,
            kept_on=on,
        )
    )


def break_(decision: AccountDecision, case: Case, promise: Promise, on: date) -> Decimal:
    """What is missing."""
    received = _received(decision, promise, decision.policy(CollectionPolicy, on).document)
    decision.emit(
        PromiseBroken(
            promise_id=promise.promise_id,
            customer_id=decision.id,
            case_id=case.case_id,
            amount=promise.amount,
            missing=promise.amount - received,
            currency=promise.currency,
            promised_on=promise.promised_on,
            broken_on=on,
        )
    )
    return promise.amount - received


def _received(decision: AccountDecision, promise: Promise, policy: CollectionPolicy) -> Decimal:
    """What came in between the promise and its day, in its currency, without what is for earlier instalments of its plan."""
    last = add_days(promise.promised_on, policy.promise_grace_days)
    return max(NOTHING, received_between(decision, promise.currency, promise.made_on, last) - promise.earlier)


def received_between(decision: AccountDecision, currency: str, first: date, last: date) -> Decimal:
    """What came in from one day to another, in a currency; bounced cheques and credit notes do not count."""
    ledger = decision.state.ledger(currency)
    return sum(
        (
            payment.amount
            for payment in ledger.payments.values()
            if first <= payment.paid_on <= last
            and payment.payment_id not in ledger.bounced
            and not payment.payment_id.startswith(CREDIT_NOTE)
        ),
        NOTHING,
    )


DECIDE: Handlers = {RecordPromise: _make}
