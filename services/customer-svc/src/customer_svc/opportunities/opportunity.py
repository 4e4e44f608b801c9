"""What is decided about an opportunity: opened, moved to another stage, changed. Pure.

Rule: present value = amount × probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import DecisionMaker, OpportunityChanged, OpportunityOpened, OpportunityStageChanged
from customer_svc.opportunities.state import ENDS, Opportunity
from customer_svc.policies.opportunities import OpportunityPolicy

# Commands


@dataclass(frozen=True, slots=True)
class OpenOpportunity:
    """``stage`` and ``probability`` that are left out are those of the policy's first stage."""

    opportunity_id: str
    customer_id: str
    name: str
    owner_id: str
    amount: Decimal
    currency: str
    expected_on: date
    decision_makers: tuple[DecisionMaker, ...]
    stage: str | None
    probability: Decimal | None
    on: date


@dataclass(frozen=True, slots=True)
class MoveOpportunity:
    opportunity_id: str
    stage: str
    probability: Decimal | None
    because: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class ChangeOpportunity:
    opportunity_id: str
    amount: Decimal
    currency: str
    expected_on: date
    decision_makers: tuple[DecisionMaker, ...]
    on: date
    by: str


# Decide


class OpportunityUnknown(Refusal):
    """There is no opportunity {opportunity_id}; open it first."""

    status = 404


class OpportunityIdTaken(Refusal):
    """The opportunity_id {opportunity_id} is taken already; give a new opportunity an id of its own."""


class OpportunityDiffers(Refusal):
    """Opportunity {opportunity_id} is open already, of customer {customer_id}; it cannot be opened again with {difference}.
    Move or change it instead.
    """


class OpportunityOver(Refusal):
    """Opportunity {opportunity_id} is {stage}; open a new one."""


class NoSuchStage(Refusal):
    """There is no stage {stage}; there are {stages}, won and lost."""

    status = 422


class MovesBack(Refusal):
    """Opportunity {opportunity_id} came to {stage} on {since}; it cannot move on {on}, before that."""

    status = 422


def open_(command: OpenOpportunity, opportunity: Opportunity, policies: PolicyBook) -> Sequence[Event]:
    if opportunity.opened is not None:
        # Of another customer nothing is said here: who asks may not see it.
        if opportunity.opened.customer_id != command.customer_id:
            raise OpportunityIdTaken(opportunity_id=command.opportunity_id)
        if differs := _difference(opportunity.opened, command):
            raise OpportunityDiffers(
                opportunity_id=command.opportunity_id,
                customer_id=opportunity.opened.customer_id,
                difference=differs,
            )
        return []
    dated = policies.at(OpportunityPolicy, command.on)
    stage = command.stage or dated.document.stages[0].name
    return [
        OpportunityOpened(
            opportunity_id=command.opportunity_id,
            customer_id=command.customer_id,
            name=command.name,
            owner_id=command.owner_id,
            stage=stage,
            amount=command.amount,
            currency=command.currency,
            probability=_probability(stage, command.probability, dated.document),
            expected_on=command.expected_on,
            opened_on=command.on,
            decision_makers=command.decision_makers,
            policy_version=dated.version,
        )
    ]


def _difference(opened: OpportunityOpened, command: OpenOpportunity) -> str:
    names = ["name", "owner_id", "amount", "currency", "expected_on", "decision_makers"]
    names += [name for name in ("stage", "probability") if getattr(command, name) is not None]
    known = {**fields_of(opened, names), "opened on": opened.opened_on}
    return difference(known, {**fields_of(command, names), "opened on": command.on})


def move(
    command: MoveOpportunity, opportunity: Opportunity, opened: OpportunityOpened, policies: PolicyBook
) -> Sequence[Event]:
    if command.stage == opportunity.stage:
        return []
    if command.on < opportunity.since:
        raise MovesBack(
            opportunity_id=command.opportunity_id, stage=opportunity.stage, since=opportunity.since, on=command.on
        )
    dated = policies.at(OpportunityPolicy, command.on)
    return [
        OpportunityStageChanged(
            opportunity_id=command.opportunity_id,
            customer_id=opened.customer_id,
            stage=command.stage,
            previous=opportunity.stage,
            probability=_probability(command.stage, command.probability, dated.document),
            changed_on=command.on,
            dwell_days=(command.on - opportunity.since).days,
            because=command.because,
            by=command.by,
            policy_version=dated.version,
        )
    ]


def change(command: ChangeOpportunity, opened: OpportunityOpened) -> Sequence[Event]:
    return [
        OpportunityChanged(
            opportunity_id=command.opportunity_id,
            customer_id=opened.customer_id,
            amount=command.amount,
            currency=command.currency,
            expected_on=command.expected_on,
            decision_makers=command.decision_makers,
            changed_on=command.on,
            by=command.by,
        )
    ]


def _probability(stage: str, given: Decimal | None, policy: OpportunityPolicy) -> Decimal:
    if stage in ENDS:
        return ENDS[stage]
    known = policy.stage(stage)
    if known is None:
        raise NoSuchStage(stage=stage, stages=", ".join(each.name for each in policy.stages))
    return known.probability if given is None else given
