"""What the service says of its own accord: read back out of its events and answers, sentence by sentence."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.domain import Refusal
from chassis.sentences import statements
from chassis.testing import given
from contracts import Event
from contracts.supplier import IncentiveEnded, OnboardingFile, OrderSharesChanged
from supplier_svc.items import DECIDER as ITEM
from supplier_svc.items.rules.divisions import ADVICE, Source, divide
from supplier_svc.items.sources import NoteSource
from supplier_svc.policies.corrective_actions import DISCIPLINES
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.policies.order_shares import DEFAULT_TABLE, OrderSharing
from supplier_svc.policies.relationship import SupplierRelationship
from supplier_svc.reports.relationship import relationship
from supplier_svc.service import SERVICE
from supplier_svc.supplier.corrective_actions import CompleteStep
from supplier_svc.supplier.facts import RecordComplaint, RecordSurvey
from supplier_svc.supplier.improvements import CallForImprovement, JudgeImprovement
from supplier_svc.supplier.objections import DecideObjection, RaiseObjection
from supplier_svc.supplier.onboarding import AdoptSupplier, RegisterSupplier, ReviewFile
from supplier_svc.supplier.partner_ratings import RatePartner
from supplier_svc.supplier.responsibility import DecideResponsibility
from supplier_svc.testing import book, case, deliveries, delivery, grade, inspection, supplier

DAY = date(2024, 6, 5)
TYPED = "请先付款"
FILE = OnboardingFile(name="Reddoit")
ADOPTED = AdoptSupplier("S-1", FILE, date(2023, 1, 1), "chen", TYPED)
GRADED = (inspection("I-1", "minor"), grade("2024-05"))
COMPLAINT = RecordComplaint("S-1", "CP-1", "C-1", "nut", "L-1", "major", Decimal(1), "crack", date(2024, 5, 20))
SURVEY = RecordSurvey("S-1", "SU-1", date(2024, 5, 20), "wu", {"after_sales": Decimal(40)})
OBJECTION = RaiseObjection("S-1", "OB-1", "nonconformance", "I-1:1", TYPED, (), DAY)
SURVEYED_TABLE = SupplierGrading.model_validate({
    "scheme": "own",
    "schemes": {"own": {
        "criteria": [{"name": "care", "max": 100, "unmeasured": 100, "terms": [{"measure": "surveyed_after_sales_ratio", "weight": 100}]}],
        "thresholds": {"a_at_least": 90, "b_at_least": 80, "c_at_least": 60},
    }},
    "min_lots": 1,
}, strict=False)  # fmt: skip
BY_TABLE = SupplierGrading(scheme="assessment_table")
CLAIMS = SupplierIncentives.model_validate(
    {"claim_minor": "10", "smallest_claim": "0", "currency": "CNY"}, strict=False
)


def months(*points: int) -> Iterator[Any]:
    """Each month with so many minor nonconformances, graded."""
    for month, number in enumerate(points, start=1):
        yield inspection(f"I-{month}", *["minor"] * number, on=f"2024-{month:02}-12")
        yield grade(f"2024-{month:02}")


def step(name: Any) -> CompleteStep:
    return CompleteStep("S-1", "CA-I-1:1", name, DAY, "wu", TYPED)


def composed(events: Iterable[Event] | Refusal) -> Iterator[str]:
    """The texts in events that the service composed."""
    assert not isinstance(events, Refusal), events
    for event in events:
        because = "reason" if isinstance(event, IncentiveEnded) else "because"
        found = [getattr(event, "summary", ""), getattr(event, because, ""), *getattr(event, "findings", ())]
        found.append(getattr(getattr(event, "movement", None), "summary", ""))
        yield from (text for text in found if text not in ("", TYPED))


@pytest.mark.parametrize(
    ("before", "commands", "under", "codes"),
    [
        ([*GRADED], [delivery(item_id="nut", on="2024-05-20")], (), {"delivery-known-late", "delivers-without-file"}),
        ([*GRADED], [inspection("I-2", "critical", on="2024-05-20")], (), {"inspection-known-late", "is-critical"}),
        ([*GRADED], [inspection("I-1", "minor", "major")], (), {"inspection-reported-again"}),
        ([inspection("I-1")], [inspection("I-1", line_stop_minutes=30)], (), {"inspection-corrected"}),
        ([*GRADED], [COMPLAINT], (), {"complaint-traced-late"}),
        ([inspection(), delivery(), grade("2024-05")], [SURVEY], (SURVEYED_TABLE,), {"survey-known-late"}),
        ([*deliveries(9), delivery(), grade("2024-05")], [case("K-1")], (BY_TABLE,), {"case-known-late"}),
        (
            [*deliveries(9), case("K-1"), grade("2024-05")],
            [case("K-1", "site_criticism")],
            (BY_TABLE,),
            {"case-corrected", "case-corrected-late"},
        ),
        (
            [*deliveries(9), delivery(), grade("2024-05")],
            [delivery(promised="2024-05-07")],
            (BY_TABLE,),
            {"delivery-corrected", "delivery-corrected-late"},
        ),
        ([], [ADOPTED, RatePartner("S-1", "E", TYPED, DAY), delivery()], (), {"delivers-prohibited"}),
        ([], [RegisterSupplier("S-1", FILE, DAY), delivery()], (), {"delivers-unapproved"}),
        ([delivery()], [RegisterSupplier("S-1", FILE, DAY)], (), {"being-qualified"}),
        ([delivery()], [ADOPTED, RatePartner("S-1", "E", TYPED, DAY)], (), {"rated"}),
        ([RegisterSupplier("S-1", FILE, DAY)], [ReviewFile("S-1", DAY, "li.na")], (), {"licence-missing"}),
        ([inspection("I-1", "major undetermined"), grade("2024-05")],
         [DecideResponsibility("S-1", "I-1:1", "supplier")], (), {"supplier-answers"}),
        ([inspection("I-1", *["critical"] * 7), grade("2024-05")],
         [DecideResponsibility("S-1", f"I-1:{n}", "own") for n in range(1, 5)], (),
         {"own-fault", "not-the-suppliers", "restated-from", "restated-to"}),
        ([*GRADED], [OBJECTION, DecideObjection("S-1", "OB-1", "upheld", TYPED, "li.na", DAY)], (), {"objection-upheld"}),
        ([*months(0, 1, 2, 3, 4, 5)], [inspection("I-7", *["minor"] * 9, on="2024-03-20")], (),
         {"earlier-period-changed"}),
        ([], [*months(0, 1, 2, 3, 4, 5)], (), {"graded", "grade-down", "report-after-falls"}),
        ([], [*months(1, 1, 1)], (), {"a-running"}),
        ([], [*months(20)], (), {"report-after-c", "graded-as"}),
        ([ADOPTED, *months(40)], [JudgeImprovement("S-1", "2024-01")], (), {"d-not-improved"}),
        ([], [*months(40)], (), {"improve-after-d", "graded-as"}),
        ([*GRADED, inspection("I-2", *["critical"] * 7, on="2024-05-20")],
         [CallForImprovement("S-1", "2024-05", DAY)], (), {"improve-after-restated-d"}),
        ([*GRADED, inspection("I-2", *["critical"] * 4, on="2024-05-20")],
         [CallForImprovement("S-1", "2024-05", DAY)], (), {"report-after-restated-c"}),
        ([inspection("I-1", "critical")], [*map(step, DISCIPLINES)], (), {"steps-done"}),
        ([], [inspection("I-1", "minor")], (CLAIMS,), {"is-minor"}),
    ],
)  # fmt: skip
def test_what_an_event_says_is_read_back_whole(before, commands, under, codes):
    known = supplier(under=under).when(*before)
    assert not isinstance(known.outcome, Refusal), known.outcome
    found = [
        each.code for text in composed(known.when(*commands).outcome) for each in statements(text, SERVICE.sentences)
    ]
    assert codes <= set(found)
    assert None not in found


@pytest.mark.parametrize(
    ("because", "codes"),
    [
        ("2024-05 was graded.", ["of-supplier-graded"]),
        ("2024-05 was graded D and no improvement was accepted by 2024-06-10.", ["of-supplier-d-not-improved"]),
        ("The partner was rated E.", ["of-supplier", "rated"]),
        ("Objection OB-1 was upheld: Look: the video. It shows all", ["of-supplier", "objection-upheld"]),
        (TYPED, ["of-supplier", None]),
    ],
)
def test_an_item_gives_the_reason_of_its_supplier_behind_its_id(because, codes):
    noted = NoteSource("bolt", "S-1", 1, "A", None, True, Decimal(100), DAY, because)
    changed = given(ITEM, book=book()).when(noted).one(OrderSharesChanged)
    found = statements(changed.because, SERVICE.sentences)
    assert ([each.code for each in found], found[0].parameters["supplier_id"]) == (codes, "S-1")


@pytest.mark.parametrize("action", ADVICE)
@pytest.mark.parametrize("urge", [(), ("B",)])
def test_what_to_do_about_sources_is_one_sentence_with_those_that_are_urged(action, urge):
    rule = DEFAULT_TABLE["AB"].model_copy(update={"action": action, "urge": urge})
    policy = OrderSharing(table={**DEFAULT_TABLE, "AB": rule})
    division = divide([Source("S-1", "A"), Source("S-2", "B")], policy)
    [found] = statements(division.summary, SERVICE.sentences)
    assert found.code is not None
    assert found.parameters == ({"supplier_ids": "S-2"} if urge else {})


def test_an_answer_has_code_and_parameters_beside_its_sentences():
    policy = book().at(SupplierRelationship, DAY)
    shares = [{"share_percent": Decimal(50), "sources_counted": 2}]
    answer = relationship("S-1", shares, [], DAY, policy).model_dump()
    assert answer["signs"] == ["few sources", "large shares"]
    assert {path: [each["code"] for each in found] for path, found in answer["sentences"].items()} == {
        "signs.1": ["few-sources"],
        "signs.2": ["large-shares"],
    }
