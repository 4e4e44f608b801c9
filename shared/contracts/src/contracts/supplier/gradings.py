"""A supplier's grades, their reasons, and what follows: movement, improvement, and what a candidate policy would decide."""

import re
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from contracts.envelope import Event, Part
from contracts.fields import Count, Day, Id, Text, formerly
from contracts.supplier.facts import RecordId

SupplierGrade = Literal["A", "B", "C", "D", "insufficient"]
"""Grade of a period; ``insufficient`` means too few facts to judge, and the previous grade stands."""

LetterGrade = Literal["A", "B", "C", "D"]

Track = Literal["operational", "annual"]
"""What a period is graded for: orders (the periods of the policy supplier-grading), or the whole calendar year."""


def _a_month_quarter_or_year(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?", text):
        raise ValueError("a period is a month (2024-05), a quarter (2024-Q2) or a year (2024)")
    return text


PeriodName = Annotated[str, AfterValidator(_a_month_quarter_or_year)]
"""The period of a grade: a month (2024-05), a quarter (2024-Q2) or a year (2024)."""


class GradingScheduled(Event):
    """The supplier will be graded for this period when ``due_on`` begins."""

    TYPE: ClassVar[str] = "supplier.GradingScheduled"
    supplier_id: Id
    period: PeriodName
    due_on: Day
    track: Track = "operational"


class GradingCancelled(Event):
    """A year that was scheduled is not graded after all: the policy in force on its last day has no annual track."""

    TYPE: ClassVar[str] = "supplier.GradingCancelled"
    supplier_id: Id
    period: PeriodName
    track: Track


class GradeFactor(Part):
    """One measured input of a grade, with what it contributed."""

    name: Id
    value: Decimal
    contribution: Decimal
    unit: Text


class GradeThreshold(Part):
    """What a grade requires: points (per 100 lots or absolute) ≤ ``at_most``, or a composite score ≥ ``at_least``."""

    grade: LetterGrade
    at_most: Decimal | None = None
    at_least: Decimal | None = None


class GradeGate(Part):
    """A grade that also requires ``at_least`` points in one criterion, whatever the total score."""

    grade: LetterGrade
    criterion: Id
    at_least: Decimal


class CriterionScore(Part):
    """The score of one criterion of a composite score, out of ``max``."""

    name: Id
    score: Decimal
    max: Decimal
    measured: bool = Field(
        default=True, description="False where there was no fact to measure and the base score stands"
    )


class Grading(Part):
    """A grade with everything it was decided on, so that it explains itself."""

    grade: SupplierGrade
    score: Decimal
    basis: Literal["points_per_100_lots", "absolute_points", "composite", "fuzzy"]
    factors: tuple[GradeFactor, ...]
    thresholds: tuple[GradeThreshold, ...]
    deciding_records: tuple[RecordId, ...] = Field(default=(), description="the records that cost most, at most 20")
    policy_version: int
    min_lots: Count | None = Field(
        default=None, description="with fewer lots received the grade per 100 lots is insufficient"
    )
    scheme: Id = Field(default="nonconformance_points", description="of the policy supplier-grading")
    criteria: tuple[CriterionScore, ...] = ()
    gates: tuple[GradeGate, ...] = ()
    on_missing: Literal["base", "rescale", "insufficient"] = Field(
        default="base",
        description="what becomes of a criterion without a fact: its base stands, or the others are scaled to 100",
    )
    min_measured: Decimal | None = Field(
        default=None,
        description="of a score that was scaled: with maxima of the measured criteria below this it is insufficient",
    )


class Movement(Part):
    """How the previous periods move a grade: ``grade`` is the one in force afterwards."""

    grade: SupplierGrade
    a_running: Count = Field(description="consecutive graded periods with an A, up to this one")
    falls_running: Count = Field(description="consecutive periods in which the score got worse, up to this one")
    policy_version: int
    summary: Annotated[Text, formerly("summary", "says")] = ""


class SupplierGraded(Event):
    """The period's grade. ``standing`` is the grade in force after it (the previous one when insufficient).

    The operational grade is that of the latest graded period that is not insufficient, after movement; grading an older
    period does not change it. The grade in force is the worse one of it and the ``ceiling``, which the latest graded year sets; None
    while no year limits it. ``graded_on`` is the day from which a year counts; None: the day after the period.
    """

    TYPE: ClassVar[str] = "supplier.SupplierGraded"
    supplier_id: Id
    period: PeriodName
    starts_on: Day
    ends_on: Day
    grading: Grading
    standing: SupplierGrade
    previous_standing: SupplierGrade | None = None
    movement: Movement | None = None
    track: Track = "operational"
    ceiling: LetterGrade | None = None
    ceiling_because: Text = ""
    graded_on: Day | None = None


class SupplierGradeRestated(Event):
    """A late or corrected fact changed a period that was already graded, or how the previous periods move its grade.

    ``track``, ``ceiling``: as in SupplierGraded.
    """

    TYPE: ClassVar[str] = "supplier.SupplierGradeRestated"
    supplier_id: Id
    period: PeriodName
    before: Grading
    after: Grading
    standing: SupplierGrade
    because: Text
    movement: Movement | None = None
    track: Track = "operational"
    ceiling: LetterGrade | None = None
    ceiling_because: Text = ""


class SupplierStandingChanged(Event):
    """The grade in force is another one, whatever the reason. Who needs no more than the grade of a supplier follows this event alone.

    ``standing`` is the worse one of the ``operational`` grade and the ``ceiling``, which the ``annual`` grade sets and better periods
    raise. ``cause``: the track that was graded or restated, or ``relief`` where better periods raised the ceiling.
    """

    TYPE: ClassVar[str] = "supplier.SupplierStandingChanged"
    supplier_id: Id
    standing: SupplierGrade
    previous: SupplierGrade | None = None
    operational: SupplierGrade | None = None
    annual: SupplierGrade | None = None
    ceiling: LetterGrade | None = None
    changed_on: Day
    because: Text
    cause: Literal["operational", "annual", "relief"] = "operational"


class SupplierShadowGraded(Event):
    """The grade of a candidate policy for the same period; it decides nothing."""

    TYPE: ClassVar[str] = "supplier.SupplierShadowGraded"
    supplier_id: Id
    period: PeriodName
    policy: Id
    shadow: int = Field(ge=1)
    live_grade: SupplierGrade
    live_score: Decimal
    grading: Grading
    track: Track = "operational"


class ScoreFalling(Event):
    """The score got worse three graded periods running (an improvement report is due), or five (one grade down)."""

    TYPE: ClassVar[str] = "supplier.ScoreFalling"
    supplier_id: Id
    period: PeriodName
    falls_running: Count
    scores: tuple[Decimal, ...] = Field(description="of the periods that fell, the one before them first")
    consequence: Literal["improvement_report", "grade_down"]
    policy_version: int


class PreferredSourceNamed(Event):
    """The supplier is a preferred source from now on, after ``a_running`` consecutive graded periods with an A."""

    TYPE: ClassVar[str] = "supplier.PreferredSourceNamed"
    supplier_id: Id
    period: PeriodName
    a_running: Count
    policy_version: int


class PreferredSourceEnded(Event):
    """The supplier is no longer a preferred source: its grade is no longer an A."""

    TYPE: ClassVar[str] = "supplier.PreferredSourceEnded"
    supplier_id: Id
    period: PeriodName
    grade: SupplierGrade


class ImprovementDue(Event):
    """A C, a D or a falling score requires a report or improvement by ``due_on``; a D also means fewer orders or none."""

    TYPE: ClassVar[str] = "supplier.ImprovementDue"
    supplier_id: Id
    period: PeriodName
    kind: Literal["on_site_report", "improvement", "improvement_report"]
    grade: SupplierGrade
    due_on: Day
    policy_version: int
    summary: Annotated[Text, formerly("summary", "says")]
    track: Track = "operational"


class ImprovementRecorded(Event):
    """The supplier reported or improved, and somebody accepted it."""

    TYPE: ClassVar[str] = "supplier.ImprovementRecorded"
    supplier_id: Id
    period: PeriodName
    recorded_on: Day
    accepted_by: Id
    note: Text
    handed_in_by: Id | None = Field(default=None, description="who answered, where the supplier did so itself")


class ImprovementMissed(Event):
    """The day on which a report or improvement was due passed without one."""

    TYPE: ClassVar[str] = "supplier.ImprovementMissed"
    supplier_id: Id
    period: PeriodName
    kind: Literal["on_site_report", "improvement", "improvement_report"]
    due_on: Day


class ImprovementWaived(Event):
    """A report or improvement is no longer due: the period was restated to a grade that requires none."""

    TYPE: ClassVar[str] = "supplier.ImprovementWaived"
    supplier_id: Id
    period: PeriodName
    because: Text
    track: Track = "operational"
