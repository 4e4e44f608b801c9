"""Who hears of the steps of a supplier's qualification and of its rating: the applicant of decisions, the role of what waits."""

from dataclasses import replace
from typing import Any

import pytest

from chassis.policies import PolicyBook
from contracts import Event
from notify_svc.notices.rule_requests import RequestNotice
from notify_svc.reactions import request_notices
from notify_svc.rules.samples import SAMPLES, envelope_of
from notify_svc.service import SERVICE

BOOK = PolicyBook.of(SERVICE.policies)


def sample(name: str, **changes: Any) -> Any:
    return SAMPLES[f"supplier.{name}"].model_copy(update=changes)


def requests(event: Event) -> list[RequestNotice]:
    return list(request_notices(event, replace(envelope_of(event)), BOOK))


def recipients(event: Event) -> set[str]:
    return {request.recipient for request in requests(event)}


def test_refused_review_told_to_the_applicant_with_the_findings() -> None:
    refused = sample("FileReviewed")
    assert recipients(refused) == {"person:wu"}
    [request] = requests(refused)
    assert request.rule.template == "supplier-file-refused"
    assert request.facts["findings"] == list(refused.findings)
    assert recipients(sample("FileReviewed", acceptable=True, findings=())) == set()


def test_a_failed_gate_and_wanted_supplements_are_told_to_the_applicant() -> None:
    assert recipients(sample("SupplierGateFailed")) == {"person:wu"}
    assert recipients(sample("SupplementsRequested", applicant="wu")) == {"supplier:S-1", "person:wu"}


def test_an_approval_is_told_to_the_applicant_the_supplier_and_the_buyers() -> None:
    assert recipients(sample("SupplierApproved", applicant="wu")) == {"supplier:S-1", "person:wu", "role:buyer"}


def test_where_no_applicant_is_on_record_the_buyers_hear_of_a_refusal() -> None:
    assert recipients(sample("FileReviewed", applicant=None)) == {"role:buyer"}
    assert recipients(sample("SupplierGateFailed", applicant=None)) == {"role:buyer"}
    assert recipients(sample("SupplierApproved")) == {"supplier:S-1", "role:buyer"}


@pytest.mark.parametrize("role", ["buyer", "quality-head"])
def test_a_step_that_waits_is_told_to_its_role(role: str) -> None:
    assert recipients(sample("SupplierStepPending", for_role=role)) == {f"role:{role}"}


def test_a_restriction_is_told_to_the_buyers_and_an_overdue_rating_to_the_head() -> None:
    assert recipients(sample("PartnerRated")) == {"role:buyer"}
    assert recipients(sample("PartnerRated", rating="C", restrictions=())) == set()
    assert recipients(sample("PartnerRatingOverdue")) == {"role:quality-head"}
