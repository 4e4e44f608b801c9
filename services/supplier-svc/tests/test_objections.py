"""Objections of a supplier to records about it."""

from datetime import date

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from contracts.supplier import (
    CaseWithdrawn,
    CorrectiveActionClosed,
    LatenessExcused,
    ObjectionDecided,
    ObjectionRaised,
    ResponsibilityDecided,
    SupplierGradeRestated,
)
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.supplier.objections import (
    DecideObjection,
    ObjectionUnknown,
    ObjectionWasDecided,
    RaiseObjection,
    RecordUnknown,
)
from supplier_svc.testing import case, deliveries, delivery, grade, inspection, supplier

DAY = date(2024, 6, 5)

CRITICAL = inspection("I-1", "critical")


def objection(kind="nonconformance", record="I-1:1") -> RaiseObjection:
    return RaiseObjection("S-1", "OB-1", kind, record, "cracked in your store", ("video",), DAY)


def decision(outcome="upheld") -> DecideObjection:
    return DecideObjection("S-1", "OB-1", outcome, "the video shows it", "li.na", DAY)


def test_an_upheld_objection_restates_the_period_and_twice_is_once():
    known = (
        supplier().when(CRITICAL, inspection("I-2", "minor"), grade("2024-05")).when(objection()).then(ObjectionRaised)
    )
    upheld = known.when(decision())
    upheld.then(ObjectionDecided, ResponsibilityDecided, CorrectiveActionClosed, SupplierGradeRestated)
    restated = upheld.one(SupplierGradeRestated)
    assert (restated.before.score, restated.after.score) == (6, 1)
    assert restated.because == "Objection OB-1 was upheld: the video shows it"
    upheld.when(decision()).then()
    upheld.when(decision("dismissed")).then_refused(ObjectionWasDecided, "was upheld already")


def test_a_dismissed_objection_changes_nothing_but_stays_on_record():
    known = supplier().when(CRITICAL, grade("2024-05"), objection())
    known.when(decision("dismissed")).then(ObjectionDecided)


def test_an_objection_to_the_lateness_of_a_delivery_excuses_it():
    scheme = SupplierGrading(scheme="assessment_table")
    known = supplier(under=(scheme,)).when(*deliveries(19), delivery("D-late", promised="2024-05-07"), grade("2024-05"))
    upheld = known.when(objection("delivery", "D-late"), decision())
    assert upheld.one(LatenessExcused).days_late_before == 3
    assert (upheld.one(SupplierGradeRestated).before.score, upheld.one(SupplierGradeRestated).after.score) == (76, 80)


def test_an_objection_to_a_case_withdraws_it():
    scheme = SupplierGrading(scheme="assessment_table")
    known = supplier(under=(scheme,)).when(*deliveries(20), case("CASE-1", "site_criticism")).when(grade("2024-05"))
    upheld = known.when(objection("case", "CASE-1"), decision())
    assert upheld.one(CaseWithdrawn).case_id == "CASE-1"
    assert (upheld.one(SupplierGradeRestated).before.score, upheld.one(SupplierGradeRestated).after.score) == (77, 80)


def test_an_objection_to_nothing_is_refused():
    known = supplier().when(CRITICAL)
    known.when(objection(record="I-9:9")).then_refused(RecordUnknown, "no nonconformance I-9:9 to object to")
    known.when(decision()).then_refused(ObjectionUnknown, "never raised objection OB-1")


@settings(max_examples=40, deadline=None)
@for_all(st.permutations(range(5)))
def test_disputes_and_facts_in_any_order_end_in_the_same_grade(order):
    facts = [
        inspection("I-2", "major", on="2024-05-13"),
        inspection("I-3", "minor undetermined", on="2024-05-14"),
        case("CASE-1"),
        delivery("D-9", promised="2024-05-01"),
        objection(),
    ]
    known = supplier().when(CRITICAL, *(facts[n] for n in order), decision()).when(grade("2024-05"))
    late = supplier().when(CRITICAL, grade("2024-05"), *facts, decision())
    period = next(iter(known.state.gradings.by_period))
    assert known.state.gradings.by_period[period].score == late.state.gradings.by_period[period].score
