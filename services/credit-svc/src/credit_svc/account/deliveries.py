"""Deliveries to a customer: stopped when its case calls for it, resumed when nothing calls for it any more."""

from datetime import date

from contracts.credit import DeliveriesResumed, DeliveriesStopped
from credit_svc.account.decision import AccountDecision
from credit_svc.account.pauses import may_be_covered
from credit_svc.collection.strategy import why_stop_deliveries
from credit_svc.policies.collection import CollectionPolicy


def stop_deliveries(decision: AccountDecision, on: date) -> None:
    """Deliveries stop when the case calls for it."""
    account = decision.state
    if account.case is None or account.stopped_because is not None or may_be_covered(decision, on):
        return
    _stop(decision, _why_stop(decision, on), on)


def resume_deliveries(decision: AccountDecision, because: str, on: date) -> None:
    if decision.state.stopped_because is not None:
        decision.emit(DeliveriesResumed(customer_id=decision.id, because=because, resumed_on=on))


def look_at_deliveries_again(decision: AccountDecision, because: str, on: date) -> None:
    """After what stopped them may be gone: they are resumed (``because``), or stay stopped for another reason."""
    account = decision.state
    if account.case is None or account.stopped_because is None:
        return
    why = _why_stop(decision, on)
    if why is None:
        resume_deliveries(decision, because, on)
    elif why != account.stopped_because:
        _stop(decision, why, on)


def _why_stop(decision: AccountDecision, on: date) -> str | None:
    account = decision.state
    assert account.case is not None
    policy = decision.policy(CollectionPolicy, on).document
    position = account.position(on, decision.policies, account.currency or "")
    return why_stop_deliveries(account.case, account.behaviour.current, position, policy)


def _stop(decision: AccountDecision, because: str | None, on: date) -> None:
    account = decision.state
    if because is not None and account.case is not None:
        decision.emit(
            DeliveriesStopped(customer_id=decision.id, case_id=account.case.case_id, because=because, stopped_on=on)
        )
