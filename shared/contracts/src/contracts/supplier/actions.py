"""What is done about a supplier's quality: corrective actions (8D), claims, rewards and penalties, objections."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import Amount, Currency, Day, Id, PositiveAmount, Text, formerly
from contracts.supplier.facts import RecordId
from contracts.supplier.gradings import PeriodName

Discipline = Literal["team", "problem", "containment", "cause", "action", "verification", "prevention", "closure"]
"""The eight disciplines of an 8D report, in this order."""

CauseOrigin = Literal["supplier", "sub_supplier", "own"]
"""Where the cause of a defect lies."""


class DisciplineDue(Part):
    """A discipline and the day by which it must be done."""

    step: Discipline
    due_on: Day


class DisciplineDone(Part):
    """A discipline that was done; ``statement`` is what may be said of it outside, its evidence stays inside."""

    step: Discipline
    done_on: Day
    statement: Text = ""


class CorrectiveActionOpened(Event):
    """A critical nonconformance, a traced complaint or a poor grade calls for a corrective action (8D), each step with its due day.

    ``complaint_ids`` are the customers' complaints that it is about.
    """

    TYPE: ClassVar[str] = "supplier.CorrectiveActionOpened"
    supplier_id: Id
    action_id: RecordId
    cause: Literal["nonconformance", "grade", "by_hand"]
    reference: RecordId = Field(description="the nonconformance, or the period that was graded")
    summary: Annotated[Text, formerly("summary", "says")]
    opened_on: Day
    steps: tuple[DisciplineDue, ...]
    policy_version: int
    complaint_ids: tuple[Id, ...] = ()


class CorrectiveActionStepDone(Event):
    """A step of a corrective action was done, with its evidence.

    ``statement`` is what may be said of it outside. ``cause_origin`` is where the cause lies, of the step ``cause``. ``complaint_ids`` are
    the complaints that the action is about now.
    """

    TYPE: ClassVar[str] = "supplier.CorrectiveActionStepDone"
    supplier_id: Id
    action_id: RecordId
    step: Discipline
    done_on: Day
    done_by: Id
    evidence: Text
    next_step: Discipline | None = None
    next_due_on: Day | None = None
    complaint_ids: tuple[Id, ...] = ()
    statement: Text = ""
    cause_origin: CauseOrigin | None = None


class CorrectiveActionOverdue(Event):
    """A step of a corrective action is overdue; each level is escalated to somebody higher."""

    TYPE: ClassVar[str] = "supplier.CorrectiveActionOverdue"
    supplier_id: Id
    action_id: RecordId
    step: Discipline
    due_on: Day
    level: int = Field(ge=1)
    escalated_on: Annotated[Day, formerly("escalated_on", "told_on")]
    next_level_on: Day | None = None


class CorrectiveActionClosed(Event):
    """A corrective action ended: all its steps are done, or its cause no longer exists."""

    TYPE: ClassVar[str] = "supplier.CorrectiveActionClosed"
    supplier_id: Id
    action_id: RecordId
    outcome: Literal["done", "withdrawn"]
    closed_on: Day
    because: Text
    complaint_ids: tuple[Id, ...] = ()


class ClaimRaised(Event):
    """An amount is claimed from the supplier for a nonconformance that it is responsible for."""

    TYPE: ClassVar[str] = "supplier.ClaimRaised"
    supplier_id: Id
    claim_id: RecordId
    nonconformance_id: RecordId
    amount: PositiveAmount
    currency: Currency
    because: Text
    raised_on: Day
    policy_version: int | None = None


class ClaimSettled(Event):
    """A claim was settled; ``amount`` is what the supplier pays (0 when it was withdrawn)."""

    TYPE: ClassVar[str] = "supplier.ClaimSettled"
    supplier_id: Id
    claim_id: RecordId
    outcome: Literal["accepted", "reduced", "withdrawn"]
    amount: Amount = Field(ge=0)
    currency: Currency
    because: Text
    settled_on: Day


class RewardGranted(Event):
    """The supplier is rewarded for its assessment: preference, a larger share, or money."""

    TYPE: ClassVar[str] = "supplier.RewardGranted"
    supplier_id: Id
    reward_id: RecordId
    kind: Literal["preferred_source", "larger_share", "money"]
    period: PeriodName | None = None
    amount: PositiveAmount | None = None
    currency: Currency | None = None
    because: Text
    granted_on: Day


class PenaltyCharged(Event):
    """The supplier is penalised for its assessment: a smaller share, no orders, or money."""

    TYPE: ClassVar[str] = "supplier.PenaltyCharged"
    supplier_id: Id
    penalty_id: RecordId
    kind: Literal["smaller_share", "orders_stopped", "money"]
    period: PeriodName | None = None
    amount: PositiveAmount | None = None
    currency: Currency | None = None
    because: Text
    charged_on: Day


class ObjectionRaised(Event):
    """The supplier objected to a record, with its reason and evidence."""

    TYPE: ClassVar[str] = "supplier.ObjectionRaised"
    supplier_id: Id
    objection_id: Id
    record_kind: Literal["nonconformance", "delivery", "case"]
    record_id: RecordId
    reason: Text
    evidence: tuple[Text, ...] = ()
    raised_on: Day
    record_on: Day = Field(description="the business date of the record")


class ObjectionDecided(Event):
    """An objection was decided; an upheld one changes the record and restates its period."""

    TYPE: ClassVar[str] = "supplier.ObjectionDecided"
    supplier_id: Id
    objection_id: Id
    record_kind: Literal["nonconformance", "delivery", "case"]
    record_id: RecordId
    outcome: Literal["upheld", "dismissed"]
    because: Text
    decided_by: Id
    decided_on: Day
