"""What is done about a supplier's quality: corrective actions (8D), claims, rewards and penalties, objections."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import Amount, Currency, Day, Id, Percent, PositiveAmount, Quantity, Text, formerly
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
    accepted_by: Id | None = Field(default=None, description="who accepted it, where the supplier handed it in itself")


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
    answer_by: Day | None = Field(
        default=None,
        description="not contested by then, it counts as accepted; a claim that was recorded later has as many days from then on",
    )
    lot_id: Id | None = None
    item_id: Id | None = None
    quantity: Quantity | None = Field(default=None, description="defective, of the lot")
    unit_price: Amount | None = Field(default=None, description="of the delivery")
    delivery_id: Id | None = Field(default=None, description="the delivery of the lot that the price is of")


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
    settled_by: Literal["person", "silence", "record"] | None = Field(
        default=None,
        description="a person, nobody's contesting it, or the record that turned out not to be the supplier's; null in events of before",
    )
    nonconformance_id: RecordId | None = None


class RewardGranted(Event):
    """The supplier is rewarded for its assessment: preference, a larger share, or money.

    ``points`` percent more of each item's orders, from ``starts_on`` to ``ends_on``, its last day. Without ``starts_on`` orders stay as
    they are; ``item_ids``: of these items, all of the supplier's where there are none.
    """

    TYPE: ClassVar[str] = "supplier.RewardGranted"
    supplier_id: Id
    reward_id: RecordId
    kind: Literal["preferred_source", "larger_share", "money"]
    period: PeriodName | None = None
    amount: PositiveAmount | None = None
    currency: Currency | None = None
    because: Text
    granted_on: Day
    points: Percent | None = None
    item_ids: tuple[Id, ...] = ()
    starts_on: Day | None = None
    ends_on: Day | None = None
    policy_version: int | None = None
    answer_by: Day | None = Field(default=None, description="of money: the note is issued on the day after")


class PenaltyCharged(Event):
    """The supplier is penalised for its assessment: a smaller share, no orders, or money.

    ``points`` percent less of each item's orders, from ``starts_on`` to ``ends_on``, its last day; stopped orders have no last day.
    Without ``starts_on`` orders stay as they are; ``item_ids``: of these items, all of the supplier's where there are none.
    """

    TYPE: ClassVar[str] = "supplier.PenaltyCharged"
    supplier_id: Id
    penalty_id: RecordId
    kind: Literal["smaller_share", "orders_stopped", "money"]
    period: PeriodName | None = None
    amount: PositiveAmount | None = None
    currency: Currency | None = None
    because: Text
    charged_on: Day
    points: Percent | None = None
    item_ids: tuple[Id, ...] = ()
    starts_on: Day | None = None
    ends_on: Day | None = None
    policy_version: int | None = None
    answer_by: Day | None = Field(default=None, description="of money: the note is issued on the day after")


IncentiveKind = Literal["preferred_source", "larger_share", "smaller_share", "orders_stopped"]
"""The rewards and penalties that change orders."""


class IncentiveStarted(Event):
    """A reward or penalty that was decided for a later day changes orders from now on."""

    TYPE: ClassVar[str] = "supplier.IncentiveStarted"
    supplier_id: Id
    incentive_id: RecordId
    kind: IncentiveKind
    started_on: Day


class IncentiveEnded(Event):
    """A reward or penalty changes orders no more from ``ended_on`` on; ``by`` is the person who ended it."""

    TYPE: ClassVar[str] = "supplier.IncentiveEnded"
    supplier_id: Id
    incentive_id: RecordId
    kind: IncentiveKind
    ended_on: Day
    because: Literal["expired", "withdrawn", "improved", "restated"]
    by: Id | None = None
    reason: Text


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
