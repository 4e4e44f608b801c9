"""Payment plans that one person proposes and another approves."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from contracts.credit import PaymentPlanProposed, PaymentPlanRejected, PlanInstalment
from credit_svc.account.decision import AccountDecision, Handlers, WithoutDay
from credit_svc.account.plans import AgreePlan, agree, require_plan
from credit_svc.account.refusals import require_case
from credit_svc.collection.case_parts import PlanProposal


@dataclass(frozen=True, slots=True)
class ProposePlan:
    case_id: str
    customer_id: str
    instalments: tuple[PlanInstalment, ...]
    support_limit: Decimal | None
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ApprovePlan:
    case_id: str
    customer_id: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class RejectPlan(WithoutDay):
    case_id: str
    customer_id: str
    reason: str
    by: str


class NoPlanProposed(Refusal):
    """There is no proposal of a payment plan for case {case_id}; one person proposes, another approves."""


def _propose(decision: AccountDecision, command: ProposePlan) -> None:
    """In place of what was proposed before. Raises the refusals of a plan that cannot be agreed."""
    case = require_case(decision, command.case_id)
    currency = require_plan(decision, case, command.instalments, command.support_limit, command.on)
    decision.emit(
        PaymentPlanProposed(
            case_id=case.case_id,
            customer_id=decision.id,
            instalments=command.instalments,
            currency=currency,
            support_limit=command.support_limit,
            reason=command.reason,
            proposed_on=command.on,
            proposed_by=command.by,
        )
    )


def _approve(decision: AccountDecision, command: ApprovePlan) -> None:
    """As it was proposed; refused where what is open is another amount by now."""
    plan = _proposal(decision, command.case_id)
    agree(
        decision,
        AgreePlan(
            command.case_id,
            command.customer_id,
            plan.instalments,
            plan.support_limit,
            plan.reason,
            plan.proposed_by,
            command.by,
            command.on,
        ),
    )


def _reject(decision: AccountDecision, command: RejectPlan) -> None:
    _proposal(decision, command.case_id)
    decision.emit(
        PaymentPlanRejected(
            case_id=command.case_id, customer_id=decision.id, reason=command.reason, rejected_by=command.by
        )
    )


def _proposal(decision: AccountDecision, case_id: str) -> PlanProposal:
    """Raises NoPlanProposed."""
    proposal = require_case(decision, case_id).plan_proposal
    if proposal is None:
        raise NoPlanProposed(case_id=case_id)
    return proposal


DECIDE: Handlers = {ProposePlan: _propose, ApprovePlan: _approve, RejectPlan: _reject}
