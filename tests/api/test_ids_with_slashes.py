"""Numbering documents 2024/0001 is usual: on every route of every service an id may hold slashes, escaped in the path as %2F."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.routing import Match

from chassis.http.app import build_app
from chassis.http.urls import SLASH_IN_ID, routed
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest
from credit_svc.service import SERVICE as CREDIT
from standing.services import ALL

IDS = ("2024/0001", "/a//b/", "a/b?c#d%e")


async def _never() -> Runtime:
    raise AssertionError("only the routes are looked at")


def filled(path: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


@pytest.mark.parametrize("service", ALL, ids=lambda service: service.name)
def test_every_route_with_an_id_is_found_with_slashes_in_it(service: Service) -> None:
    app = build_app(service, _never)
    tried = 0
    for path, operations in app.openapi()["paths"].items():
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        for method in operations if names else ():
            for value in IDS:
                values = {name: f"{value}-{number}" for number, name in enumerate(names)}
                scope: dict[str, Any] = {
                    "type": "http", "method": method.upper(), "headers": [], "query_string": b"", "root_path": "",
                    "path": routed(filled(path, values).encode()),
                }  # fmt: skip
                match, found = _match(app, scope)
                assert match is Match.FULL, (method, path)
                read = {name: each.replace(SLASH_IN_ID, "/") for name, each in found["path_params"].items()}
                assert read == values, (method, path)
                tried += 1
    assert tried > 30


def _match(app: Any, scope: dict[str, Any]) -> tuple[Match, dict[str, Any]]:
    """How the app routes a request: the first route that takes it, as the router itself chooses."""
    partial: tuple[Match, dict[str, Any]] = (Match.NONE, {})
    for context in itertools.chain.from_iterable(_contexts(route) for route in app.routes):
        match, found = context.matches(scope)
        if match is Match.FULL:
            return match, found
        if match is Match.PARTIAL:
            partial = match, found
    return partial


def _contexts(route: Any) -> Any:
    return route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else (route,)


@pytest.mark.parametrize("service", ALL, ids=lambda service: service.name)
async def test_every_answer_about_an_unknown_id_names_it_with_its_slashes(
    start_service: Callable[..., Awaitable[Runtime]], service: Service
) -> None:
    runtime = await start_service(service, roles=frozenset({"http", "project"}))
    app = app_of(runtime)
    async with client_of(app) as client:
        for path, operations in app.openapi()["paths"].items():
            names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
            if (
                "get" not in operations
                or not names
                or {"parked_id", "set_aside_id", "look_alike_id", "candidate"} & set(names)
            ):
                continue
            needed = {
                p["name"]: "EUR" if p["name"] == "currency" else "2024-05"
                for p in operations["get"]["parameters"]
                if p["in"] == "query" and p.get("required")
            } | ({"credit_limit": "1"} if path.endswith("what-if") else {})
            values = {name: "supplier:2024/0001" if name == "recipient" else "2024/0001" for name in names}
            answer = await client.get(filled(path, values), params=needed)
            if answer.status_code == 404:
                assert answer.json()["type"] != "/problems/no-such-path", path
                assert "2024/0001" in answer.json()["detail"], path
            elif answer.status_code == 422:
                assert answer.json()["errors"][0]["field"] in (*names, *needed), (path, answer.text)
            else:
                assert answer.status_code in (200, 409), (path, answer.text)
            assert "\\udc2f" not in answer.text.lower()


async def test_receivables_with_slashes_in_every_id_are_worked_from_an_invoice_to_an_override(
    start_service: Callable[..., Awaitable[Runtime]],
) -> None:
    runtime = await start_service(CREDIT)
    await runtime.move_clock(datetime(2024, 3, 1, tzinfo=UTC))
    customer, invoice, order = "DE/C 1", "2024/0001", "A/2024/7"
    c, i, o = (quote(each, safe="") for each in (customer, invoice, order))
    today = runtime.clock.now().date()
    async with client_of(app_of(runtime)) as client:

        async def done(method: str, path: str, body: Any = None) -> Any:
            answer: httpx.Response = await client.request(method, path, json=body)
            assert answer.status_code == 200, f"{path}: {answer.text}"
            await at_rest(runtime)
            return answer.json()

        await done("POST", "/v1/invoices", {
            "invoice_id": invoice, "customer_id": customer, "issued_on": "2024-01-01", "due_on": "2024-01-31",
            "amount": "1000", "currency": "EUR",
        })  # fmt: skip
        (open_item,) = (await done("GET", f"/v1/invoices?customer_id={c}"))["items"]
        assert (open_item["customer_id"], open_item["invoice_id"]) == (customer, invoice)
        at = f"/v1/invoices/{c}/{i}"
        assert (await done("GET", f"{at}/interest"))["invoice_id"] == invoice
        await done("POST", f"{at}/disputes", {"amount": "10", "reason": "goods damaged", "recorded_by": "collector"})
        await done("POST", f"{at}/write-off", {"reason": "insolvent", "proposed_by": "collector"})
        await done("POST", f"{at}/write-off/rejection", {"reason": "not yet", "rejected_by": "head"})
        await done("POST", f"/v1/accounts/{c}/limit", {
            "limit": "1", "currency": "EUR", "reason": "small", "approved_by": "head",
        })  # fmt: skip
        checked = await done("POST", "/v1/credit-checks", {
            "order_id": order, "customer_id": customer, "amount": "100", "currency": "EUR",
        })  # fmt: skip
        assert checked["approved"] is False, checked
        override = {"ends_on": str(today), "reason": "trusted", "overridden_by": "head"}
        await done("POST", f"/v1/credit-checks/{c}/{o}/override", override)
        assert (await done("GET", f"/v1/credit-checks/{c}/{o}"))["order_id"] == order
        assert (await done("GET", f"/v1/accounts/{c}"))["customer_id"] == customer
