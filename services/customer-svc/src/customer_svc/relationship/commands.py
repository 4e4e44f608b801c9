"""What can be said to the relationship with a customer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from contracts.customer import Emphasis, LifeCycle, RelationshipStage, StageEvidence


@dataclass(frozen=True, slots=True)
class ChangeStage:
    """Somebody wants the relationship at a stage; ``evidence`` is what is known for its gates."""

    customer_id: str
    stage: RelationshipStage
    evidence: StageEvidence
    because: str
    on: date
    by: str


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
class PlaceInNineBox:
    """Ratings 1–10 by people; ``share`` (percent of our sales) and ``measured_growth`` (percent) by its orders."""

    customer_id: str
    strategic_fit: Decimal
    growth: Decimal
    relation: Decimal
    share: Decimal
    measured_growth: Decimal | None
    currency: str
    owner_id: str
    on: date


@dataclass(frozen=True, slots=True)
class ReviewNineBox:
    """The review's end: people decide in spite of the conflict."""

    placement: PlaceInNineBox
    because: str

    @property
    def customer_id(self) -> str:
        return self.placement.customer_id


@dataclass(frozen=True, slots=True)
class EnterPhase:
    """A care round's finding: the phase of the life cycle."""

    customer_id: str
    phase: LifeCycle
    because: str
    growth: Decimal | None
    silent_days: int
    on: date
    policy_version: int


@dataclass(frozen=True, slots=True)
class DesignateKeyAccount:
    customer_id: str
    owner_id: str
    sponsor_id: str
    emphasis: Emphasis
    because: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class ReleaseKeyAccount:
    customer_id: str
    because: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class RecordVisit:
    customer_id: str
    kind: Literal["meeting", "executive_visit"]
    who: str
    notes: str
    on: date


@dataclass(frozen=True, slots=True)
class TellMeetingDue:
    """The timer: the yearly meeting is due."""

    customer_id: str
    due_on: date


@dataclass(frozen=True, slots=True)
class SpendEffort:
    effort_id: str
    customer_id: str
    person_id: str
    hours: Decimal
    activity: str
    on: date


RelationshipCommand = (
    ChangeStage
    | AgreeJointPlan
    | MakeDevelopmentPlan
    | PlaceInNineBox
    | ReviewNineBox
    | EnterPhase
    | DesignateKeyAccount
    | ReleaseKeyAccount
    | RecordVisit
    | TellMeetingDue
    | SpendEffort
)
