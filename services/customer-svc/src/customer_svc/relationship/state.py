"""The relationship with a customer, folded from the events of stream ``relationship-{customer_id}``. Pure."""

from dataclasses import dataclass, field, replace
from datetime import date

from immutables import Map

from contracts import Event
from contracts.customer import (
    DevelopmentPlanMade,
    EffortSpent,
    Emphasis,
    JointPlanAgreed,
    KeyAccountDesignated,
    KeyAccountMeetingDue,
    KeyAccountReleased,
    KeyAccountVisited,
    LifeCycle,
    LifeCycleChanged,
    NineBoxPlaced,
    NineBoxReviewOpened,
    RelationshipStage,
    RelationshipStageChanged,
)


@dataclass(frozen=True, slots=True)
class KeyAccount:
    """Who cares for it; ``meeting_reported`` once the meeting of ``next_meeting_on`` was published as due."""

    owner_id: str
    sponsor_id: str
    next_meeting_on: date
    meeting_reported: bool = False
    emphasis: Emphasis | None = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """``reviewed_box`` is what an open review proposes; ``efforts`` are those recorded, by id."""

    stage: RelationshipStage = "vendor"
    joint_plan: bool = False
    phase: LifeCycle | None = None
    box: str | None = None
    reviewed_box: str | None = None
    key_account: KeyAccount | None = None
    efforts: Map[str, EffortSpent] = field(default_factory=Map)


def evolve(relationship: Relationship, event: Event) -> Relationship:
    match event:
        case RelationshipStageChanged():
            return replace(relationship, stage=event.stage)
        case JointPlanAgreed():
            return replace(relationship, joint_plan=True)
        case LifeCycleChanged():
            return replace(relationship, phase=event.phase)
        case NineBoxPlaced():
            return replace(relationship, box=event.box, reviewed_box=None)
        case NineBoxReviewOpened():
            return replace(relationship, reviewed_box=event.proposed)
        case DevelopmentPlanMade():
            return relationship
        case KeyAccountDesignated():
            account = KeyAccount(event.owner_id, event.sponsor_id, event.next_meeting_on, emphasis=event.emphasis)
            return replace(relationship, key_account=account)
        case KeyAccountReleased():
            return replace(relationship, key_account=None)
        case KeyAccountMeetingDue():
            return _reported(relationship)
        case KeyAccountVisited():
            return _visited(relationship, event)
        case EffortSpent():
            return replace(relationship, efforts=relationship.efforts.set(event.effort_id, event))
    return relationship


def _reported(relationship: Relationship) -> Relationship:
    account = relationship.key_account
    return replace(relationship, key_account=account and replace(account, meeting_reported=True))


def _visited(relationship: Relationship, event: KeyAccountVisited) -> Relationship:
    account = relationship.key_account
    if account is None or event.next_meeting_on == account.next_meeting_on:
        return relationship
    moved = replace(account, next_meeting_on=event.next_meeting_on, meeting_reported=False)
    return replace(relationship, key_account=moved)
