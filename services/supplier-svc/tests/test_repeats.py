"""What comes again under a known id with other contents: it corrects where a rule says so, else it is refused with the difference in
words; it is never dropped. And what is no lot."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import replay
from contracts.supplier import (
    CaseCorrected,
    CaseWithdrawn,
    DeliveryCorrected,
    DeliveryRecorded,
    InspectionCorrected,
    LatenessExcused,
    ResponsibilityDecided,
    SupplierGradeRestated,
    UnapprovedDeliveryFlagged,
)
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.read_models import lot_month, supplier_month
from supplier_svc.read_models import supplier as supplier_rows
from supplier_svc.scoring.evidence import evidence_of
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.claims import RaiseClaim
from supplier_svc.supplier.contracts import SignContract
from supplier_svc.supplier.facts import DateImplausible, RecordComplaint, RecordSurvey
from supplier_svc.supplier.incentives import ChargePenalty, GrantReward
from supplier_svc.supplier.objections import DecideObjection, RaiseObjection
from supplier_svc.supplier.repeats import ReportedOtherwise
from supplier_svc.supplier.responsibility import DecideResponsibility
from supplier_svc.testing import GivenSupplier, case, deliveries, delivery, grade, inspection, supplier

D, DAY, MAY = Decimal, date(2024, 6, 5), Period(2024, 5)
BY_TABLE = SupplierGrading(scheme="assessment_table")


def month_of(known: Any) -> Any:
    return replay(lot_month.MODEL, known.facts)[("S-1", "2024-05", "bolt", "")]


# --- deliveries


def test_a_delivery_reported_again_with_another_promise_is_corrected_and_its_period_restated():
    known = supplier(under=(BY_TABLE,)).when(*deliveries(9), delivery("D-1", promised="2024-05-10"), grade("2024-05"))
    again = known.when(delivery("D-1", promised="2024-05-07"))
    corrected, restated = again.one(DeliveryCorrected), again.one(SupplierGradeRestated)
    assert (corrected.before.days_late, corrected.after.days_late) == (0, 3)
    assert corrected.summary == "Delivery D-1 was corrected: promised_on 2024-05-07 instead of 2024-05-10."
    assert restated.after.score < restated.before.score
    assert restated.because.endswith("was corrected after the grading: promised_on 2024-05-07 instead of 2024-05-10.")
    assert (month_of(again).lots_late, month_of(again).days_late, month_of(again).lots_received) == (1, 3, 10)
    again.when(delivery("D-1", promised="2024-05-07")).then()


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "promised_on": st.dates(date(2024, 4, 20), date(2024, 5, 20)),
        "quantity": st.sampled_from([D(0), D(1), D("1000"), D("2000.5")]),
        "unit_price": st.sampled_from([D(0), D("0.10"), D("0.12"), D("99999999999999")]),
        "standard_price": st.sampled_from([None, D(0), D("0.10"), D("0.000001")]),
        "lowest_price": st.sampled_from([None, D("0.09"), D("99999999999999")]),
        "ordered_quantity": st.sampled_from([None, D(1), D(5000)]),
    },
)


@settings(max_examples=80, deadline=None)
@for_all(st.lists(CHANGES, min_size=1, max_size=4), st.integers(0, 3))
def test_a_delivery_that_was_corrected_counts_everywhere_as_if_it_had_come_so_at_once(versions, graded_after):
    others = deliveries(6)
    known = supplier(under=(BY_TABLE,)).when(*others)
    for number, fields in enumerate(versions):
        known = known.when(delivery("D-1", **fields))
        known = known.when(grade("2024-05")) if number == graded_after else known
    at_once = supplier(under=(BY_TABLE,)).when(*others, delivery("D-1", **versions[-1])).when(grade("2024-05"))
    known = known.when(grade("2024-05"))
    was, would = known.state.gradings.by_period[MAY], at_once.state.gradings.by_period[MAY]
    assert (was.grade, was.score) == (would.grade, would.score)
    assert evidence_of(known.state.facts.of(MAY)) == evidence_of(at_once.state.facts.of(MAY))
    assert month_of(known) == month_of(at_once)
    for model in (supplier_month.MODEL, supplier_rows.MODEL):
        was, would = replay(model, known.facts), replay(model, at_once.facts)
        counted = ("lots_received", "lots_late")
        for key in would:
            names = [name for name in counted if hasattr(would[key], name)]
            assert [getattr(was[key], name) for name in names] == [getattr(would[key], name) for name in names]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"item_id": "nut"}, "item_id nut instead of bolt"),
        ({"lot_id": "L-2"}, "lot_id L-2 instead of L-D-1"),
        ({"plant_id": "north"}, "plant_id north instead of none"),
        ({"currency": "USD"}, "currency USD instead of EUR"),
        ({"on": "2024-05-11", "promised": "2024-05-10"}, "received_on 2024-05-11 instead of 2024-05-10"),
    ],
)
def test_a_known_delivery_id_with_another_lot_is_refused_with_the_difference_in_words(fields, words):
    supplier().when(delivery("D-1")).when(delivery("D-1", **fields)).then_refused(ReportedOtherwise, words)


def test_lateness_that_was_excused_stays_excused_when_the_price_is_corrected():
    known = supplier().when(
        delivery("D-1", promised="2024-05-01"),
        RaiseObjection("S-1", "OB-1", "delivery", "D-1", "your gate was shut", (), DAY),
        DecideObjection("S-1", "OB-1", "upheld", "it was", "chen", DAY),
    )
    assert LatenessExcused in {type(event) for event in known.facts}
    again = known.when(delivery("D-1", promised="2024-05-01", unit_price=D("0.2")))
    assert again.one(DeliveryCorrected).after.days_late == 0
    assert month_of(again).lots_late == 0


def test_a_corrected_promise_is_held_to_the_plausible_range_too():
    known = supplier().when(delivery("D-1"))
    known.when(delivery("D-1", promised="1900-01-01")).then_refused(DateImplausible, "The promise of delivery D-1")


# --- what is no lot, and what is part of one


def test_a_quantity_of_0_is_on_record_and_is_no_lot():
    reversal = supplier().when(delivery("D-1", promised="2024-05-01", quantity=D(0)))
    assert [type(event) for event in reversal.facts] == [DeliveryRecorded]
    row = month_of(reversal)
    assert (row.lots_received, row.lots_late, row.days_late, reversal.state.facts.is_empty) == (0, 0, 0, True)
    real = reversal.when(*deliveries(5), delivery("D-0", quantity=D(0)))
    assert evidence_of(real.state.facts.of(MAY)).lots == 5


def test_a_lot_that_is_reported_again_with_a_quantity_of_0_counts_no_more_and_comes_back_when_it_is_corrected():
    known = supplier().when(*deliveries(4), delivery("D-1"), grade("2024-05"))
    reversed_ = known.when(delivery("D-1", quantity=D(0)))
    assert reversed_.one(SupplierGradeRestated).after.grade == "insufficient"
    assert month_of(reversed_).lots_received == 4
    assert reversed_.when(delivery("D-1")).one(SupplierGradeRestated).after.grade == "A"


def test_a_lot_that_only_becomes_one_by_a_correction_is_flagged_as_any_other():
    known = supplier().when(delivery("D-1", quantity=D(0)))
    assert known.when(delivery("D-1")).one(UnapprovedDeliveryFlagged).delivery_id == "D-1"


@pytest.mark.parametrize(("ordered", "partial", "missing"), [("1500", 1, "500"), ("1000", 0, "0"), ("900", 0, "0")])
def test_a_receipt_of_less_than_was_ordered_is_counted_as_partial(ordered, partial, missing):
    known = supplier().when(delivery("D-1", ordered_quantity=D(ordered)))
    assert known.one(DeliveryRecorded).ordered_quantity == D(ordered)
    row = month_of(known)
    assert (row.lots_partial, row.quantity_missing, row.lots_received) == (partial, D(missing), 1)


# --- inspections


def test_another_result_of_a_known_inspection_counts_in_place_of_the_first_and_restates():
    known = supplier(under=(BY_TABLE,)).when(*deliveries(10), inspection("I-1", lot_id="L-1"), grade("2024-05"))
    again = known.when(inspection("I-1", lot_id="L-1", result="rejected", line_stop_minutes=30))
    corrected = again.one(InspectionCorrected)
    assert corrected.summary == (
        "Inspection I-1 was corrected: result rejected instead of accepted, line_stop_minutes 30 instead of 0."
    )
    assert again.one(SupplierGradeRestated).after.score < again.one(SupplierGradeRestated).before.score
    assert (month_of(again).lots_rejected, month_of(again).line_stops) == (1, 1)
    back = again.when(inspection("I-1", lot_id="L-1"))
    assert evidence_of(back.state.facts.of(MAY)) == evidence_of(known.state.facts.of(MAY))
    assert month_of(back) == month_of(known)


@pytest.mark.parametrize(
    ("again", "words"),
    [
        (inspection("I-1", "minor", "minor"), "severity minor instead of major"),
        (inspection("I-1", "major"), "1 defects, and I-1:2 is on record beyond them"),
        (inspection("I-1", "major", "minor", on="2024-05-13"), "inspected_on 2024-05-13 instead of 2024-05-12"),
        (inspection("I-1", "major", "minor", lot_id="L-9"), "lot_id L-9 instead of L-1"),
        (inspection("I-1", "major", "minor", stage="final"), "stage final instead of incoming"),
    ],
)
def test_a_known_inspection_with_other_defects_is_refused_with_the_difference_in_words(again, words):
    supplier().when(inspection("I-1", "major", "minor")).when(again).then_refused(ReportedOtherwise, words)


def test_who_answers_is_corrected_by_a_report_until_somebody_has_decided():
    reported = supplier().when(inspection("I-1", "major"))
    assert reported.when(inspection("I-1", "major own")).one(ResponsibilityDecided).responsibility == "own"
    undetermined = supplier().when(inspection("I-1", "major undetermined"), DecideResponsibility("S-1", "I-1:1", "own"))
    undetermined.when(inspection("I-1", "major undetermined")).then()
    undetermined.when(inspection("I-1", "major")).then_refused(
        ReportedOtherwise, "responsibility supplier instead of own"
    )


# --- cases, surveys, complaints, and what people record


def test_a_case_reported_again_as_another_kind_counts_as_that_kind_and_restates():
    known = supplier(under=(BY_TABLE,)).when(*deliveries(5), case("CASE-1"), grade("2024-05"))
    again = known.when(case("CASE-1", "site_criticism"))
    assert again.one(CaseCorrected).summary == (
        "Case CASE-1 was corrected: kind site_criticism instead of uncooperative."
    )
    assert again.one(SupplierGradeRestated).after.score == again.one(SupplierGradeRestated).before.score - 2
    known.when(case("CASE-1", on="2024-05-16")).then_refused(ReportedOtherwise, "happened_on 2024-05-16 instead of")


def test_a_case_that_was_withdrawn_stays_withdrawn_when_it_is_corrected():
    known = supplier().when(
        case("CASE-1"),
        RaiseObjection("S-1", "OB-1", "case", "CASE-1", "we answered", (), DAY),
        DecideObjection("S-1", "OB-1", "upheld", "they did", "chen", DAY),
    )
    assert CaseWithdrawn in {type(event) for event in known.facts}
    again = known.when(case("CASE-1", "criticism"))
    assert again.one(CaseCorrected).kind == "criticism"
    assert evidence_of(again.state.facts.of(MAY)).cases == {}


KNOWN = supplier().when(inspection("I-1", "major", "major"), case("CASE-1"))
RECORDED: list[tuple[Any, dict[str, Any], str]] = [
    (RecordSurvey("S-1", "SV-1", DAY, "li", {"quality_stability": D(80)}), {"scores": {"quality_stability": D(8)}},
     "scores quality_stability 8 instead of quality_stability 80"),
    (RecordSurvey("S-1", "SV-1", DAY, "li", {"quality_stability": D(80)}), {"respondent": "wu"}, "respondent wu"),
    (RecordComplaint("S-1", "CP-1", "C-1", "bolt", "L-1", "major", D(3), "rust", DAY), {"lot_id": "L-2"}, "lot_id L-2"),
    (RecordComplaint("S-1", "CP-1", "C-1", "bolt", "L-1", "major", D(3), "rust", DAY), {"customer_id": "C-2"},
     "customer_id C-2 instead of C-1"),
    (RaiseClaim("S-1", "CL-1", "I-1:1", D(10), "CNY", "sorting", DAY), {"amount": D("11.50")}, "amount 11.50 instead of 10"),
    (RaiseClaim("S-1", "CL-1", "I-1:1", D(10), "CNY", "sorting", DAY), {"nonconformance_id": "I-1:2"}, "I-1:2 instead of"),
    (RaiseObjection("S-1", "OB-1", "case", "CASE-1", "no", ("a",), DAY), {"evidence": ("a", "b")}, "evidence a, b instead of a"),
    (GrantReward("S-1", "RW-1", "money", "well done", DAY, D(100), "CNY"), {"currency": "EUR"}, "currency EUR instead of CNY"),
    (ChargePenalty("S-1", "PN-1", "money", "late", DAY, D(100), "CNY"), {"charged_on": date(2024, 6, 6)}, "charged_on"),
    (SignContract("S-1", "K-1", "supply", ("trial",), DAY, DAY), {"ends_on": date(2025, 6, 5)}, "ends_on 2025-06-05"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "changed", "words"), RECORDED)
def test_a_known_id_with_the_same_contents_changes_nothing_and_with_others_is_refused_in_words(command, changed, words):
    known = KNOWN.when(command)
    assert isinstance(known, GivenSupplier)
    known.when(command).then()
    known.when(replace(command, **changed)).then_refused(ReportedOtherwise, words)


def test_a_penalty_and_a_reward_may_have_the_same_id():
    reward = GrantReward("S-1", "X-1", "money", "well done", DAY, D(100), "CNY")
    rewarded = KNOWN.when(reward)
    penalty = ChargePenalty("S-1", "X-1", "money", "late", DAY, D(100), "CNY")
    assert [type(event).__name__ for event in rewarded.when(penalty).outcome] == ["PenaltyCharged"]


def rates(known: Any) -> tuple[Any, ...]:
    """What is shown and decided of the inspected lots of May."""
    row, month = month_of(known), replay(supplier_month.MODEL, known.facts)[("S-1", "2024-05", "operational")]
    evidence = evidence_of(known.state.facts.of(MAY))
    return (
        row.lots_inspected, row.lots_rejected, row.quantity_inspected, month.inspection_count, month.lots_rejected,
        evidence.inspections, evidence.rejected_lots,
    )  # fmt: skip


@pytest.mark.parametrize("result", ["accepted", "rejected", "concession"])
def test_an_inspection_of_nothing_is_no_lot_in_any_rate_and_its_defects_count(result):
    known = supplier().when(*deliveries(9), inspection("I-1", "major", lot_id="L-7"))
    nothing = inspection("I-2", "minor", lot_id="L-8", lot_quantity=D(0), result=result, line_stop_minutes=5)
    again = known.when(nothing)
    assert rates(again) == rates(known) == (1, 1, 1000, 1, 1, 1, 1)
    evidence = evidence_of(again.state.facts.of(MAY))
    assert (evidence.points, evidence.line_stops) == (4, 1)


@settings(max_examples=60, deadline=None)
@for_all(
    st.lists(
        st.tuples(st.sampled_from([D(0), D(5)]), st.sampled_from(["accepted", "rejected"])), min_size=1, max_size=5
    )
)
def test_an_inspection_whose_quantity_was_corrected_counts_as_if_it_had_come_so_at_once(versions):
    known = supplier().when(*deliveries(9))
    corrected = known
    for quantity, result in versions:
        corrected = corrected.when(inspection("I-1", lot_quantity=quantity, result=result))
    quantity, result = versions[-1]
    assert rates(corrected) == rates(known.when(inspection("I-1", lot_quantity=quantity, result=result)))
