"""The relationship with a customer: stage, life cycle, nine-box, key account."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import Count, Currency, Day, Id, Percent, Quantity, Text

RelationshipStage = Literal["vendor", "preferred", "partner", "alliance"]
LifeCycle = Literal["exploration", "growth", "maturity", "decline"]
Emphasis = Literal["quality", "price"]

VisitKind = Literal["meeting", "executive_visit"]


class StageEvidence(Part):
    """What the gates of a stage are decided on."""

    orders_12_months: Count
    contacts: Count
    customer_since: Day | None = None
    joint_plan: bool = False
    contract: Id | None = None
    approved_by: Id | None = None


class RelationshipStageChanged(Event):
    """The relationship went one stage up, or any number down."""

    TYPE: ClassVar[str] = "customer.RelationshipStageChanged"
    customer_id: Id
    stage: RelationshipStage
    previous: RelationshipStage
    changed_on: Day
    because: Text
    evidence: StageEvidence
    by: Id
    policy_version: int


class JointPlanAgreed(Event):
    """A joint plan was agreed with the customer."""

    TYPE: ClassVar[str] = "customer.JointPlanAgreed"
    customer_id: Id
    plan: Text
    agreed_on: Day
    by: Id


class LifeCycleChanged(Event):
    """The customer entered another phase of its life cycle; ``growth`` in percent against the three months before."""

    TYPE: ClassVar[str] = "customer.LifeCycleChanged"
    customer_id: Id
    phase: LifeCycle
    previous: LifeCycle | None = None
    changed_on: Day
    because: Text
    growth: Decimal | None = None
    silent_days: Count
    policy_version: int


class NineBoxPlaced(Event):
    """A customer's box: letter A–C for attractiveness and growth, digit 1–3 for its share of our sales."""

    TYPE: ClassVar[str] = "customer.NineBoxPlaced"
    customer_id: Id
    box: Id
    previous: Id | None = None
    letter: Literal["A", "B", "C"]
    digit: int = Field(ge=1, le=3)
    strategic_fit: Quantity
    growth: Quantity
    relation: Quantity
    score: Quantity
    share: Percent
    currency: Currency
    placed_on: Day
    because: Text
    policy_version: int


class NineBoxReviewOpened(Event):
    """The growth that people state for a customer and that of its orders differ; the last box stands until a review."""

    TYPE: ClassVar[str] = "customer.NineBoxReviewOpened"
    customer_id: Id
    box: Id | None = None
    proposed: Id
    because: Text
    opened_on: Day
    owner_id: Id
    policy_version: int


class DevelopmentPlanMade(Event):
    """A plan to develop the customer was made."""

    TYPE: ClassVar[str] = "customer.DevelopmentPlanMade"
    customer_id: Id
    plan: Text
    made_on: Day
    by: Id


class KeyAccountDesignated(Event):
    """The customer is a key account, with an owner, a sponsor, and a team for its emphasis."""

    TYPE: ClassVar[str] = "customer.KeyAccountDesignated"
    customer_id: Id
    owner_id: Id
    sponsor_id: Id
    emphasis: Emphasis
    team: tuple[Id, ...]
    designated_on: Day
    next_meeting_on: Day
    because: Text
    by: Id
    policy_version: int


class KeyAccountReleased(Event):
    """The customer is no longer a key account."""

    TYPE: ClassVar[str] = "customer.KeyAccountReleased"
    customer_id: Id
    released_on: Day
    because: Text
    by: Id


class KeyAccountMeetingDue(Event):
    """The yearly meeting with a key account is due."""

    TYPE: ClassVar[str] = "customer.KeyAccountMeetingDue"
    customer_id: Id
    owner_id: Id
    sponsor_id: Id
    due_on: Day
    policy_version: int


class KeyAccountVisited(Event):
    """A meeting with a key account or an executive's visit took place; a meeting sets the day of the next one."""

    TYPE: ClassVar[str] = "customer.KeyAccountVisited"
    customer_id: Id
    kind: VisitKind
    visited_on: Day
    who: Id
    notes: Text
    next_meeting_on: Day


class EffortSpent(Event):
    """A person spent hours on a customer."""

    TYPE: ClassVar[str] = "customer.EffortSpent"
    effort_id: Id
    customer_id: Id
    person_id: Id
    hours: Quantity
    spent_on: Day
    activity: Id


EVENTS: tuple[type[Event], ...] = (
    RelationshipStageChanged,
    JointPlanAgreed,
    LifeCycleChanged,
    NineBoxPlaced,
    NineBoxReviewOpened,
    DevelopmentPlanMade,
    KeyAccountDesignated,
    KeyAccountReleased,
    KeyAccountMeetingDue,
    KeyAccountVisited,
    EffortSpent,
)
