"""Complaints and cases: facts beside deliveries and inspections."""

from datetime import date
from decimal import Decimal

from chassis.testing.replay import envelope
from contracts.customer import ComplaintTraced
from contracts.supplier import (
    CaseRecorded,
    NonconformanceRecorded,
    SupplierGradeRestated,
)
from supplier_svc.reactions import record_complaint
from supplier_svc.testing import book, case, deliveries, grade, supplier


def test_a_complaint_traced_to_a_lot_is_a_nonconformance_found_in_the_field():
    traced = ComplaintTraced(
        complaint_id="CP-7", customer_id="C-1", supplier_id="S-1", item_id="bolt", lot_id="L-1", severity="major",
        quantity=Decimal(3), code="rust", description="rusty after a week", traced_on=date(2024, 5, 30),
    )  # fmt: skip
    command = record_complaint(traced, envelope(), book())
    known = supplier().when(*deliveries(10), grade("2024-05"))
    recorded = known.when(command)
    found = recorded.one(NonconformanceRecorded)
    assert (found.nonconformance_id, found.inspection_id, found.stage, found.points) == ("CP-7", None, "field", 3)
    assert (
        recorded.one(SupplierGradeRestated).because
        == "Complaint CP-7 of 2024-05-30 was traced to the supplier after the grading."
    )
    recorded.when(command).then()


def test_a_case_reported_twice_is_one_case():
    supplier().when(case("CASE-1")).when(case("CASE-1")).then()
    assert supplier().when(case("CASE-1")).one(CaseRecorded).kind == "uncooperative"
