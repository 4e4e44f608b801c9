"""The read models, fed by a supplier's story; each replayed twice gives the same rows."""

from datetime import date

import pytest
from sqlalchemy.dialects import postgresql

from chassis.testing import replay
from supplier_svc.read_models import nonconformance, supplier, supplier_month
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.gradings import GradeSupplier
from supplier_svc.supplier.responsibility import DecideResponsibility
from supplier_svc.testing import deliveries, delivery, inspection
from supplier_svc.testing import supplier as a_supplier
from supplier_svc.timers import grading_due

MAY, JUNE = Period(2024, 5), Period(2024, 6)

LOG = (
    a_supplier()
    .when(
        *deliveries(9, on="2024-05-02"),
        delivery("D-late", on="2024-05-10", promised="2024-05-07"),
        inspection("I-1", "major", "critical undetermined", on="2024-05-12", line_stop_minutes=30),
        GradeSupplier("S-1", MAY),
        DecideResponsibility("S-1", "I-1:2", "supplier"),
        inspection("I-2", on="2024-06-03"),
    )
    .facts
)


def test_a_supplier_stands_where_its_latest_grade_put_it():
    row = replay(supplier.MODEL, LOG)[("S-1",)]
    assert (row.grade, row.latest_period, row.latest_grade, row.latest_score) == ("D", "2024-05", "D", 80)
    assert (row.first_fact_on, row.last_fact_on) == (date(2024, 5, 2), date(2024, 6, 3))
    assert (row.lots_received, row.inspection_count, row.nonconformance_count) == (10, 2, 2)


def test_grading_an_older_month_leaves_the_latest_period():
    later = a_supplier(*LOG).when(inspection("I-0", "minor", on="2024-03-03"), GradeSupplier("S-1", Period(2024, 3)))
    row = replay(supplier.MODEL, later.facts)[("S-1",)]
    assert (row.grade, row.latest_period, row.first_fact_on) == ("D", "2024-05", date(2024, 3, 3))


def test_a_month_adds_up_its_facts_and_keeps_its_grading():
    row = replay(supplier_month.MODEL, LOG)[("S-1", "2024-05", "operational")]
    assert (row.lots_received, row.lots_late, row.inspection_count, row.lots_rejected) == (10, 1, 1, 1)
    assert (row.nonconformance_count, row.points, row.line_stop_minutes) == (2, 8, 30)
    assert (row.first_grade, row.grade, row.score, row.restatement_count) == ("C", "D", 80, 1)
    assert row.restated_because == "The responsibility for I-1:2 was decided after the grading: supplier."
    assert row.grading["deciding_records"] == ["I-1:2", "I-1:1"]
    assert row.grading["score"] == "80"


def test_a_month_that_was_not_graded_has_facts_only():
    row = replay(supplier_month.MODEL, LOG)[("S-1", "2024-06", "operational")]
    assert (row.inspection_count, row.grade, row.grading) == (1, None, None)


def test_a_quarter_and_a_year_add_up_the_facts_of_their_months():
    graded = a_supplier(*LOG).when(GradeSupplier("S-1", Period(2024, 1, 12), "annual"))
    rows = replay(supplier_month.MODEL, graded.facts)
    year, quarter = rows[("S-1", "2024", "annual")], rows[("S-1", "2024-Q2", "operational")]
    for row in (year, quarter):
        assert (row.lots_received, row.lots_late, row.inspection_count, row.lots_rejected) == (10, 1, 2, 1)
        assert (row.nonconformance_count, row.points, row.line_stop_minutes) == (2, 8, 30)
    assert (year.grade is None, quarter.grade) == (False, None)


def test_a_nonconformance_shows_what_was_decided_of_it():
    rows = replay(nonconformance.MODEL, LOG)
    shown = {key[1]: (row.severity, row.responsibility, row.points, row.period) for key, row in rows.items()}
    assert shown == {
        "I-1:1": ("major", "supplier", 3, "2024-05"),
        "I-1:2": ("critical", "supplier", 5, "2024-05"),
    }


def test_a_graded_month_leaves_the_to_do_list_and_the_next_is_due_at_its_end():
    rows = replay(grading_due.TODO, LOG)
    due = {key[1:]: row.due_on for key, row in rows.items()}
    assert due == {("2024-06", "operational"): date(2024, 7, 1), ("2024", "annual"): date(2025, 1, 21)}
    assert grading_due.grade(rows[("S-1", "2024-06", "operational")]) == GradeSupplier("S-1", JUNE)


def test_a_due_grading_done_moves_the_to_do_list_on():
    todo = replay(grading_due.TODO, LOG)
    done = a_supplier(*LOG).when(*map(grading_due.grade, todo.values()))
    assert [key[1] for key in replay(grading_due.TODO, done.facts)] == ["2024-07"]


@pytest.mark.parametrize(
    "query",
    [
        supplier.suppliers(),
        supplier.suppliers("A"),
        supplier.supplier("S-1"),
        supplier_month.months("S-1"),
        supplier_month.month("S-1", MAY),
        supplier_month.latest_graded("S-1"),
        supplier_month.grades("S-1"),
        supplier_month.gradings(MAY),
        supplier_month.distribution(MAY),
        nonconformance.nonconformances("S-1", MAY),
        nonconformance.records("S-1", ("I-1:1",)),
    ],
)
def test_a_question_reads_one_table(query):
    assert len(query.get_final_froms()) == 1
    assert str(query.compile(dialect=postgresql.dialect()))
