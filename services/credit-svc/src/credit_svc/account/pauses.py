"""Why a case waits: all that is overdue is disputed, or money that waits covers it, or may cover it in another currency."""

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
    overdue, worth, found = money(debt.overdue, debt.currency), NOTHING, list[str]()
    for currency, ledger in sorted(account.ledgers.items()):
        left = sum(ledger.open.values(), NOTHING)
        for each in waiting_money(ledger) if currency != debt.currency else ():
            # What is open in its own currency is paid first.
            rest, left = max(each.amount - left, NOTHING), max(left - each.amount, NOTHING)
            if not rest:
                continue
            words = f"{each.payment_id} of {money(rest, currency)}"
            policy = decision.policy(ExchangePolicy, each.paid_on).document
            rate = rate_on(currency, debt.currency, each.paid_on, policy)
            if rate is None:
                return (
                    f"{words} waits, and no rate of {each.paid_on} from {currency} into {debt.currency} is known, so that nobody can"
                    f" tell whether it covers the {overdue} past due. Publish the rate in the policy {ExchangePolicy.NAME} and assign"
                    " the money to an invoice."
                )
            worth += rate.converted(rest)
            found.append(words)
    if not found or worth < debt.overdue:
        return None
    return f"{', '.join(found)} waits and covers the {overdue} past due. Assign it to an invoice."


def wait_for_other_currency(decision: AccountDecision, case: Case, on: date) -> None:
    """A pause of some days, after which it is looked at again: a rate may be known by then, of which no account hears."""
    policy = decision.policy(CollectionPolicy, on)
    decision.emit(
        CasePaused(
            case_id=case.case_id,
            customer_id=decision.id,
            cause="other_currency",
            until=add_days(on, policy.document.other_currency_days),
            reason=f"No step is taken: {may_be_covered(decision, on)}",
            paused_on=on,
            paused_by=f"policy {CollectionPolicy.NAME}, version {policy.version}",
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
            reason="Money that waits for an unknown invoice, or disputes, cover all that is overdue."
            if waits
            else "All that is overdue is disputed.",
            paused_on=on,
            paused_by=f"policy {CollectionPolicy.NAME}",
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
