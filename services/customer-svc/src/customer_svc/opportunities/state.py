"""Where an opportunity stands, folded from the events of stream ``opportunity-{opportunity_id}``. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from contracts import Event
from contracts.customer import OpportunityOpened, OpportunityStageChanged

ENDS = {"won": Decimal(100), "lost": Decimal(0)}
"""The two ends of an opportunity, and the probability in percent that each of them is."""


@dataclass(frozen=True, slots=True)
class Opportunity:
    """``opened`` is None while there is none; ``since`` is when it came to its stage."""

    opened: OpportunityOpened | None = None
    stage: str = ""
    since: date = date.min


def evolve(opportunity: Opportunity, event: Event) -> Opportunity:
    match event:
        case OpportunityOpened():
            return Opportunity(event, event.stage, event.opened_on)
        case OpportunityStageChanged():
            return replace(opportunity, stage=event.stage, since=event.changed_on)
    return opportunity
