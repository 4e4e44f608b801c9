"""Steps that are taken back: a case follows the oldest item that is still open.

Source: the rules page, "A case follows the oldest item that is still open". Disputes, pauses and part payments take nothing back,
and neither does anything while an agency, a tribunal or a court has the case.
"""

from datetime import date

from contracts.credit import CollectionStepWithdrawn
from credit_svc.account.decision import AccountDecision
from credit_svc.account.deliveries import look_at_deliveries_again
from credit_svc.account.overdue import Because, end_of
from credit_svc.account.reviews import owe_review
from credit_svc.collection import ladder, withdrawal
from credit_svc.collection.case import Case, Debt
from credit_svc.policies.cases import CasePolicy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.open_items import OpenItem, open_items
from credit_svc.sentences import Sentences


def withdraw_step(decision: AccountDecision, on: date) -> None:
    """The case goes back where the item of its step is owed no more and none that is open deserves the step."""
    account, case = decision.state, decision.state.case
    if case is None or case.current is None or case.way is not None or case.stands_for in account.overdue:
        return
    # A payment that arrives late may be older than the last step; what follows that step is not before it.
    on = max(on, case.last_on, case.not_before)
    policy = decision.policy(CollectionPolicy, on)
    if not decision.policy(CasePolicy, on).document.withdraws_steps:
        return
    debt = account.debt(decision.id, on, decision.policies)
    open_ones = _overdue_items(decision)
    if not open_ones:
        return
    oldest, currency = (debt.oldest, debt.currency) if debt is not None else open_ones[0]
    terms = account.file.terms_on(on)
    rungs = policy.document.rungs_of(case.strategy, terms.has_arbitration_clause if terms else None)
    items = [item for item, _ in open_ones]
    if withdrawal.stands(case, items, rungs, on):
        return
    to_step = withdrawal.step_deserved(case, oldest, rungs, on)
    gone = case.stands_for or case.oldest_invoice_id
    event = CollectionStepWithdrawn(
        case_id=case.case_id,
        customer_id=decision.id,
        from_step=case.current,
        to_step=to_step,
        because=_because(decision, gone, on),
        oldest_invoice_id=oldest.invoice_id,
        days_past_due=max(0, (on - oldest.due_on).days),
        overdue=debt.overdue if debt is not None else NOTHING,
        currency=currency,
        withdrawn_on=on,
        policy_version=policy.version,
    )
    decision.emit(_with_next(decision, event, case, debt, on))
    _end_effects(decision, case, gone, on)


def _with_next(
    decision: AccountDecision, event: CollectionStepWithdrawn, case: Case, debt: Debt | None, on: date
) -> CollectionStepWithdrawn:
    """While the case waits, the day is that on which it goes on."""
    if case.pause is not None or debt is None:
        return event.model_copy(update={"next_step_on": case.next_step_on})
    after = decision.evolve(decision.state, event).case
    assert after is not None
    step, next_on = ladder.next_step(after, debt, decision.policy(CollectionPolicy, on).document)
    return event.model_copy(update={"next_step": step, "next_step_on": next_on})


def _overdue_items(decision: AccountDecision) -> list[tuple[OpenItem, str]]:
    """Everything overdue with its currency, the oldest first, disputed or not; at least one while a case is open."""
    account = decision.state
    found = [
        (item, currency)
        for currency in sorted(set(account.overdue.values()))
        for item in open_items(account.ledger(currency))
        if item.invoice_id in account.overdue
    ]
    return sorted(found, key=lambda each: (each[0].age, each[1]))


def _because(decision: AccountDecision, invoice_id: str, on: date) -> Because:
    """What became of an item."""
    currency = decision.state.currency_of_invoice(invoice_id)
    if currency is None:
        return "restated"
    ledger = decision.state.ledger(currency)
    return end_of(ledger, ledger.invoices[invoice_id], on)[0]


def _end_effects(decision: AccountDecision, before: Case, gone: str, on: date) -> None:
    """Deliveries are resumed unless another reason stands. A cancelled limit does not come back: a person sets one."""
    case = decision.state.case
    assert case is not None
    because = Sentences.CASE_BACK_AT_NO_STEP(invoice_id=gone)
    if case.current is not None:
        because = Sentences.CASE_BACK_AT_STEP(invoice_id=gone, step=case.current)
    look_at_deliveries_again(decision, because, on)
    cancelled_from = decision.policy(CollectionPolicy, on).document.limit_cancelled_from
    if before.has_reached(cancelled_from) and not case.has_reached(cancelled_from):
        detail = f"{because} {Sentences.LIMIT_STAYS_CANCELLED()}"
        owe_review(decision, "step_withdrawn", detail, on, in_place_of_owed=True)
