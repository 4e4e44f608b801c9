"""The HTTP edge as far as it goes without a running service: what may come in, and what is documented."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.http import problems
from credit_svc.commands import MarkOverdue
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
CHECK = {"customer_id": "C-1", "amount": "10", "currency": "EUR"}


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    problems.install(app)
    for router in SERVICE.routes:
        app.include_router(router)
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://credit-svc") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "body", "change", "rule"),
    [
        ("/v1/invoices", INVOICE, {"due_on": "2024-02-30"}, "date_from_datetime_parsing"),
        ("/v1/invoices", INVOICE, {"due_on": 1714521600}, "date_type"),
        ("/v1/invoices", INVOICE, {"amount": "0"}, "greater_than"),
        ("/v1/invoices", INVOICE, {"amount": "NaN"}, "finite_number"),
        ("/v1/invoices", INVOICE, {"currency": "EURO"}, "value_error"),
        ("/v1/payments", PAYMENT, {"payment_id": ""}, "string_too_short"),
        ("/v1/payments", PAYMENT, {"customer_id": 7}, "string_type"),
        ("/v1/accounts/C-1/limit", LIMIT, {"limit": "-1"}, "greater_than_equal"),
        ("/v1/accounts/C-1/limit", LIMIT, {"reason": ""}, "string_too_short"),
        ("/v1/accounts/C-1/limit", LIMIT, {"reason": "reviewed\x00"}, "string_pattern_mismatch"),
        ("/v1/accounts/C-1/limit", LIMIT, {"limits": "1"}, "extra_forbidden"),
        ("/v1/credit-checks", CHECK, {"amount": "-1"}, "greater_than_equal"),
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
        ("/v1/credit-checks?state=lost", "state"),
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
    assert {f"{verb.upper()} {path}" for path, verbs in paths.items() for verb in verbs} == {
        "GET /v1/accounts",
        "GET /v1/accounts/{customer_id}",
        "GET /v1/accounts/{customer_id}/history",
        "POST /v1/accounts/{customer_id}/limit",
        "GET /v1/credit-checks",
        "POST /v1/credit-checks",
        "GET /v1/invoices",
        "POST /v1/invoices",
        "POST /v1/payments",
        "GET /v1/collections",
        "GET /v1/collections/{case_id}",
        "GET /v1/reports/ageing",
        "GET /v1/reports/dso",
    }
    for verbs in paths.values():
        for route in verbs.values():
            assert route["description"].endswith(".")


def test_the_service_answers_every_command_that_its_reactions_and_timers_give() -> None:
    assert {source.topic for source in SERVICE.sources} == {"erp.invoices", "erp.payments", "customer.events"}
    assert {todo.name for todo in SERVICE.todo_lists} == {"invoice_due", "next_step"}
    assert SERVICE.decider_of(MarkOverdue("C-1", "I-1", date(2024, 5, 1))).category == "account"
