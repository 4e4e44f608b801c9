"""Payment plans: a debtor in trouble, not in bad faith, is helped so that it can pay. Each instalment is a promise; the case waits.

Source: the rules page, "Low risk, strategies by hand, support" (输血扶植).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from chassis.calendar import add_days, add_months
from chassis.domain import Refusal
from chassis.subjects import same_person
from contracts.credit import (
    CasePaused,
    PaymentPlanAgreed,
    PaymentPlanBroken,
    PlanInstalment,
    PromiseMade,
)
from contracts.currencies import money
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.orders import check_held_orders
from credit_svc.account.promises import received_between
from credit_svc.account.refusals import FourEyesNeeded, PromiseStands, require_case, require_payable
from credit_svc.collection.case import Case
from credit_svc.collection.case_parts import Plan
from credit_svc.policies.cases import CasePolicy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class AgreePlan:
    """What two people agreed on with a debtor."""

    case_id: str
    customer_id: str
    instalments: tuple[PlanInstalment, ...]
    support_limit: Decimal | None
    reason: str
    proposed_by: str
    approved_by: str
    on: date


class NoPlanForClass(Refusal):
    """Customer {customer_id} is of behaviour class {behaviour}: it does not want to pay, and gets no payment plan."""


class PlanBrokenBefore(Refusal):
    """A payment plan of customer {customer_id} was broken on {broken_on}; the next one can be agreed from {next_from} on."""


class InstalmentsOutOfNumber(Refusal):
    """A payment plan has {least} to {most} instalments, not {number}."""

    status = 422


class InstalmentsOutOfOrder(Refusal):
    """Instalments are due today, on {on}, or later, each on a later day than the one before it."""

    status = 422


class InstalmentsNotWhatIsOpen(Refusal):
    """The instalments make {total}; {open} is open."""


def require_plan(
    decision: AccountDecision,
    case: Case,
    instalments: Sequence[PlanInstalment],
    support_limit: Decimal | None,
    on: date,
) -> str:
    """The currency of the plan. Raises a refusal for a customer that gets no plan, and for instalments that do not make what is
    pursued."""
    _require_plan_possible(decision, case, on)
    _require_rising(decision, instalments, on)
    debt = decision.state.debt(decision.id, on, decision.policies)
    currency = debt.currency if debt is not None else decision.state.currency or ""
    for amount in (*(each.amount for each in instalments), support_limit):
        require_payable(amount, currency)
    total, overdue = sum((each.amount for each in instalments), NOTHING), debt.overdue if debt else NOTHING
    if total != overdue:
        raise InstalmentsNotWhatIsOpen(total=money(total, currency), open=money(overdue, currency))
    return currency


def agree(decision: AccountDecision, command: AgreePlan) -> None:
    """Raises a refusal as ``require_plan`` does, and FourEyesNeeded where the two persons are one."""
    case, on = require_case(decision, command.case_id), command.on
    if same_person(command.proposed_by, command.approved_by):
        raise FourEyesNeeded(person=command.approved_by)
    currency = require_plan(decision, case, command.instalments, command.support_limit, on)
    decision.emit(
        PaymentPlanAgreed(
            plan_id=f"{case.case_id}-I{case.promises + 1}",
            case_id=case.case_id,
            customer_id=decision.id,
            instalments=command.instalments,
            currency=currency,
            support_limit=command.support_limit,
            paid_before=received_between(decision, currency, on, on),
            reason=command.reason,
            agreed_on=on,
            proposed_by=command.proposed_by,
            approved_by=command.approved_by,
        )
    )
    promise_next(decision, on, command.approved_by)
    check_held_orders(decision, on)


def promise_next(decision: AccountDecision, on: date, by: str | None = None) -> bool:
    """The next instalment of the plan becomes the promise that the case waits for. False where none is left."""
    case = decision.state.case
    if case is None or case.plan is None or case.plan.is_promised or not decision.state.overdue:
        return False
    plan, policy = case.plan, decision.policy(CollectionPolicy, on)
    instalment = plan.instalments[plan.made]
    by = by or Sentences.BY_POLICY(policy=CollectionPolicy.NAME, version=policy.version)
    promised = money(instalment.amount, plan.currency)
    decision.emit(
        PromiseMade(
            promise_id=f"{case.case_id}-P{case.promises + 1}",
            customer_id=decision.id,
            case_id=case.case_id,
            amount=instalment.amount,
            currency=plan.currency,
            promised_on=instalment.due_on,
            made_on=on,
            recorded_by=by,
            plan_id=plan.plan_id,
        ),
        CasePaused(
            case_id=case.case_id,
            customer_id=decision.id,
            cause="promise",
            until=add_days(instalment.due_on, policy.document.promise_grace_days + 1),
            reason=Sentences.PROMISED(amount=promised, promised_on=instalment.due_on),
            paused_on=on,
            paused_by=by,
        ),
    )
    return True


def break_plan(decision: AccountDecision, case: Case, plan: Plan, missing: Decimal, on: date) -> None:
    """The instalment that is promised now was missed."""
    months = decision.policy(CasePolicy, on).document.plan_again_months
    decision.emit(
        PaymentPlanBroken(
            plan_id=plan.plan_id,
            case_id=case.case_id,
            customer_id=decision.id,
            number=plan.made,
            missing=missing,
            currency=plan.currency,
            broken_on=on,
            next_from=add_months(on, months),
        )
    )


def _require_plan_possible(decision: AccountDecision, case: Case, on: date) -> None:
    """Raises NoPlanForClass, PlanBrokenBefore and PromiseStands."""
    behaviour = decision.state.behaviour
    if behaviour.current in decision.policy(CasePolicy, on).document.plan_refused_behaviour:
        raise NoPlanForClass(customer_id=decision.id, behaviour=behaviour.current)
    broken = behaviour.plan_broken
    if broken is not None and on < broken.next_from:
        raise PlanBrokenBefore(customer_id=decision.id, broken_on=broken.broken_on, next_from=broken.next_from)
    if case.promise is not None:
        promise = case.promise
        raise PromiseStands(amount=promise.amount, currency=promise.currency, promised_on=promise.promised_on)


def _require_rising(decision: AccountDecision, instalments: Sequence[PlanInstalment], on: date) -> None:
    """Raises InstalmentsOutOfNumber and InstalmentsOutOfOrder."""
    policy, number = decision.policy(CasePolicy, on).document, len(instalments)
    least, most = policy.plan_instalments_min, policy.plan_instalments_max
    if not least <= number <= most:
        raise InstalmentsOutOfNumber(least=least, most=most, number=number)
    days = [each.due_on for each in instalments]
    if days[0] < on or any(later <= earlier for earlier, later in pairwise(days)):
        raise InstalmentsOutOfOrder(on=on)


DECIDE: Handlers = {AgreePlan: agree}
