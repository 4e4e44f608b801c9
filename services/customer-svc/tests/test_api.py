"""The HTTP edge: bad input is told by field and rule, and lists page over one table."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import ColumnElement, Select
from sqlalchemy.dialects import postgresql

from chassis.http.paging import PageRequest
from chassis.testing.client import client_of, routes_of
from customer_svc.files.access import Reach
from customer_svc.read_models import customer, customer_file, customer_history, order, survey, tiering
from customer_svc.service import SERVICE

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
REACH = Reach("li.na", "read", frozenset({"li.na"}), unowned=True)
ORDER = {
    "order_id": "O-1",
    "customer_id": "C-1",
    "ordered_on": "2024-01-10",
    "currency": "BRL",
    "lines": [{"item_id": "I-1", "quantity": "2", "unit_price": "50"}],
    "total": "100",
}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(routes_of(SERVICE)) as client:
        yield client


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ordered_on": "2024-13-01"}, "ordered_on"),
        ({"ordered_on": 1704844800}, "ordered_on"),
        ({"currency": "XXX"}, "currency"),
        ({"total": "-1"}, "total"),
        ({"total": "NaN"}, "total"),
        ({"customer_id": ""}, "customer_id"),
        ({"customer_id": 7}, "customer_id"),
        ({"lines": [{"item_id": "I-1", "quantity": "two", "unit_price": "50"}]}, "lines.0.quantity"),
    ],
)
async def test_an_order_that_breaks_a_rule_is_told_which(
    client: httpx.AsyncClient, change: dict[str, Any], field: str
) -> None:
    answer = await client.post("/v1/orders", json={**ORDER, **change})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/customers?tier=gold", "tier"),
        ("/v1/files?lapsed=perhaps", "lapsed"),
        ("/v1/orders?status=lost", "status"),
        ("/v1/orders?limit=0", "limit"),
        ("/v1/reports/abc", "currency"),
        ("/v1/reports/abc?currency=BRL&as_of=0001-01-01", "as_of"),
    ],
)
async def test_a_question_that_cannot_be_asked_is_told_why(client: httpx.AsyncClient, path: str, field: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_tiering_needs_a_date_and_a_currency(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/tierings", json={"currency": "brl"})
    assert {error["field"] for error in answer.json()["errors"]} == {"as_of", "currency"}


async def test_the_api_describes_its_facts_as_the_contract_does(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    body = document["paths"]["/v1/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/OrderSubmitted"}
    assert "ordered_on" in document["components"]["schemas"]["OrderSubmitted"]["required"]


FIGURES_OF_THE_WHOLE = {
    "/v1/reports/deliveries", "/v1/reports/market-share",
    "/v1/tierings", "/v1/tierings/{tiering_id}", "/v1/discounts",
    "/v1/recalls", "/v1/recalls/{recall_id}",  # sums over all customers; who they are is asked of a path that asks who asks
}  # fmt: skip
"""Questions that are answered without naming a customer, and of which no file is taken away that the record would name."""


async def test_every_question_about_customers_asks_who_asks(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    unscoped = {
        path
        for path, methods in paths.items()
        if "get" in methods and "x-actor" not in {each["name"].lower() for each in methods["get"].get("parameters", ())}
    }
    assert unscoped == FIGURES_OF_THE_WHOLE


@pytest.mark.parametrize(
    ("query", "order", "last"),
    [
        (customer.customers("vip"), [customer.TABLE.c.customer_id], {"customer_id": "C-1"}),
        (
            customer_file.scoped(order.orders(), order.TABLE.c.customer_id, REACH),
            [order.TABLE.c.order_id],
            {"order_id": "O-1"},
        ),
        (order.orders("C-1", "held"), [order.TABLE.c.order_id], {"order_id": "O-1"}),
        (
            survey.surveys("C-1", True),
            [survey.TABLE.c.answered_on, survey.TABLE.c.customer_id, survey.TABLE.c.survey_id],
            {"answered_on": "2024-01-10", "customer_id": "C-1", "survey_id": "S-1"},
        ),
        (
            tiering.tierings("BRL"),
            [tiering.TABLE.c.currency, tiering.TABLE.c.as_of],
            {"currency": "BRL", "as_of": "2024-01-31"},
        ),
        (
            customer_history.history(["C-1"]),
            customer_history.ORDER,
            {"happened_on": "2024-01-10", "position": 7, "event_id": "E-1"},
        ),
    ],
)
def test_the_second_page_asks_the_same_table(
    query: Select[Any], order: list[ColumnElement[Any]], last: dict[str, Any]
) -> None:
    first = PageRequest(1, None).cut([last, last], order)
    second = PageRequest(1, first.next).of(query, order)
    assert len(second.get_final_froms()) == 1
    assert "ORDER BY" in str(second.compile(dialect=DIALECT))
