"""Grades, why they are what they are, and what moves between them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from chassis.http import Page
from contracts.figures import PlainModel
from contracts.supplier import (
    CriterionScore,
    GradeFactor,
    Grading,
    LetterGrade,
    Movement,
    SupplierGrade,
    Track,
)
from supplier_svc.read_models import supplier_month
from supplier_svc.read_models.nonconformance import NonconformanceRow
from supplier_svc.responses.answer import Answer
from supplier_svc.scoring.next_grade import NextGrade


class TrackGrade(PlainModel):
    """The grade of one track after movement, and the period that decided it."""

    grade: SupplierGrade
    score: Decimal
    period: str


class Relief(PlainModel):
    """Better periods in a row, of the ``needed`` ones that raise the ceiling by a grade; None where no number of them does."""

    running: int
    needed: int | None


class GradeAnswer(Answer):
    """The grade in force on a business date and the period that decided it; None before the first grading.

    It is the worse one of the ``operational`` grade and the ``ceiling``, which the latest graded year sets; ``latest_*`` is the last
    period that was graded on the operational track, which decides nothing where it was insufficient.
    """

    supplier_id: str
    as_of: date
    as_known_at: datetime | None = None
    grade: SupplierGrade | None
    deciding_period: str | None
    latest_period: str | None
    latest_grade: SupplierGrade | None
    latest_score: Decimal | None
    operational: TrackGrade | None
    annual: TrackGrade | None
    ceiling: LetterGrade | None
    ceiling_because: str
    relief: Relief


class ExplanationAnswer(Answer):
    """Why a period was graded as it was, and what the next better grade would have taken (None for an A)."""

    supplier_id: str
    period: str
    track: Track
    points: int
    lots_received: int
    grading: Grading
    movement: Movement | None
    moved_grade: SupplierGrade
    deciding_records: list[NonconformanceRow]
    next_grade: NextGrade | None
    first_grade: SupplierGrade
    restatement_count: int
    restated_because: str | None


class GradingsAnswer(Page[supplier_month.Row]):
    """One page of the gradings of a period, and how many suppliers have each grade in all."""

    period: str
    distribution: dict[SupplierGrade, int]


class Moved(PlainModel):
    """The number of suppliers with one grade in the first period and another, or the same, in the second."""

    before: str | None
    after: str | None
    supplier_count: int


class MigrationAnswer(Page[Moved]):
    """How grades moved from the period ``before`` to ``period``; None where a supplier was not graded in one of them."""

    before: str
    period: str


class ScoreAnswer(PlainModel):
    """The score of a period's facts under the policy in force on its last day; it decides nothing.

    ``scope`` says whether it is the whole supplier, or one item or plant of it.
    """

    supplier_id: str
    period: str
    scope: Literal["supplier", "item", "plant", "item_and_plant"]
    item_id: str | None
    plant_id: str | None
    grade: SupplierGrade
    score: Decimal
    scheme: str
    criteria: tuple[CriterionScore, ...]
    factors: tuple[GradeFactor, ...]
    lots_received: int
    lots_rejected: int
    lots_late: int
    policy_version: int
