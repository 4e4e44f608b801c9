"""Promises to pay: the case waits for the day, and what came by then keeps or breaks them."""

from datetime import date, timedelta
from decimal import Decimal

from contracts.credit import CasePaused, PromiseBroken, PromiseKept, PromiseMade
from credit_svc.collection.case import Case, Promise
from credit_svc.commands.collection import NothingToPromise, PromiseInThePast, PromiseStands, RecordPromise
from credit_svc.decisions.answer import Answer
from credit_svc.policies import CollectionPolicy
from credit_svc.receivables.ledger import CREDIT_NOTE, NOTHING


def make(answer: Answer, case: Case, command: RecordPromise) -> None:
    """The promise, and the pause until its day. Raises a refusal for a day that has passed or a promise that stands."""
    if command.promised_on < command.on:
        raise PromiseInThePast(promised_on=command.promised_on, on=command.on)
    if case.promise is not None:
        standing = case.promise
        if (standing.amount, standing.promised_on) == (command.amount, command.promised_on):
            return
        raise PromiseStands(amount=standing.amount, currency=standing.currency, promised_on=standing.promised_on)
    debt = answer.account.debt(answer.customer_id, command.on)
    if debt is None:
        raise NothingToPromise(case_id=case.case_id)
    grace = answer.policy(CollectionPolicy, command.on).document.promise_grace_days
    promise_id = f"{case.case_id}-P{case.promises + 1}"
    answer.tell(
        PromiseMade(
            promise_id=promise_id,
            customer_id=answer.customer_id,
            case_id=case.case_id,
            amount=command.amount,
            currency=debt.currency,
            promised_on=command.promised_on,
            made_on=command.on,
            recorded_by=command.by,
        ),
        CasePaused(
            case_id=case.case_id,
            customer_id=answer.customer_id,
            cause="promise",
            until=command.promised_on + timedelta(days=grace + 1),
            reason=f"The customer promised {command.amount} {debt.currency} by {command.promised_on}.",
            paused_on=command.on,
            paused_by=command.by,
        ),
    )


def is_kept(answer: Answer, promise: Promise, policy: CollectionPolicy) -> bool:
    return _received(answer, promise, policy) >= promise.amount


def keep(answer: Answer, case: Case, promise: Promise, on: date) -> None:
    answer.tell(
        PromiseKept(
            promise_id=promise.promise_id,
            customer_id=answer.customer_id,
            case_id=case.case_id,
            amount=promise.amount,
            currency=promise.currency,
            promised_on=promise.promised_on,
            kept_on=on,
        )
    )


def break_(answer: Answer, case: Case, promise: Promise, on: date) -> None:
    received = _received(answer, promise, answer.policy(CollectionPolicy, on).document)
    answer.tell(
        PromiseBroken(
            promise_id=promise.promise_id,
            customer_id=answer.customer_id,
            case_id=case.case_id,
            amount=promise.amount,
            missing=promise.amount - received,
            currency=promise.currency,
            promised_on=promise.promised_on,
            broken_on=on,
        )
    )


def _received(answer: Answer, promise: Promise, policy: CollectionPolicy) -> Decimal:
    """What came in between the promise and its day, in its currency; cheques that bounced and credit notes are no money."""
    ledger = answer.account.ledger(promise.currency)
    last = promise.promised_on + timedelta(days=policy.promise_grace_days)
    return sum(
        (
            payment.amount
            for payment in ledger.payments.values()
            if promise.made_on <= payment.paid_on <= last
            and payment.payment_id not in ledger.bounced
            and not payment.payment_id.startswith(CREDIT_NOTE)
        ),
        NOTHING,
    )
