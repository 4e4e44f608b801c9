"""The HTTP edge as far as it goes without a running service: what may come in, and what is documented."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.testing.client import client_of, routes_of
from credit_svc.account.invoices import MarkOverdue
from credit_svc.service import SERVICE

INVOICE = {
    "invoice_id": "I-1",
    "customer_id": "C-1",
    "issued_on": "2024-05-01",
    "due_on": "2024-05-31",
    "amount": "100.50",
    "currency": "EUR",
}
PAYMENT = {
    "payment_id": "P-1",
    "customer_id": "C-1",
    "amount": "100.50",
    "currency": "EUR",
    "paid_on": "2024-05-31",
    "method": "transfer",
}
LIMIT = {"limit": "1000", "currency": "EUR", "reason": "reviewed", "approved_by": "head of credit"}
NOTE = {"credit_note_id": "N-1", "customer_id": "C-1", "issued_on": "2024-05-01", "amount": "5", "currency": "EUR"}
RAISE = {
    "limit": "9", "currency": "EUR", "ends_on": "2024-06-30", "reason": "season", "proposed_by": "a", "approved_by": "b",
}  # fmt: skip
PROMISE = {"amount": "100", "promised_on": "2024-06-30", "recorded_by": "collector"}
STAGE = {"way": "litigation", "stage": "filing", "recorded_by": "lawyer"}
AWARD = {
    "award_id": "AW-1", "outcome": "granted", "awarded": "100", "currency": "EUR", "made_on": "2024-05-01",
    "received_on": "2024-05-02", "recorded_by": "lawyer",
}  # fmt: skip
JUDGMENT = {
    "judgment_id": "J-1", "outcome": "granted", "adjudged": "100", "currency": "EUR", "made_on": "2024-05-01",
    "served_on": "2024-05-02", "recorded_by": "lawyer",
}  # fmt: skip
CONTACT = {
    "way": "phone", "contacted_on": "2024-06-01", "with_whom": "accounts", "statement": "will pay", "result": "reached",
}  # fmt: skip
DISPUTE = {"reason": "goods damaged", "recorded_by": "collector"}
COSTS = {
    "sales": "5400", "currency": "CNY", "portions": [{"share_percent": "100", "paid_on_day": "30"}],
    "variable_cost_percent": "60", "capital_cost_percent": "8",
}  # fmt: skip
CHECK = {"customer_id": "C-1", "amount": "10", "currency": "EUR"}


class Empty:
    """Stands in for a runtime of which nothing has been recorded: no customer is part of another one."""

    async def read(self, query: Any) -> list[dict[str, Any]]:
        return []


@pytest.fixture
def app() -> FastAPI:
    return routes_of(SERVICE, Empty())


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "body", "change", "rule"),
    [
        ("/v1/invoices", INVOICE, {"due_on": "2024-02-30"}, "date_from_datetime_parsing"),
        ("/v1/invoices", INVOICE, {"due_on": 1714521600}, "date_type"),
        ("/v1/invoices", INVOICE, {"amount": "-1"}, "greater_than_equal"),
        ("/v1/invoices", INVOICE, {"amount": "NaN"}, "not_plain"),
        ("/v1/invoices", INVOICE, {"currency": "EURO"}, "value_error"),
        ("/v1/payments", PAYMENT, {"payment_id": ""}, "string_too_short"),
        ("/v1/payments", PAYMENT, {"customer_id": 7}, "string_type"),
        ("/v1/accounts/C-1/limit", LIMIT, {"limit": "-1"}, "greater_than_equal"),
        ("/v1/accounts/C-1/limit", LIMIT, {"reason": ""}, "string_too_short"),
        ("/v1/accounts/C-1/limit", LIMIT, {"reason": "reviewed\x00"}, "no_nul"),
        ("/v1/accounts/C-1/limit", LIMIT, {"limits": "1"}, "extra_forbidden"),
        ("/v1/credit-checks", CHECK, {"amount": "-1"}, "greater_than_equal"),
        ("/v1/credit-notes", NOTE, {"amount": "-5"}, "greater_than"),
        ("/v1/accounts/C-1/limit-raises", RAISE, {"ends_on": "soon"}, "date_type"),
        ("/v1/collections/C-1-1/promises", PROMISE, {"amount": "0"}, "greater_than"),
        ("/v1/collections/C-1-1/stages", STAGE, {"way": "threats"}, "literal_error"),
        ("/v1/collections/C-1-1/awards", AWARD, {"outcome": "lost"}, "literal_error"),
        ("/v1/collections/C-1-1/judgments", JUDGMENT, {"instance": 3}, "literal_error"),
        ("/v1/collections/C-1-1/contacts", CONTACT, {"way": "pigeon"}, "literal_error"),
        ("/v1/invoices/C-1/I-1/disputes", DISPUTE, {"amount": "ten"}, "not_plain"),
        ("/v1/calculators/credit-policy", COSTS, {"portions": []}, "too_short"),
    ],
)
async def test_bad_input_names_the_field_and_the_rule(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], change: dict[str, Any], rule: str
) -> None:
    answer = await client.post(path, json={**body, **change})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert error["field"] == next(iter(change))
    assert error["rule"] in (rule, "date_parsing")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/reports/ageing", "currency"),
        ("/v1/reports/ageing?currency=XYZ", "currency"),
        ("/v1/reports/ageing?currency=EUR&as_of=May", "as_of"),
        ("/v1/reports/dso?currency=EUR&days=0", "days"),
        ("/v1/reports/months?currency=EUR&as_known_at=soon", "as_known_at"),
        ("/v1/reports/standard?currency=EUR&as_known_at=soon", "as_known_at"),
        ("/v1/reports/segments?currency=EUR&by=size", "by"),
        ("/v1/credit-checks?status=lost", "status"),
        ("/v1/credit-checks?sort=customer", "sort"),
        ("/v1/invoices?due_from=2024-02-01&due_until=2024-01-31", "due_from"),
        ("/v1/payments?since=2024-02&until=2024-01", "since"),
        ("/v1/invoices?sort=due", "sort"),
        ("/v1/invoices?status=lost", "status"),
        ("/v1/accounts?limit=501", "limit"),
    ],
)
async def test_a_question_that_makes_no_sense_is_told_which_part(
    client: httpx.AsyncClient, path: str, field: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_every_route_is_documented_in_a_sentence(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    verbs_of = {path: " ".join(sorted(verbs)).upper() for path, verbs in paths.items()}
    assert verbs_of == {
        "/v1/accounts": "GET",
        "/v1/accounts/{customer_id}": "GET",
        "/v1/accounts/{customer_id}/behaviour-actions": "POST",
        "/v1/accounts/{customer_id}/explanation": "GET",
        "/v1/accounts/{customer_id}/file": "PUT",
        "/v1/accounts/{customer_id}/history": "GET",
        "/v1/accounts/{customer_id}/known": "GET",
        "/v1/accounts/{customer_id}/limit": "POST",
        "/v1/accounts/{customer_id}/limit-proposals": "POST",
        "/v1/accounts/{customer_id}/limit-proposals/{proposal_id}": "GET",
        "/v1/accounts/{customer_id}/limit-proposals/{proposal_id}/approval": "POST",
        "/v1/accounts/{customer_id}/limit-proposals/{proposal_id}/rejection": "POST",
        "/v1/accounts/{customer_id}/limit-raises": "POST",
        "/v1/accounts/{customer_id}/limit-raises/{raise_id}": "DELETE",
        "/v1/accounts/{customer_id}/limit/methods": "GET",
        "/v1/accounts/{customer_id}/limit/what-if": "GET",
        "/v1/accounts/{customer_id}/place": "GET",
        "/v1/accounts/{customer_id}/prospect": "POST",
        "/v1/accounts/{customer_id}/refusals": "POST",
        "/v1/accounts/{customer_id}/review": "POST",
        "/v1/accounts/{customer_id}/security": "PUT",
        "/v1/accounts/{customer_id}/terms": "PUT",
        "/v1/behaviour-actions": "GET",
        "/v1/behaviour-actions/{customer_id}/{behaviour_action_id}/outcome": "POST",
        "/v1/calculators/credit-period": "POST",
        "/v1/calculators/credit-policies": "POST",
        "/v1/calculators/credit-policy": "POST",
        "/v1/calculators/discount": "GET",
        "/v1/caps": "GET",
        "/v1/caps/{cap_id}": "GET PUT",
        "/v1/caps/{cap_id}/shares/{customer_id}": "PUT",
        "/v1/collections": "GET",
        "/v1/collections/contacts-due": "GET",
        "/v1/collections/effectiveness": "GET",
        "/v1/collections/{case_id}": "GET",
        "/v1/collections/{case_id}/appeals": "POST",
        "/v1/collections/{case_id}/award-reviews": "POST",
        "/v1/collections/{case_id}/awards": "POST",
        "/v1/collections/{case_id}/enforcements": "POST",
        "/v1/collections/{case_id}/judgments": "POST",
        "/v1/collections/{case_id}/milestones": "POST",
        "/v1/collections/{case_id}/contacts": "GET POST",
        "/v1/collections/{case_id}/pause": "DELETE POST",
        "/v1/collections/{case_id}/plan-proposal": "POST",
        "/v1/collections/{case_id}/plan-proposal/approval": "POST",
        "/v1/collections/{case_id}/plan-proposal/rejection": "POST",
        "/v1/collections/{case_id}/plans": "POST",
        "/v1/collections/{case_id}/promises": "POST",
        "/v1/collections/{case_id}/review": "POST",
        "/v1/collections/{case_id}/steps": "POST",
        "/v1/collections/{case_id}/stages": "POST",
        "/v1/collections/{case_id}/strategy": "POST",
        "/v1/collections/{case_id}/way-answers": "POST",
        "/v1/contract-cancellations": "POST",
        "/v1/contract-changes": "POST",
        "/v1/contracts": "POST",
        "/v1/credit-checks": "GET POST",
        "/v1/credit-checks/{customer_id}/{order_id}": "GET",
        "/v1/credit-checks/{customer_id}/{order_id}/closing": "POST",
        "/v1/credit-checks/{customer_id}/{order_id}/override": "DELETE POST",
        "/v1/credit-notes": "POST",
        "/v1/debit-notes": "GET",
        "/v1/debit-notes/{customer_id}/{debit_note_id}": "GET",
        "/v1/debit-notes/{customer_id}/{debit_note_id}/waiver": "POST",
        "/v1/debit-notes/{customer_id}/{debit_note_id}/waiver/approval": "POST",
        "/v1/debit-notes/{customer_id}/{debit_note_id}/waiver/proposal": "POST",
        "/v1/debit-notes/{customer_id}/{debit_note_id}/waiver/rejection": "POST",
        "/v1/disputes/{customer_id}/{dispute_id}/resolution": "POST",
        "/v1/invoices": "GET POST",
        "/v1/invoices/{customer_id}/{invoice_id}": "GET",
        "/v1/invoices/{customer_id}/{invoice_id}/disputes": "POST",
        "/v1/invoices/{customer_id}/{invoice_id}/interest": "GET POST",
        "/v1/invoices/{customer_id}/{invoice_id}/write-off": "POST",
        "/v1/invoices/{customer_id}/{invoice_id}/write-off/approval": "POST",
        "/v1/invoices/{customer_id}/{invoice_id}/write-off/rejection": "POST",
        "/v1/limit-proposals": "GET",
        "/v1/payments": "GET POST",
        "/v1/payments/{customer_id}/{payment_id}": "GET",
        "/v1/payments/{customer_id}/{payment_id}/reassignment": "POST",
        "/v1/receipt-plans": "GET",
        "/v1/refunds": "POST",
        "/v1/reports/ageing": "GET",
        "/v1/reports/agencies": "GET",
        "/v1/reports/credit-period/what-if": "GET",
        "/v1/reports/dso": "GET",
        "/v1/reports/limitations": "GET",
        "/v1/reports/months": "GET",
        "/v1/reports/segments": "GET",
        "/v1/reports/shadow": "GET",
        "/v1/reports/small-differences": "GET",
        "/v1/reports/standard": "GET",
        "/v1/service-fees": "POST",
        "/v1/total-limit": "GET PUT",
        "/v1/total-limit/proposals": "POST",
    }
    for verbs in paths.values():
        for route in verbs.values():
            assert route["description"].endswith(".")


def test_the_service_answers_every_command_that_its_reactions_and_timers_give() -> None:
    assert {source.topic for source in SERVICE.sources} == {
        "erp.contracts", "erp.invoices", "erp.payments", "erp.service", "customer.events",
    }  # fmt: skip
    assert {todo.name for todo in SERVICE.todo_lists} == {
        "invoice_due", "instalment_due", "overdue_ended", "debit_note_due",
        "next_step", "share_to_take", "raise_end", "override_end", "behaviour_review", "file_review", "prospect",
        "stage_clock",
        "total_to_measure", "room_to_request", "room_to_answer",
        "payment_reminder",
        "way_answer",
        "case_clock", "limitation",
    }  # fmt: skip
    assert SERVICE.decider_of(MarkOverdue("C-1", "I-1", date(2024, 5, 1))).category == "account"


@pytest.mark.parametrize(
    ("path", "body", "change", "sentence"),
    [
        ("awards", AWARD, {"awarded": "0.001"}, "cannot be paid"),
        ("awards", AWARD, {"outcome": "dismissed"}, "awarded is 0 where the claim is dismissed"),
        ("awards", AWARD, {"received_on": "2024-04-30"}, "is before made_on 2024-05-01"),
        ("awards", AWARD, {"perform_until": "2024-04-30"}, "is before made_on 2024-05-01"),
        ("judgments", JUDGMENT, {"served_on": "2024-04-30"}, "is before made_on 2024-05-01"),
        (
            "judgments", JUDGMENT, {"instalments": [{"due_on": "2024-06-01", "amount": "100"}]},
            "instalments belong to what was settled",
        ),
        (
            "judgments", JUDGMENT, {"outcome": "settled", "instalments": [{"due_on": "2024-06-01", "amount": "90"}]},
            "the instalments make 90; adjudged is 100",
        ),
    ],
)  # fmt: skip
async def test_an_award_or_judgment_that_does_not_add_up_is_refused_in_words(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], change: dict[str, Any], sentence: str
) -> None:
    answer = await client.post(f"/v1/collections/C-1-1/{path}", json={**body, **change})
    assert answer.status_code == 422
    assert sentence in answer.text
