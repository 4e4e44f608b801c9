"""An opportunity: stage, probability, dwell time, the people who decide. Stream ``opportunity-{opportunity_id}``."""

from collections.abc import Sequence
from typing import assert_never

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from customer_svc.opportunities.opportunity import (
    ChangeOpportunity,
    MoveOpportunity,
    OpenOpportunity,
    OpportunityOver,
    OpportunityUnknown,
    change,
    move,
    open_,
)
from customer_svc.opportunities.state import ENDS, Opportunity, evolve

OpportunityCommand = OpenOpportunity | MoveOpportunity | ChangeOpportunity


def decide(command: OpportunityCommand, opportunity: Opportunity, policies: PolicyBook) -> Sequence[Event]:
    if isinstance(command, OpenOpportunity):
        return open_(command, opportunity, policies)
    opened = opportunity.opened
    if opened is None:
        raise OpportunityUnknown(opportunity_id=command.opportunity_id)
    if opportunity.stage in ENDS:
        if isinstance(command, MoveOpportunity) and command.stage == opportunity.stage:
            return []
        raise OpportunityOver(opportunity_id=command.opportunity_id, stage=opportunity.stage)
    match command:
        case MoveOpportunity():
            return move(command, opportunity, opened, policies)
        case ChangeOpportunity():
            return change(command, opened)
        case _:
            assert_never(command)


DECIDER = Decider(
    category="opportunity",
    commands=(OpenOpportunity, MoveOpportunity, ChangeOpportunity),
    stream_id=lambda command: command.opportunity_id,
    initial=Opportunity(),
    evolve=evolve,
    decide=decide,
)
