"""What goes out over HTTP besides plain rows."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from chassis.http import Page
from contracts.supplier import Grading, SupplierGrade
from supplier_svc.grading import NextGrade
from supplier_svc.read_models.nonconformance import NonconformanceRow


class GradeAnswer(BaseModel):
    """The standing in force on a business date and the month that decided it; None before the first grading.

    ``latest_*`` is the last graded month that had ended by then; it decides nothing where it was insufficient.
    """

    supplier_id: str
    as_of: date
    standing: SupplierGrade | None
    decided_by_period: str | None
    latest_period: str | None
    latest_grade: SupplierGrade | None
    latest_score: Decimal | None


class ExplanationAnswer(BaseModel):
    """Why a month was graded as it was, and what the next better grade would have taken (None for an A)."""

    supplier_id: str
    period: str
    points: int
    lots_received: int
    grading: Grading
    deciding_records: list[NonconformanceRow]
    next_grade: NextGrade | None
    first_grade: SupplierGrade
    restated: int
    restated_because: str | None


class GradingsAnswer(Page):
    """One page of the gradings of a month, and how many suppliers have each grade in all."""

    period: str
    distribution: dict[SupplierGrade, int]
