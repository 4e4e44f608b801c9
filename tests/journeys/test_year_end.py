"""The demo's year graded as a whole, in memory: its lots and inspections, and the answers of two heads to both rounds of the survey."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.erp import GoodsReceived, InspectionCompleted, SupplierCaseReported
from contracts.supplier import SupplierGraded, SurveyTopic
from standing.facts.demo import demo
from supplier_svc.scoring.period import Period
from supplier_svc.service import SERVICE
from supplier_svc.supplier import DECIDER
from supplier_svc.supplier.cases import RecordCase
from supplier_svc.supplier.facts import RecordDelivery, RecordInspection, RecordSurvey
from supplier_svc.supplier.gradings import GradeSupplier
from supplier_svc.supplier.rules.standing import worse
from supplier_svc.supplier.state import Supplier

RECORDED: dict[str, Any] = {
    GoodsReceived.TYPE: (GoodsReceived, RecordDelivery),
    InspectionCompleted.TYPE: (InspectionCompleted, RecordInspection),
    SupplierCaseReported.TYPE: (SupplierCaseReported, RecordCase),
}
ROUNDS = (date(2024, 6, 10), date(2024, 12, 10))
HEADS = ("shen", "guo")
TOPICS: tuple[SurveyTopic, ...] = ("quality_stability", "delivery_timeliness", "supply_assurance", "after_sales")


def commands() -> dict[str, list[Any]]:
    """By supplier: its facts in the order sent, without malformed ones, then the answers, then a year's gradings."""
    data, of = demo(), defaultdict[str, list[Any]](list)
    for fact in data.facts:
        if fact.type in RECORDED and fact.id not in data.park_reasons:
            event, command = RECORDED[fact.type]
            of[fact.key].append(command(event.model_validate_json(fact.data)))
    for number, (supplier_id, listed) in enumerate(sorted(of.items())):
        for day in ROUNDS:
            for nth, head in enumerate(HEADS):
                scores = {topic: Decimal(95 - number - 3 * nth) for topic in TOPICS}
                listed.append(RecordSurvey(supplier_id, f"{day}-{head}-{supplier_id}", day, head, scores))
        listed += [GradeSupplier(supplier_id, Period(2024, month)) for month in range(1, 13)]
        listed.append(GradeSupplier(supplier_id, Period(2024, 1, 12), "annual"))
    return of


@pytest.fixture(scope="module")
def lived() -> dict[str, tuple[Supplier, list[Any]]]:
    book, found = SERVICE.policy_book(), {}
    for supplier_id, listed in commands().items():
        state, log = Supplier(), list[Any]()
        for command in listed:
            for event in DECIDER.decide(command, state, book):
                state = DECIDER.evolve(state, event)
                log.append(event)
        found[supplier_id] = state, log
    return found


def test_demo_year_gives_every_supplier_with_5_lots_a_grade_of_2024(
    lived: dict[str, tuple[Supplier, list[Any]]],
) -> None:
    assert len(lived) == 22
    year, grades = Period(2024, 1, 12), Counter[str]()
    for supplier_id, (state, _) in lived.items():
        lots = sum(received.lots for month in state.facts.of(year) for received in month.received.values())
        grade = state.gradings.annual.by_period[year].grade
        assert (grade != "insufficient") == (lots >= 5), supplier_id
        grades[grade] += 1
    assert set(grades) >= {"A", "B"}, "their years differ"


def test_nobody_stands_better_than_its_year_or_its_last_month(lived: dict[str, tuple[Supplier, list[Any]]]) -> None:
    limited = 0
    for state, log in lived.values():
        gradings = state.gradings
        year = gradings.annual.grade
        assert gradings.standing == worse(gradings.grade, None if year == "insufficient" else year)
        limited += gradings.standing != gradings.grade
        last = [event for event in log if isinstance(event, SupplierGraded)][-1]
        assert (last.track, last.standing) == ("annual", gradings.standing)
    assert limited, "some year limits a better December"
