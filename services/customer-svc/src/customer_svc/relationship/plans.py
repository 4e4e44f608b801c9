"""What is planned with a customer, and what is spent on it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.differences import difference
from chassis.domain import Refusal
from contracts import Event
from contracts.customer import DevelopmentPlanMade, EffortSpent, JointPlanAgreed
from customer_svc.relationship.state import Relationship


@dataclass(frozen=True, slots=True)
class AgreeJointPlan:
    customer_id: str
    plan: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class MakeDevelopmentPlan:
    customer_id: str
    plan: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class SpendEffort:
    effort_id: str
    customer_id: str
    person_id: str
    hours: Decimal
    activity: str
    on: date


class EffortDiffers(Refusal):
    """Effort {effort_id} is recorded already; it cannot come again with {difference}. Give another effort an id of its own."""


def agree_joint_plan(command: AgreeJointPlan) -> Sequence[Event]:
    return [JointPlanAgreed(customer_id=command.customer_id, plan=command.plan, agreed_on=command.on, by=command.by)]


def make_development_plan(command: MakeDevelopmentPlan) -> Sequence[Event]:
    return [DevelopmentPlanMade(customer_id=command.customer_id, plan=command.plan, made_on=command.on, by=command.by)]


def spend_effort(command: SpendEffort, relationship: Relationship) -> Sequence[Event]:
    spent = EffortSpent(
        effort_id=command.effort_id,
        customer_id=command.customer_id,
        person_id=command.person_id,
        hours=command.hours,
        spent_on=command.on,
        activity=command.activity,
    )
    known = relationship.efforts.get(command.effort_id)
    if known is None:
        return [spent]
    if differs := difference(known.model_dump(), spent.model_dump()):
        raise EffortDiffers(effort_id=command.effort_id, difference=differs)
    return []
