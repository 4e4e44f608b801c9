"""What goes out over HTTP besides plain rows."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from chassis.http import Page, Worded
from contracts.figures import PlainModel
from contracts.personal import Personal
from contracts.supplier import (
    CriterionScore,
    GradeFactor,
    Grading,
    ItemImportance,
    LetterGrade,
    Movement,
    PartnerRating,
    PartnerRestriction,
    RatingFactor,
    SupplierGrade,
    SupplyMarket,
    SurveyFunction,
    Track,
)
from supplier_svc.policies.fuzzy import Operator
from supplier_svc.read_models import supplier_month
from supplier_svc.read_models.nonconformance import NonconformanceRow
from supplier_svc.scoring.next_grade import NextGrade
from supplier_svc.sentences import Sentences
from supplier_svc.supplier.state.qualification import Stage


class Answer(Worded):
    """An answer that explains: its sentences are also given as code and parameters."""

    catalogue = tuple(Sentences)


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
    contracts: list[dict[str, Any]]
    objections: list[dict[str, Any]]
    partner_ratings: list[dict[str, Any]]
    contracts_to_end: list[dict[str, Any]]
    complaint_answers: list[dict[str, Any]]
    claims_to_price: list[dict[str, Any]]


class NoteTotals(PlainModel):
    """What notes in a currency come to; ``balance_amount`` is debit − credit, ``excess_amount`` was cleared beyond the amounts."""

    currency: str
    note_count: int
    debit_amount: Decimal
    credit_amount: Decimal
    balance_amount: Decimal
    debit_open_amount: Decimal
    credit_open_amount: Decimal
    excess_amount: Decimal


class HeadAnswers(PlainModel):
    """How many suppliers a head is asked about in a round, and about how many it answered."""

    respondent: str
    function: SurveyFunction
    asked_count: int
    answered_count: int
    missing_count: int
    is_reminded: bool


class SurveyRound(PlainModel):
    """A round of the survey; ``respondents`` is empty before it opens, and where nobody was asked."""

    round_id: str
    status: Literal["scheduled", "open", "closed"]
    opens_on: date
    due_on: date | None
    closed_on: date | None
    asked_count: int
    answered_count: int
    missing_count: int
    respondents: list[HeadAnswers]


class HeadQuestions(HeadAnswers):
    """``missing_supplier_ids``: the suppliers about which an answer is still missing, by id."""

    missing_supplier_ids: list[str]


class SurveyRoundAnswer(SurveyRound):
    """A round with the suppliers about which each head has not answered."""

    respondents: list[HeadQuestions]  # type: ignore[assignment]


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


class SuggestedRating(Answer):
    """The worst rating that a partner's record calls for on a day, and what of it counts."""

    supplier_id: str
    as_of: date
    suggested: PartnerRating
    factors: list[RatingFactor]


class LedgerRow(PlainModel):
    """A partner in the ledger (台账). ``lapsed_fields`` names the days that have passed; amounts are in ``currency``, ``credit_limit``
    is what may be paid in advance; ``restrictions`` are those of the rating.
    """

    name: str
    applicant: str | None
    applied_on: date
    cooperation: str
    registered_address: str
    registered_capital: Decimal | None
    licence_number: str | None
    licence_expires_on: date | None
    organisation_code: str | None
    organisation_code_expires_on: date | None
    tax_number: str | None
    tax_expires_on: date | None
    contact_name: Personal | None
    contact_phone: Personal | None
    owner_name: Personal | None
    owner_phone: Personal | None
    rating: PartnerRating | None
    credit_limit: Decimal | None
    remarks: str
    supplier_id: str
    status: Stage
    standing: SupplierGrade | None
    lapsed_fields: list[str]
    currency: str | None
    restrictions: list[PartnerRestriction] | None


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
