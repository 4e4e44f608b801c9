"""How an open case is pursued from now on: decided by a person, or by rule when the customer's class changes.

The new ladder goes on from the step that the case is at, never down. Source: the rules page, "Low risk, strategies by hand, support".
"""

from dataclasses import dataclass, replace
from datetime import date

from contracts.credit import BehaviourClassChanged, CaseStrategyChanged, CreditClassChanged, Strategy
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.deliveries import look_at_deliveries_again, stop_deliveries
from credit_svc.account.refusals import require_case
from credit_svc.collection import ladder
from credit_svc.collection.strategy import strategy_of
from credit_svc.policies.cases import CasePolicy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.sentences import Sentences

OFFENCES = ("broken_promises", "refusals", "bounced_cheques")
"""The factors of a behaviour class that are no days past due."""


@dataclass(frozen=True, slots=True)
class ChangeStrategy:
    """A person decides how a case is pursued."""

    case_id: str
    customer_id: str
    strategy: Strategy
    reason: str
    by: str
    on: date


def change_strategy(
    decision: AccountDecision, strategy: Strategy, because: str, on: date, by: str | None = None
) -> None:
    """The next step and its day follow at once, a step that is due today; while the case waits, once it goes on."""
    case = decision.state.case
    if case is None or case.strategy == strategy:
        return
    on = max(on, case.last_on)
    decision.emit(
        CaseStrategyChanged(
            case_id=case.case_id,
            customer_id=decision.id,
            before=case.strategy,
            after=strategy,
            because=because,
            changed_by=by,
            changed_on=on,
        )
    )
    changed, debt = decision.state.case, decision.state.debt(decision.id, on, decision.policies)
    if changed is not None and changed.pause is None and debt is not None:
        decision.emit(ladder.reschedule(changed, debt, decision.policy(CollectionPolicy, on)))
    look_at_deliveries_again(decision, Sentences.PURSUED_OTHERWISE(case_id=case.case_id, strategy=strategy), on)
    stop_deliveries(decision, on)


def follow_class(decision: AccountDecision, on: date) -> None:
    """The strategy follows a class that has just changed. One that a person chose stays where a credit class makes no other one of it."""
    if decision.state.case is None:
        return
    changes = [each for each in decision.events if isinstance(each, BehaviourClassChanged | CreditClassChanged)]
    follows = decision.policy(CasePolicy, on).document.strategy_follows
    kinds = {kind for each in changes if (kind := _kind(each)) in follows}
    if not kinds:
        return
    policy, file = decision.policy(CollectionPolicy, on).document, decision.state.file
    strategy, because = strategy_of(file, decision.state.behaviour.current, policy)
    if kinds == {"credit_class"}:
        first = next(each for each in changes if isinstance(each, CreditClassChanged))
        before = replace(file, credit_class=first.before)
        if strategy == strategy_of(before, decision.state.behaviour.current, policy)[0]:
            return
    change_strategy(decision, strategy, because, on)


def _kind(event: BehaviourClassChanged | CreditClassChanged) -> str:
    if isinstance(event, CreditClassChanged):
        return "credit_class"
    offences = [each for each in event.factors if each.name in OFFENCES and each.threshold is not None]
    return "offence" if any(each.value >= (each.threshold or 0) for each in offences) else "lateness"


def _change(decision: AccountDecision, command: ChangeStrategy) -> None:
    require_case(decision, command.case_id)
    change_strategy(decision, command.strategy, command.reason, command.on, command.by)


DECIDE: Handlers = {ChangeStrategy: _change}
