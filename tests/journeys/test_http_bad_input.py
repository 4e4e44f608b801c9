"""Whatever comes in over HTTP: an answer or a problem document, never a 500. Requests are made from each service's own OpenAPI."""

import asyncio
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok

from standing.installation import Installation
from standing.services import ALL

from .conftest import Start

CASES_PER_ROUTE = 12
SLOW = {"/v1/admin/settled", "/v1/admin/clock"}
"""Waiting for what was never sent takes as long as the body asks; time is the driver's."""


@pytest.fixture(scope="module")
async def installation(installations: Start) -> Installation:
    return await installations()


@pytest.mark.parametrize("service", [service.name for service in ALL])
async def test_no_request_ends_in_a_server_error(installation: Installation, service: str) -> None:
    await asyncio.to_thread(_try_all_routes, installation.client(service).base_url)


def _try_all_routes(base_url: str) -> None:
    schema = schemathesis.openapi.from_url(f"{base_url}/openapi.json")
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.path in SLOW:
            continue

        @settings(
            max_examples=CASES_PER_ROUTE, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def answers(case: Case[Any]) -> None:
            _check(case.call(base_url=base_url, timeout=30))

        answers()
        tried += 1
    assert tried > 10


def _check(response: "schemathesis.Response") -> None:
    shown = f"{response.request.method} {response.request.url}: {response.status_code} {response.content[:300]!r}"
    assert response.status_code < 500, shown
    if response.status_code >= 400 and response.request.method != "HEAD":
        assert response.headers["content-type"][0].startswith("application/problem+json"), shown
        problem = response.json()
        assert problem["detail"], shown
        assert problem["status"] == response.status_code, shown


async def test_a_body_that_is_not_json_is_answered(installation: Installation) -> None:
    url = f"{installation.client('credit-svc').base_url}/v1/invoices"
    answer = await asyncio.to_thread(
        httpx.post, url, content=b'{"invoice_id": ', headers={"content-type": "application/json"}, timeout=30
    )
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": "NaN"}, "amount"),
        ({"due_on": "2013-02-30"}, "due_on"),
        ({"currency": "QQQ"}, "currency"),
        ({"customer_id": 7}, "customer_id"),
        ({"issued_on": None}, "issued_on"),
        ({"amount": "-1"}, "amount"),
    ],
)
async def test_a_problem_names_the_field_and_the_rule(
    installation: Installation, changed: dict[str, object], field: str
) -> None:
    body = {
        "invoice_id": "I-1", "customer_id": "C-1", "issued_on": "2013-01-01", "due_on": "2013-02-01", "amount": "10.00", "currency": "USD",
    }  # fmt: skip
    url = f"{installation.client('credit-svc').base_url}/v1/invoices"
    answer = await asyncio.to_thread(httpx.post, url, json=body | changed, timeout=30)
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert (error["field"], bool(error["rule"]), bool(error["detail"])) == (field, True, True)
