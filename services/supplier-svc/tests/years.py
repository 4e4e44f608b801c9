"""Facts, gradings and answers of which the tests of the annual track are made."""

from datetime import date
from decimal import Decimal
from typing import Any

from chassis.testing import replay
from contracts.supplier import (
    SupplierGraded,
)
from supplier_svc.read_models import supplier_month
from supplier_svc.reports.standing import grade_answer
from supplier_svc.supplier.facts import RecordSurvey
from supplier_svc.testing import GivenSupplier, deliveries, grade, grade_year, inspection

D = Decimal
TOPICS = ("quality_stability", "delivery_timeliness", "supply_assurance", "after_sales")
GOOD, FAIR, POOR = (90, 85, 70, 80), (80, 75, 70, 70), (50, 50, 50, 50)


def survey(scores: tuple[int, ...], on: str = "2024-12-10", by: str = "li") -> RecordSurvey:
    """The answers of a head, by topic; a shorter one leaves the last topics out."""
    answers: Any = {topic: D(score) for topic, score in zip(TOPICS, scores, strict=False)}
    return RecordSurvey("S-1", f"SV-{on}-{by}", date.fromisoformat(on), by, answers)


def rejected(lot: str, on: str) -> Any:
    return inspection(f"I-{lot}", on=on, lot_id=lot, result="rejected")


def good_month(month: str) -> list[Any]:
    return [*deliveries(10, f"{month}-05"), grade(month)]


def bad_month(month: str, *defects: str) -> list[Any]:
    return [*deliveries(10, f"{month}-05"), inspection(f"I-{month}", *defects, on=f"{month}-12"), grade(month)]


THIRTY_LOTS = [
    *deliveries(10, "2024-01-10"),
    *deliveries(20, "2024-02-10"),
    rejected("L-D-2024-02-10-3", "2024-02-12"),
]
YEAR_B = [*good_month("2024-12"), survey(FAIR), grade_year("2024")]


def year_of(known: GivenSupplier) -> SupplierGraded:
    [graded] = [each for each in known.all_of(SupplierGraded) if each.track == "annual"]
    assert isinstance(graded, SupplierGraded)
    return graded


def answer_of(known: GivenSupplier, on: str) -> Any:
    """The grade on a day, as it is read from the table of periods."""
    rows = [vars(row) for row in replay(supplier_month.MODEL, known.facts).values()]
    return grade_answer("S-1", rows, date.fromisoformat(on), None, known.book)
