"""What a supplier is shown goes by the names of fields: each field of what it may read is listed, so that a new one is thought about."""

from contracts import supplier as published
from supplier_svc.policies.partner_access import DOES, LEFT_OUT, NEVER, READS, ROLES, SupplierPartnerAccess

from .partner_fields import CLASSIFIED, VISIBLE, fields_of_answers, opened_to_partners

NO_PERSONS = {"answer_by", "reversed_by", "settled_by"}
"""A day, a note, and whether a person, silence or the record settled it."""


def test_every_field_of_what_a_supplier_may_read_is_visible_a_role_or_never_shown() -> None:
    """Where one is not: list it in ``VISIBLE``, or in ``ROLES`` if it names a person of ours, or in ``NEVER``."""
    fields = fields_of_answers()
    assert {name: where for name, where in fields.items() if name not in CLASSIFIED} == {}
    assert fields.keys() >= VISIBLE, sorted(VISIBLE - fields.keys())
    assert not VISIBLE & (NEVER | ROLES.keys())
    assert not NEVER & ROLES.keys()


def test_who_signed_is_a_role() -> None:
    assert {name for name in VISIBLE if name.endswith(("_by", "owner_id")) or name == "by"} == NO_PERSONS


def test_of_the_survey_of_heads_a_supplier_sees_no_event() -> None:
    assert {each.TYPE for each in published.EVENTS if ".SupplierSurvey" in each.TYPE} == LEFT_OUT


def test_each_right_of_a_supplier_opens_a_route_that_is_about_one_supplier() -> None:
    assert {*READS, *DOES} == {right for right in opened_to_partners() if right in {*READS, *DOES}}


def test_prices_of_others_are_left_out_of_the_factors_of_a_grading_whatever_its_criterion_is_called() -> None:
    factors = [
        {"name": "price.base", "value": "25"}, {"name": "price.lowest_price_ratio", "value": "0.8"},
        {"name": "cost of it.price_above_standard_percent", "value": "11"}, {"name": "quality.accepted_lots_ratio", "value": "1"},
        {"name": "lots_received", "value": "5"},
    ]  # fmt: skip
    shown = SupplierPartnerAccess.shown(
        {"grading": {"factors": factors, "criteria": [{"name": "price", "score": "20"}]}}
    )
    assert [each["name"] for each in shown["grading"]["factors"]] == ["quality.accepted_lots_ratio", "lots_received"]
    assert shown["grading"]["criteria"] == [{"name": "price", "score": "20"}]


def test_a_finding_that_names_another_supplier_is_left_out_and_the_others_are_told() -> None:
    step = {"event": "FileReviewed", "reviewer": "gao", "findings": ["9131 is also on file of S-2.", "No licence."]}
    assert SupplierPartnerAccess.shown([step]) == [{**step, "reviewer": "quality", "findings": ["No licence."]}]


def test_what_a_supplier_signed_itself_stays_and_persons_and_customers_of_ours_do_not() -> None:
    answer = {
        "answered_by": "partner:supplier:S-1/ann",
        "accepted_by": "gao",
        "customer_id": "C-1",
        "statement": "Replaced.",
    }
    assert SupplierPartnerAccess.shown(answer) == {**answer, "accepted_by": "quality", "customer_id": None}
    called = {"recall_id": "R-1", "called_by": "gao", "declared_by": "li.na"}
    assert SupplierPartnerAccess.shown(called) == {"recall_id": "R-1", "called_by": "quality", "declared_by": "company"}
