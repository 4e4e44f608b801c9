"""Why a case waits: all that is overdue is disputed, or money that waits covers it, or may cover it in another currency."""

from collections.abc import Sequence
from datetime import date

from chassis.calendar import add_days
from contracts.credit import CasePaused
from credit_svc.account.decision import AccountDecision
from credit_svc.account.waiting_money import note_waiting
from credit_svc.collection.case import Case
from credit_svc.orders.check import money
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.receivables import ExchangePolicy
from credit_svc.receivables.exchange import rate_on
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.open_items import covering, waiting_money
from credit_svc.sentences import Sentences


def may_be_covered(decision: AccountDecision, on: date) -> str | None:
    """Why no rule takes a step: money in another currency waits that covers what is overdue at the rate of its day, or that has no
    rate, so that nobody can tell. None where there is no such money.
    """
    account = decision.state
    if len(account.ledgers) < 2:
        return None
    debt = account.debt(decision.id, on, decision.policies)
    if debt is None:
        return None
    overdue, worth, found = money(debt.overdue, debt.currency), NOTHING, list[tuple[str, str]]()
    for currency, ledger in sorted(account.ledgers.items()):
        left = sum(ledger.open.values(), NOTHING)
        for each in waiting_money(ledger) if currency != debt.currency else ():
            # What is open in its own currency is paid first.
            rest, left = max(each.amount - left, NOTHING), max(left - each.amount, NOTHING)
            if not rest:
                continue
            policy = decision.policy(ExchangePolicy, each.paid_on).document
            rate = rate_on(currency, debt.currency, each.paid_on, policy)
            if rate is None:
                unknown = Sentences.NO_RATE_FOR_WAITING_MONEY(
                    payment_id=each.payment_id,
                    amount=money(rest, currency),
                    day=each.paid_on,
                    currency=currency,
                    debt_currency=debt.currency,
                    overdue=overdue,
                )
                return f"{unknown} {Sentences.PUBLISH_RATE_FOR_WAITING_MONEY(policy=ExchangePolicy.NAME)}"
            worth += rate.converted(rest)
            found.append((each.payment_id, money(rest, currency)))
    if not found or worth < debt.overdue:
        return None
    return f"{_covers(found, overdue)} {Sentences.ASSIGN_TO_INVOICE()}"


def _covers(found: Sequence[tuple[str, str]], overdue: str) -> str:
    """``found``: payments with their amounts, at least one."""
    (payment_id, amount), *others = found
    if not others:
        return Sentences.COVERED_IN_OTHER_CURRENCY(payment_id=payment_id, amount=amount, overdue=overdue)
    named = ", ".join(f"{other_id} of {other}" for other_id, other in others)
    return Sentences.COVERED_IN_OTHER_CURRENCY_BY_SEVERAL(
        payment_id=payment_id, amount=amount, others=named, overdue=overdue
    )


def wait_for_other_currency(decision: AccountDecision, case: Case, on: date) -> None:
    """A pause of some days, after which it is looked at again: a rate may be known by then, of which no account hears."""
    policy, reason = decision.policy(CollectionPolicy, on), may_be_covered(decision, on)
    assert reason is not None
    decision.emit(
        CasePaused(
            case_id=case.case_id,
            customer_id=decision.id,
            cause="other_currency",
            until=add_days(on, policy.document.other_currency_days),
            reason=reason,
            paused_on=on,
            paused_by=Sentences.BY_POLICY(policy=CollectionPolicy.NAME, version=policy.version),
        )
    )


def suspend(decision: AccountDecision, case: Case, on: date) -> None:
    """A pause without an end: the case waits until the disputes are resolved, or until the money that waits has its invoice."""
    account = decision.state
    waits = [c for c in sorted(set(account.overdue.values())) if covering(account.ledger(c))]
    for currency in waits:
        note_waiting(decision, currency, on)
    decision.emit(
        CasePaused(
            case_id=case.case_id,
            customer_id=decision.id,
            cause="waiting_money" if waits else "dispute",
            until=None,
            reason=Sentences.COVERED_OR_DISPUTED() if waits else Sentences.ALL_DISPUTED(),
            paused_on=on,
            paused_by=Sentences.BY_COLLECTION_POLICY(),
        )
    )


def why_paused(case: Case) -> str:
    """What the case waits for, and what would end that."""
    pause, promise = case.pause, case.promise
    if promise is not None:
        return f"{money(promise.amount, promise.currency)} is promised by {promise.promised_on}; wait for that day."
    assert pause is not None
    if pause.cause == "dispute":
        return "all that is overdue is disputed; resolve the dispute first."
    if pause.cause == "waiting_money":
        return "money that waits for an unknown invoice covers what is overdue; assign the money first."
    return f"it is paused until {pause.until}; end the pause first."
