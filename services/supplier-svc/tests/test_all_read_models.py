"""Every read model over one long story: it replays twice to the same rows, and none stays empty."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.dialects import postgresql

from chassis.policies import PolicyVersion
from chassis.testing import replay
from chassis.testing.replay import envelope
from contracts.customer import ComplaintHandedToSupplier
from contracts.erp import LotRef
from contracts.supplier import (
    ErasureProposed,
    LotUse,
    LotUsed,
    OnboardingFile,
    RecallReach,
    SubmissionContent,
    SubmittedCertificate,
)
from supplier_svc.items import DECIDER as ITEM
from supplier_svc.items.sources import NoteSource
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.read_models import (
    certificate,
    contract,
    defect_month,
    item_profile,
    item_share,
    lot_month,
    sub_supplier,
    supplier_month,
    supplier_note,
    survey_answer,
    unpriced_claim,
)
from supplier_svc.read_models import supplier as supplier_rows
from supplier_svc.reports.quality import pareto_rows, quality_rows
from supplier_svc.scoring.period import Period
from supplier_svc.service import SERVICE
from supplier_svc.supplier.certificates import RecordCertificate
from supplier_svc.supplier.claims import RaiseClaim, SettleClaim
from supplier_svc.supplier.complaint_answers import TakeComplaint
from supplier_svc.supplier.contracts import SignContract
from supplier_svc.supplier.facts import RecordSurvey
from supplier_svc.supplier.incentives import ChargePenalty
from supplier_svc.supplier.objections import RaiseObjection
from supplier_svc.supplier.onboarding import RegisterSupplier
from supplier_svc.supplier.partner_ratings import RatePartner
from supplier_svc.supplier.recalls import CallRecall
from supplier_svc.supplier.sub_suppliers import DeclareSubSupplier
from supplier_svc.supplier.submissions import MakeSubmission
from supplier_svc.survey import DECIDER as SURVEY
from supplier_svc.survey.rounds import ScheduleRound
from supplier_svc.testing import GivenSupplier, book, case, deliveries, delivery, grade, inspection, supplier
from supplier_svc.timers import recall_mark_due, recall_use_due, sources_due

DAY = date(2024, 6, 5)
HANDED = ComplaintHandedToSupplier(
    complaint_id="X-1", customer_id="C-1", owner_id="li", supplier_id="S-1", item_id="bolt", lot_id="L-1",
    handed_on=DAY, due_on=DAY, by="li",
)  # fmt: skip
HELD = SubmittedCertificate(kind="quality_system", number="9001", valid_to=date(2026, 1, 1))


def build_log():
    policies = book()
    shadowed = type(policies)(
        policies.kinds, policies.versions, {"supplier-grading": PolicyVersion(1, date.min, SupplierGrading())}
    )
    known = GivenSupplier(supplier().decider, shadowed).when(
        delivery("D-0"),
        RegisterSupplier("S-1", OnboardingFile(name="Reddoit"), DAY),
        *deliveries(9),
        inspection("I-1", "critical", "major own", line_stop_minutes=5),
        case("CASE-1"),
        RecordSurvey("S-1", "SU-1", date(2024, 5, 20), "wu", {"after_sales": Decimal(80)}),
        grade("2024-05"),
        RecordCertificate("S-1", "iso", "quality_system", "9001", "", None, date(2025, 1, 1)),
        SignContract(
            "S-1", "K-1", "supply", (), DAY, date(2025, 6, 4), amount=Decimal(100), currency="CNY", signed_on=DAY
        ),
        RaiseClaim("S-1", "CL-1", "I-1:1", Decimal(10), "CNY", "sorting", DAY),
        inspection("I-2", "critical", on="2024-06-02"),
        RaiseClaim("S-1", "CL-2", "I-1:1", Decimal(20), "CNY", "sorting", DAY),
        SettleClaim("S-1", "CL-2", Decimal(20), "agreed", DAY),
        ChargePenalty("S-1", "PN-1", "money", "late again", DAY, Decimal(100), "CNY"),
        TakeComplaint(HANDED),
        DeclareSubSupplier("S-1", "SUB-1", "Foundry", ("bolt",), "casting", DAY, "li.na"),
        CallRecall("S-1", "R-1", "bolt", ("L-D-0",), None, None, "it breaks", "critical", "replace", DAY, "li.na"),
        RaiseObjection("S-1", "OB-1", "nonconformance", "I-1:1", "not ours", (), DAY),
        RatePartner("S-1", "C", "the year's review", DAY),
        MakeSubmission("S-1", "SUB-1", "certificate", "iso", SubmissionContent(certificate=HELD), DAY, "ann"),
    )
    item = ITEM.decide(
        NoteSource("bolt", "S-1", 1, "D", Decimal(-50), True, Decimal(100), DAY, "graded"), ITEM.initial, policies
    )
    reach = RecallReach(supplier_id="S-1", recall_id="R-1", level=0)
    use = LotUse(product=LotRef(item_id="P-9", lot_id="F-3"), quantity=Decimal(5), built_on=DAY)
    used = LotUsed(item_id="bolt", lot_id="L-D-0", use=use, recalls=(reach,))
    at = datetime(2024, 6, 5, tzinfo=UTC)
    rounds = GivenSupplier(SURVEY, policies).when(ScheduleRound(DAY))
    erasure = ErasureProposed(subject="contact:S-1/K-1", number=1, reason="The person left.", proposed_by="ann")
    events = [*known.facts, *item, *rounds.facts, used, erasure]
    return [(event, envelope(n, at=at)) for n, event in enumerate(events, start=1)]


LOG = build_log()


@pytest.mark.parametrize("model", SERVICE.read_models, ids=lambda model: model.name)
def test_it_replays_to_the_same_rows_and_has_some(model):
    assert replay(model, LOG)
    assert model.table.c.partition is not None


def test_every_due_row_becomes_commands():
    for model in SERVICE.read_models:
        if getattr(model, "command", None) is not None:
            assert all(model.command(row) for row in replay(model, LOG).values())
    made = [*sources_due.commands(replay(sources_due.TODO, LOG)[("S-1",)])]
    assert [type(each).__name__ for each in made] == ["NoteSource", "ConfirmPassedOn"]
    marked = [*recall_mark_due.commands(replay(recall_mark_due.TODO, LOG)[("S-1", "R-1")])]
    assert [type(each).__name__ for each in marked] == ["MarkRecalled", "ConfirmMarked"]
    [row] = replay(recall_use_due.TODO, LOG).values()
    assert [type(each).__name__ for each in recall_use_due.commands(row)] == ["FollowUse", "ConfirmFollowed"]


def test_rates_of_quality_are_worked_out_from_the_sums():
    row = replay(lot_month.MODEL, LOG)[("S-1", "2024-05", "bolt", "")]
    [rates] = quality_rows([{"of": "S-1", **vars(row)}])
    assert (rates.on_time_percent, rates.lot_acceptance_percent, rates.ppm, rates.line_stops) == (100, 0, 2000, 1)


def test_a_pareto_without_points_goes_by_records():
    sums = [
        {"of": "a", "record_count": 3, "quantity": Decimal(3), "points": 0},
        {"of": "b", "record_count": 1, "quantity": Decimal(1), "points": 0},
    ]
    assert [row.cumulative_percent for row in pareto_rows(sums)] == [75, 100]


@pytest.mark.parametrize(
    "query",
    [
        lot_month.quality(lot_month.BY["plant"], "2024-01", "2024-12", "S-1", "bolt", "P-1"),
        lot_month.received("bolt", "2023-07", "2024-06"),
        lot_month.delivering("2023-12", "2024-06", 1),
        survey_answer.counts(["2024-06-01"]),
        defect_month.pareto(defect_month.BY["code"], "2024-01", "2024-12", None, None, None),
        supplier_month.migration(Period(2024, 4), Period(2024, 5), "operational"),
        item_share.at_risk(),
        item_profile.profile("bolt", DAY),
        item_profile.with_sources(item_share.at_risk(), "too_few", DAY),
        certificate.numbers_elsewhere("S-1", DAY),
        supplier_note.totals(supplier_note.notes("S-1", "open")),
        unpriced_claim.to_price("S-1"),
        contract.not_renewed(contract.contracts("S-1", DAY, "supply"), DAY),
        contract.with_missing(supplier_rows.suppliers(), ("supply", "after_sales"), DAY, is_missing=True),
        contract.with_missing(supplier_rows.suppliers(), (), DAY, is_missing=False),
        sub_supplier.shared_for("bolt"),
        sub_supplier.shares("SUB-1"),
        sub_supplier.nonconformances("SUB-1"),
    ],
)
def test_a_question_is_sql(query):
    assert "SELECT" in str(query.compile(dialect=postgresql.dialect()))
