"""An opportunity: stage, probability, dwell time, the people who decide. Stream ``opportunity-{opportunity_id}``.

Source: domain/customer.md, "Opportunities and reports": present value = amount × probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import DecisionMaker, OpportunityChanged, OpportunityOpened, OpportunityStageChanged
from customer_svc.policies.opportunities import OpportunityPolicy

ENDS = {"won": Decimal(100), "lost": Decimal(0)}

# State


@dataclass(frozen=True, slots=True)
class Opportunity:
    """``opened`` is None while there is none; ``since`` is when it came to its stage."""

    opened: OpportunityOpened | None = None
    stage: str = ""
    since: date = date.min


# Evolve


def evolve(opportunity: Opportunity, event: Event) -> Opportunity:
    match event:
        case OpportunityOpened():
            return Opportunity(event, event.stage, event.opened_on)
        case OpportunityStageChanged():
            return replace(opportunity, stage=event.stage, since=event.changed_on)
    return opportunity


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


OpportunityCommand = OpenOpportunity | MoveOpportunity | ChangeOpportunity


# Decide


class OpportunityUnknown(Refusal):
    """There is no opportunity {opportunity_id}; open it first."""

    status = 404


class OpportunityDiffers(Refusal):
    """Opportunity {opportunity_id} is open already, of customer {customer_id}; move or change it instead."""


class OpportunityOver(Refusal):
    """Opportunity {opportunity_id} is {stage}; open a new one."""


class NoSuchStage(Refusal):
    """There is no stage {stage}; there are {stages}, won and lost."""

    status = 422


class MovesBack(Refusal):
    """Opportunity {opportunity_id} came to {stage} on {since}; it cannot move on {on}, before that."""

    status = 422


def decide(command: OpportunityCommand, opportunity: Opportunity, policies: PolicyBook) -> Sequence[Event]:
    if isinstance(command, OpenOpportunity):
        return _open(command, opportunity, policies)
    opened = opportunity.opened
    if opened is None:
        raise OpportunityUnknown(opportunity_id=command.opportunity_id)
    if opportunity.stage in ENDS:
        if isinstance(command, MoveOpportunity) and command.stage == opportunity.stage:
            return []
        raise OpportunityOver(opportunity_id=command.opportunity_id, stage=opportunity.stage)
    match command:
        case MoveOpportunity():
            return _move(command, opportunity, opened.customer_id, policies)
        case ChangeOpportunity():
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
        case _:
            assert_never(command)


def _open(command: OpenOpportunity, opportunity: Opportunity, policies: PolicyBook) -> Sequence[Event]:
    if opportunity.opened is not None:
        if (opportunity.opened.customer_id, opportunity.opened.name) != (command.customer_id, command.name):
            raise OpportunityDiffers(opportunity_id=command.opportunity_id, customer_id=opportunity.opened.customer_id)
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


def _move(
    command: MoveOpportunity, opportunity: Opportunity, customer_id: str, policies: PolicyBook
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
            customer_id=customer_id,
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


def _probability(stage: str, told: Decimal | None, policy: OpportunityPolicy) -> Decimal:
    if stage in ENDS:
        return ENDS[stage]
    known = policy.stage(stage)
    if known is None:
        raise NoSuchStage(stage=stage, stages=", ".join(each.name for each in policy.stages))
    return known.probability if told is None else told


DECIDER = Decider(
    category="opportunity",
    commands=(OpenOpportunity, MoveOpportunity, ChangeOpportunity),
    stream_id=lambda command: command.opportunity_id,
    initial=Opportunity(),
    evolve=evolve,
    decide=decide,
)
