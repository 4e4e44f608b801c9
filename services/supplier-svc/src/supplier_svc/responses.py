"""What goes out over HTTP besides plain rows."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from chassis.http import Page, Worded
from contracts.figures import PlainModel
from contracts.supplier import (
    CriterionScore,
    GradeFactor,
    Grading,
    ItemImportance,
    Movement,
    SupplierGrade,
    SupplyMarket,
)
from supplier_svc.policies.fuzzy import Operator
from supplier_svc.read_models import supplier_month
from supplier_svc.read_models.nonconformance import NonconformanceRow
from supplier_svc.scoring.next_grade import NextGrade
from supplier_svc.sentences import Sentences


class Answer(Worded):
    """An answer that explains: its sentences are also given as code and parameters."""

    catalogue = tuple(Sentences)


class GradeAnswer(PlainModel):
    """The grade in force on a business date and the period that decided it; None before the first grading.

    ``latest_*`` is the last graded period that had ended by then; it decides nothing where it was insufficient.
    """

    supplier_id: str
    as_of: date
    as_known_at: datetime | None = None
    grade: SupplierGrade | None
    deciding_period: str | None
    latest_period: str | None
    latest_grade: SupplierGrade | None
    latest_score: Decimal | None


class ExplanationAnswer(Answer):
    """Why a period was graded as it was, and what the next better grade would have taken (None for an A)."""

    supplier_id: str
    period: str
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


class FuzzyFactor(PlainModel):
    """A factor that has facts: its weight among those, and its membership in each comment, A to D."""

    name: str
    weight: Decimal
    memberships: list[Decimal]


class FuzzyAnswer(Answer):
    """The fuzzy evaluation of a period; ``b`` and ``normalised`` are by comment, A to D. Where it is insufficient, they are empty."""

    supplier_id: str
    period: str
    factors: list[FuzzyFactor]
    b: list[Decimal]
    normalised: list[Decimal]
    comment: SupplierGrade
    score: Decimal | None
    is_tie: bool
    reasons: list[str]
    operator: Operator
    policy_version: int


class FuzzyResult(PlainModel):
    """A fuzzy evaluation that was worked out; ``comment_number`` counts from 1, and there is a score where the comments have values."""

    b: list[Decimal]
    normalised: list[Decimal]
    comment_number: int
    is_tie: bool
    score: Decimal | None


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


class QualityRow(PlainModel):
    """Lots and parts of one group; a rate is None where there was nothing to divide by.

    ``lots_partial`` brought less than was ordered, by ``quantity_missing`` in all.
    """

    of: str
    lots_received: int
    lots_late: int
    on_time_percent: Decimal | None
    lots_inspected: int
    lots_rejected: int
    lot_acceptance_percent: Decimal | None
    quantity_inspected: Decimal
    quantity_defective: Decimal
    ppm: Decimal | None
    days_late: int
    line_stops: int
    line_stop_minutes: int
    lots_partial: int
    quantity_missing: Decimal


class ParetoRow(PlainModel):
    """One group of defects, the costliest first; ``cumulative_percent`` is the share of points up to and with it."""

    of: str
    record_count: int
    quantity: Decimal
    points: int
    percent: Decimal
    cumulative_percent: Decimal


class DueActions(Answer):
    """What suppliers owe by a day."""

    until: date
    improvements: list[dict[str, Any]]
    corrective_actions: list[dict[str, Any]]
    certificates: list[dict[str, Any]]
    objections: list[dict[str, Any]]


class SplitAnswer(PlainModel):
    """A quantity by supplier; ``unplaced`` is the part for which the maxima leave no room."""

    item_id: str
    quantities: dict[str, Decimal]
    unplaced: Decimal


class SourceAdvice(Answer):
    """How many sources an item should have and how many get orders now; ``advised`` is None as long as the item has no profile.

    ``sub_supplier_shared``: the sub-suppliers on which several of those sources hang; what looks like several sources is one there.
    """

    item_id: str
    importance: ItemImportance | None
    market: SupplyMarket | None
    advised: int | None
    present: int
    difference: int | None
    because: list[str]
    sub_supplier_shared: list[str]


class RelationshipAnswer(Answer):
    """The mode of the relationship: few sources, long contracts, large shares and exchange of information make a partnership."""

    supplier_id: str
    mode: Literal["partnership", "mixed", "competition"]
    item_count: int
    sole_source_count: int
    sources_per_item: Decimal | None
    mean_share_percent: Decimal | None
    contract_months: int
    information_exchanged: list[str]
    signs: list[str]
    policy_version: int
