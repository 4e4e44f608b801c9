"""The whole service on a real database: what is written over HTTP is asked back, and the timers do their work."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from chassis.clock import SimulatedClock
from chassis.http.app import build_app
from chassis.requests import Accepted, Request
from chassis.runtime import Runtime
from chassis.testing.waiting import eventually
from contracts import credit
from customer_svc import reactions
from customer_svc.service import SERVICE

Start = Callable[..., Awaitable[Runtime]]


@pytest.fixture
async def service(start_service: Start) -> Runtime:
    return await start_service(SERVICE, roles=frozenset({"http", "project", "schedule", "relay"}))


@pytest.fixture
async def client(service: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async def started() -> Runtime:
        return service

    app: FastAPI = build_app(SERVICE, started, questions=True)
    app.state.runtime = service
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://customer-svc", timeout=60) as opened:
        yield opened


async def tell(client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
    answer = await client.request(method, path, json=body)
    assert answer.status_code < 300, answer.text
    if token := answer.headers.get("Consistency-Token"):
        client.headers["Consistency-Token"] = token
    return answer


async def ask(client: httpx.AsyncClient, path: str, person: str | None = None) -> Any:
    """A question of a person, or of a system."""
    answer = await client.get(path, headers={} if person is None else {"X-Actor": person})
    assert answer.status_code == 200, f"{path}: {answer.text}"
    return answer.json()


def order(number: int, customer: str, day: date, total: int) -> dict[str, Any]:
    return {
        "order_id": f"O-{number}", "customer_id": customer, "ordered_on": f"{day}", "currency": "CNY", "total": f"{total}",
        "lines": [{"item_id": f"I-{number % 3}", "quantity": "1", "unit_price": f"{total}"}], "region": "east",
    }  # fmt: skip


JANUARY = date(2024, 1, 1)


async def ordered(client: httpx.AsyncClient) -> None:
    """C-1 orders every ten days of January and February, C-2 twice, and C-2b is C-2 under another id."""
    days = [JANUARY + timedelta(days=10 * n) for n in range(6)]
    for number, day in enumerate(days):
        await tell(client, "POST", "/v1/orders", order(number, "C-1", day, 1_000))
    for number, customer in enumerate(["C-2", "C-2b", "C-2"], start=20):
        await tell(client, "POST", "/v1/orders", order(number, customer, JANUARY, 900))


async def until(service: Runtime, instant: datetime) -> None:
    """Let the timers do all that is due until then, the next instant first, as the driver does."""
    while True:
        reading = await service.settled({}, 60)
        assert reading.quiet, reading
        if reading.next_due is None or reading.next_due > instant:
            break
        await cast(SimulatedClock, service.clock).move_to(reading.next_due)
    await cast(SimulatedClock, service.clock).move_to(instant)


async def test_orders_make_tiers_classes_and_warnings_when_their_time_comes(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await merged_and_ordered(client)
    await until(service, datetime(2024, 6, 1, 1, tzinfo=UTC))

    tier = await ask(client, "/v1/customers/C-1/tier")
    assert (tier["tier"], tier["standings"][0]["amount"]) == ("vip", "6000")
    explained = (await ask(client, "/v1/customers/C-2b/tier/explanation"))["explanations"][0]
    assert (explained["amount"], explained["population"], explained["better_tiers"][0]["tier"]) == ("2700", 2, "vip")
    abc = await ask(client, "/v1/reports/abc?currency=CNY&as_of=2024-02-29")
    assert [(line["customer_id"], line["letter"]) for line in abc["customers"]] == [("C-1", "A"), ("C-2", "A")]
    assert abc["tiering_id"] == "2024-02-CNY"
    assert [row["customer_id"] for row in await ask(client, "/v1/reports/top?currency=CNY&by=orders&limit=1")] == [
        "C-1"
    ]

    warned = (await ask(client, "/v1/retentions?level=red"))["items"]
    assert [row["customer_id"] for row in warned] == ["C-1"]
    assert "its own interval of 10" in warned[0]["because"]
    back = order(90, "C-1", date(2024, 6, 1), 500)
    await tell(client, "POST", "/v1/orders", back)
    assert (await ask(client, "/v1/retentions"))["items"][0]["level"] == "none"
    phases = (await ask(client, "/v1/relationships"))["items"]
    assert {row["customer_id"]: row["phase"] for row in phases} == {"C-1": "decline"}


# --- a customer with two ids ------------------------------------------------------------------------------


async def told_under(service: Runtime, client: httpx.AsyncClient, own: str, other: str) -> None:
    """What one customer does from January to April, told under two ids in turn; they may be one and the same."""
    who, ids = own[0], (own, other)
    file = {"customer_id": own, "name": "Haitong", "owner_id": "li.na", "registered_on": "2024-01-01"}
    await tell(client, "POST", "/v1/customers", file)
    for n in range(6):
        if n == 3 and own != other:
            merge = {"merged_id": other, "because": "the same tax number", "merged_on": "2024-02-01"}
            await tell(client, "POST", f"/v1/customers/{own}/merges", merge)
        body = {**order(n, ids[n % 2], JANUARY + timedelta(days=10 * n), 1_000), "order_id": f"O-{n}-{who}"}
        await tell(client, "POST", "/v1/orders", body)
    industry = {"classification": {"industry": "packaging"}, "changed_on": "2024-02-02"}
    await tell(client, "PATCH", f"/v1/customers/{other}/file", industry)
    survey = {"survey_id": f"S-1-{who}", "customer_id": other, "answered_on": "2024-02-03", "kind": "rating"}
    await tell(client, "POST", "/v1/surveys", {**survey, "answers": {"rating": "3"}})
    complaint = {"complaint_id": f"C-1-{who}", "customer_id": other, "topic": "service", "severity": "general"}
    await tell(client, "POST", "/v1/complaints", {**complaint, "description": "late", "at": "2024-02-03T02:00:00Z"})
    sale = {"opportunity_id": f"OP-1-{who}", "customer_id": other, "name": "caps", "owner_id": "li.na"}
    worth = {"amount": "800", "currency": "CNY", "expected_on": "2024-09-30", "on": "2024-02-01"}
    await tell(client, "POST", "/v1/opportunities", {**sale, **worth})
    effort = {"effort_id": f"E-1-{who}", "person_id": "li.na", "hours": "6", "activity": "visit", "on": "2024-02-02"}
    await tell(client, "POST", f"/v1/customers/{other}/efforts", effort)
    channel = {"regions": ["east"], "region_manager": "han.lei", "authorised_on": "2024-02-02"}
    await tell(client, "PUT", f"/v1/distributors/{other}", channel)
    stop = credit.DeliveriesStopped(customer_id=other, case_id="K-1", because="overdue", stopped_on=date(2024, 4, 1))
    asked = Request(reactions.note_stop(stop), None, datetime(2024, 4, 1, tzinfo=UTC), "a stop", actor="credit-svc")
    assert isinstance(await service.executor.submit(asked), Accepted)


QUESTIONS = (
    "customers/{id}", "customers/{id}/file", "customers/{id}/tier", "customers/{id}/tier/explanation",
    "customers/{id}/value?currency=CNY&as_of=2024-06-01", "distributors/{id}/scorecard?as_of=2024-06-01",
    "orders?customer_id={id}", "surveys?customer_id={id}", "complaints?customer_id={id}", "rebates?customer_id={id}",
    "opportunities?customer_id={id}", "customers", "files", "relationships", "retentions",
)  # fmt: skip


async def answers(client: httpx.AsyncClient, customer_id: str) -> dict[str, Any]:
    """All questions about a customer; in the answers all its ids are one."""
    found = {}
    for question in QUESTIONS:
        answer = await ask(client, f"/v1/{question.format(id=customer_id)}")
        answer.pop("merged_ids", None)
        if "{id}" not in question:
            answer = [row for row in answer["items"] if row["customer_id"][0] == customer_id[0]]
        found[question] = json.loads(re.sub(r"\b[MP](-[ab])?\b", "*", json.dumps(answer)))
    return found


async def test_merging_then_asking_is_asking_the_merged_history_also_of_facts_that_come_after_the_merge(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await told_under(service, client, "M-a", "M-b")
    await told_under(service, client, "P-a", "P-a")
    await until(service, datetime(2024, 6, 1, 1, tzinfo=UTC))
    plain = await answers(client, "P-a")
    assert plain["retentions"][0]["level"] == "red"
    assert (plain["customers/{id}"]["orders"], plain["customers/{id}"]["credit"]["deliveries"]) == (6, "stopped")
    assert plain["relationships"][0]["hours"] == "6"
    for customer_id in ("M-a", "M-b"):
        assert await answers(client, customer_id) == plain

    for customer_id in ("M-b", "P-a"):
        back = {**order(90, customer_id, date(2024, 6, 1), 500), "order_id": f"O-90-{customer_id[0]}"}
        await tell(client, "POST", "/v1/orders", back)
    plain = await answers(client, "P-a")
    assert (plain["retentions"][0]["level"], plain["retentions"][0]["recovered_on"]) == ("none", "2024-06-01")
    assert await answers(client, "M-b") == plain

    await until(service, datetime(2024, 6, 12, tzinfo=UTC))
    for customer_id in ("M-a", "P-a"):
        history = (await ask(client, f"/v1/customers/{customer_id}/history?limit=200"))["items"]
        recovered = [row["happened_on"] for row in history if row["type"] == "customer.ChurnRecovered"]
        assert recovered == ["2024-06-01"], customer_id
    assert await answers(client, "M-b") == await answers(client, "P-a")


async def test_what_was_known_before_a_run_stays_to_be_asked(service: Runtime, client: httpx.AsyncClient) -> None:
    await ordered(client)
    await until(service, datetime(2024, 2, 2, tzinfo=UTC))
    known = await ask(client, "/v1/customers/C-1/tier?as_known_at=2024-02-02T00:00:00Z")
    assert [each["as_of"] for each in known["standings"]] == ["2024-01-31"]
    before = await ask(client, "/v1/customers/C-1/tier?as_known_at=2024-01-15")
    assert (before["tier"], before["standings"]) == (None, [])


# --- candidates of the tier policy ------------------------------------------------------------------------

WIDER = {"shares": {"vip": "60", "important": "4", "ordinary_large": "15"}}
"""Of two customers both are in the first 60 %; live only the first is a vip, and the other small."""


async def merged_and_ordered(client: httpx.AsyncClient) -> None:
    await ordered(client)
    merge = {"merged_id": "C-2b", "because": "the same tax number", "merged_on": "2024-01-02"}
    await tell(client, "POST", "/v1/customers/C-2/merges", merge)


async def test_a_back_test_says_who_would_have_stood_elsewhere_and_changes_nothing(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await merged_and_ordered(client)
    await until(service, datetime(2024, 3, 1, 1, tzinfo=UTC))
    before = await ask(client, "/v1/customers/C-2/tier")
    heads = (await service.settled({}, 60)).heads
    question = {"document": WIDER, "starts_on": "2024-01-01", "ends_on": "2024-02-29"}
    asked = await tell(client, "POST", "/v1/policies/tiering/backtests", question)
    assert (asked.status_code, asked.json()["report"]) == (202, None)

    found = await eventually(
        lambda: ask(client, asked.headers["location"]), lambda answer: answer["state"] in ("done", "failed")
    )
    assert (found["state"], found["error"]) == ("done", None)
    report = found["report"]
    assert (report["decided"], report["different"]) == (4, 2)
    assert [(month["as_of"], month["moves"]) for month in report["months"]] == [
        ("2024-01-31", {"small>vip": 1}),
        ("2024-02-29", {"small>vip": 1}),
    ]
    assert report["months"][0]["examples"] == [{"customer_id": "C-2", "live": "small", "candidate": "vip"}]
    assert await ask(client, "/v1/customers/C-2/tier") == before
    assert (await service.settled({}, 60)).heads == heads


async def test_a_candidate_beside_a_run_says_where_it_differs_until_it_is_ended(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await merged_and_ordered(client)
    await until(service, datetime(2024, 2, 2, tzinfo=UTC))
    await tell(client, "PUT", "/v1/policies/tiering/shadow", {"document": WIDER, "reason": "more at the top"})
    await until(service, datetime(2024, 3, 2, tzinfo=UTC))
    ended = await client.delete("/v1/policies/tiering/shadow", params={"reason": "we have seen enough"})
    assert ended.status_code == 200, ended.text
    await until(service, datetime(2024, 4, 2, tzinfo=UTC))

    told = {}
    for customer_id in ("C-1", "C-2"):
        history = (await ask(client, f"/v1/customers/{customer_id}/history?limit=200"))["items"]
        told[customer_id] = [row["facts"] for row in history if row["type"] == "customer.CustomerShadowTiered"]
    assert told["C-1"] == []
    assert [(each["as_of"], each["deserved"], each["would_deserve"]) for each in told["C-2"]] == [
        ("2024-02-29", "small", "vip")
    ]
    standing = (await ask(client, "/v1/customers/C-2/tier"))["standings"][0]
    assert (standing["as_of"], standing["tier"], standing["policy_version"]) == ("2024-03-31", "small", 1)


# --- data scopes --------------------------------------------------------------------------------------------

ACCESS = {
    "departments": {"sales": None, "east": "sales", "west": "sales"},
    "roles": {
        "seller": {"scope": "own", "operations": ["read"]},
        "manager": {"scope": "department", "operations": ["read"]},
        "director": {"scope": "department_and_below", "operations": ["read"]},
        "auditor": {"scope": "all", "operations": ["read"]},
    },
    "people": {
        "li.na": {"department": "east", "role": "seller"},
        "han.lei": {"department": "east", "role": "manager"},
        "wang.fang": {"department": "west", "role": "seller"},
        "zhou.min": {"department": "sales", "role": "director"},
        "sales-desk": {"department": "west", "role": "seller"},
        "guo.wei": {"department": "sales", "role": "auditor"},
    },
}
REACHED = {
    "li.na": {"C-1"},
    "han.lei": {"C-1"},
    "wang.fang": {"C-2", "C-2b"},
    "zhou.min": {"C-1", "C-2", "C-2b", "C-9"},
    "sales-desk": {"C-9"},
    "guo.wei": {"C-1", "C-2", "C-2b", "C-9"},
    "stranger": set[str](),
}
"""li.na has C-1, wang.fang C-2, which C-2b was merged into; C-9 was registered by nobody, so it is the sales desk's."""


async def told_of_several_owners(client: httpx.AsyncClient) -> None:
    await merged_and_ordered(client)
    await tell(client, "POST", "/v1/orders", order(30, "C-9", JANUARY, 100))
    for customer_id, owner_id in (("C-1", "li.na"), ("C-2", "wang.fang")):
        file = {"customer_id": customer_id, "name": customer_id, "owner_id": owner_id, "registered_on": "2024-01-01"}
        await tell(client, "POST", "/v1/customers", file)
        account = {"owner_id": owner_id, "sponsor_id": "zhou.min", "emphasis": "price", "because": "large"}
        await tell(client, "PUT", f"/v1/customers/{customer_id}/key-account", {**account, "on": "2024-01-05"})
    for customer_id in ("C-1", "C-2b", "C-9"):
        answer = {"survey_id": f"S-{customer_id}", "customer_id": customer_id, "answered_on": "2024-02-01"}
        await tell(client, "POST", "/v1/surveys", {**answer, "kind": "rating", "answers": {"rating": "3"}})
        complaint = {"complaint_id": f"CP-{customer_id}", "customer_id": customer_id, "topic": "transport"}
        told = {"severity": "general", "description": "came too late", "owner_id": "agent"}
        await tell(client, "POST", "/v1/complaints", {**complaint, **told, "at": "2024-02-01T02:00:00Z"})
        sale = {"opportunity_id": f"OP-{customer_id}", "customer_id": customer_id, "name": "caps", "owner_id": "agent"}
        worth = {"amount": "800", "currency": "CNY", "expected_on": "2024-09-30", "on": "2024-02-01"}
        await tell(client, "POST", "/v1/opportunities", {**sale, **worth})


async def test_a_person_is_shown_the_customers_in_its_reach_by_every_list_and_a_system_all(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await told_of_several_owners(client)
    await until(service, datetime(2024, 6, 1, 1, tzinfo=UTC))
    published = {"document": ACCESS, "effective_from": "2024-01-01", "reason": "who is where"}
    answer = await client.put("/v1/policies/access", json=published, headers={"If-Match": '"1"'})
    assert answer.status_code == 201, answer.text

    for path in ("customers", "orders", "surveys", "complaints", "opportunities", "relationships", "retentions"):
        everything = (await ask(client, f"/v1/{path}?limit=100"))["items"]
        assert len({row["customer_id"] for row in everything}) > 1 or path == "retentions", path
        for person, reached in REACHED.items():
            shown = (await ask(client, f"/v1/{path}?limit=100", person))["items"]
            assert shown == [row for row in everything if row["customer_id"] in reached], (path, person)
    for person, reached in REACHED.items():
        lines = (await ask(client, "/v1/reports/abc?currency=CNY&as_of=2024-02-29", person))["customers"]
        assert {line["customer_id"] for line in lines} == reached - {"C-2b"}
        first = await ask(client, "/v1/reports/top?currency=CNY&as_of=2024-02-29&limit=1", person)
        assert [row["customer_id"] for row in first] == sorted(reached)[:1]
        report = await ask(client, "/v1/reports/key-accounts", person)
        assert report["key_accounts"] == len(reached & {"C-1", "C-2"})
        assert (await ask(client, "/v1/reports/satisfaction", person))["count"] == len(reached & {"C-1", "C-2b", "C-9"})

    lines = (await ask(client, "/v1/reports/abc?currency=CNY&as_of=2024-02-29", "wang.fang"))["customers"]
    assert [(line["customer_id"], line["cumulative"]) for line in lines] == [("C-2", "98.86")]
    assert await ask(client, "/v1/reports/customers?by=owner_id", "li.na") == [{"owner_id": "li.na", "customers": 1}]
    refused = await client.get("/v1/customers/C-2b/value?currency=CNY", headers={"X-Actor": "li.na"})
    assert (refused.status_code, refused.json()["detail"]) == (
        403, "li.na may not read customer C-2: its owner is wang.fang, and it is not shared for that.",
    )  # fmt: skip
    assert (await client.get("/v1/orders/O-21", headers={"X-Actor": "li.na"})).status_code == 403
    assert (await ask(client, "/v1/complaints/CP-C-2b", "wang.fang"))["customer_id"] == "C-2b"


async def test_a_complaint_breaks_its_promise_at_its_instant_and_is_traced(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    told = {
        "complaint_id": "CP-1", "customer_id": "C-1", "topic": "product_quality", "severity": "urgent",
        "description": "12 of 400 are cracked", "at": "2024-04-30T02:00:00Z",
    }  # fmt: skip
    await tell(client, "POST", "/v1/complaints", told)
    await until(service, datetime(2024, 4, 30, 5, tzinfo=UTC))
    assert (await ask(client, "/v1/complaints/CP-1"))["breaches"] == ["respond"]
    history = await service.log.read_streams(["complaint-CP-1"])
    moments = {row.envelope.type: row.envelope.occurred_at for row in history}
    assert moments["customer.ComplaintClockWarned"] == datetime(2024, 4, 30, 3, 36, tzinfo=UTC)
    assert moments["customer.ComplaintClockBreached"] == datetime(2024, 4, 30, 4, tzinfo=UTC)
    solved = {"solution": "replaced the lot", "at": "2024-04-30T06:00:00Z"}
    await tell(client, "POST", "/v1/complaints/CP-1/resolution", solved)
    cause = {
        "supplier_id": "S-1", "item_id": "P-1", "lot_id": "L-1", "severity": "major", "quantity": "12", "code": "CRACK",
        "description": "cracked at the rib", "traced_on": "2024-05-06",
    }  # fmt: skip
    await tell(client, "POST", "/v1/complaints/CP-1/traces", cause)
    figures = await ask(client, "/v1/reports/complaints?since=2024-04-01&until=2024-04-30")
    assert [
        (row["complaints"], row["responded_late"], row["resolved_in_time"], row["traced_to_a_lot"]) for row in figures
    ] == [(1, 1, 1, 1)]
    assert Decimal(figures[0]["mean_hours_to_resolve"]) == 4


async def test_every_question_has_an_answer(service: Runtime, client: httpx.AsyncClient) -> None:
    """The remaining routes on a small business: none breaks, and the figures are those that were told."""
    await ordered(client)
    contact = {"contact_id": "K-1", "name": "Chen Ying"}
    file = {
        "customer_id": "C-1",
        "name": "Haitong",
        "owner_id": "li.na",
        "contacts": [contact],
        "registered_on": "2024-01-01",
    }
    await tell(client, "POST", "/v1/customers", file)
    shared = {"grants": [{"person_id": "wu.jun", "operations": ["read"]}], "shared_on": "2024-01-02"}
    await tell(client, "PUT", "/v1/customers/C-1/sharing", shared)
    await tell(
        client,
        "PATCH",
        "/v1/customers/C-1/file",
        {"classification": {"industry": "packaging"}, "changed_on": "2024-01-03"},
    )
    await tell(client, "PUT", "/v1/customers/C-1/owner", {"owner_id": "han.lei", "assigned_on": "2024-01-04"})
    found = await ask(client, "/v1/customers/C-1/file")
    assert (found["owner_id"], found["industry"], found["grants"][0]["person_id"]) == ("han.lei", "packaging", "wu.jun")
    assert len((await ask(client, "/v1/files"))["items"]) == 1

    assess = {"strategic_fit": "8", "growth": "7", "relation": "5", "currency": "CNY", "on": "2024-02-01"}
    await tell(client, "POST", "/v1/customers/C-1/assessments", assess)
    account = {
        "owner_id": "li.na",
        "sponsor_id": "zhou.min",
        "emphasis": "price",
        "because": "our largest",
        "on": "2024-02-01",
    }
    await tell(client, "PUT", "/v1/customers/C-1/key-account", account)
    effort = {"effort_id": "E-1", "person_id": "li.na", "hours": "6", "activity": "visit", "on": "2024-02-02"}
    await tell(client, "POST", "/v1/customers/C-1/efforts", effort)
    report = await ask(client, "/v1/reports/key-accounts")
    assert (report["key_accounts"], report["without_a_plan"][0]["customer_id"]) == (1, "C-1")
    refused = await client.put(
        "/v1/customers/C-1/stage", json={"stage": "preferred", "because": "they rely on us", "on": "2024-03-01"}
    )
    assert (refused.status_code, refused.json()["detail"]) == (
        409, "Customer C-1 cannot become preferred yet: 1 of 3 contacts.",
    )  # fmt: skip
    value = await ask(client, "/v1/customers/C-1/value?currency=CNY&as_of=2024-02-29")
    assert (value["lifetime_value"], value["points"]) == ("1500.00", "30")
    detail = await ask(client, "/v1/customers/C-1")
    assert (detail["name"], detail["relationship"]["box"], detail["credit"]) == ("Haitong", "A1", None)

    survey = {
        "survey_id": "S-1",
        "customer_id": "C-1",
        "answered_on": "2024-02-01",
        "kind": "csi",
        "answers": {"product": "8", "price": "6"},
    }
    await tell(client, "POST", "/v1/surveys", survey)
    kano = {**survey, "survey_id": "S-2", "kind": "kano", "answers": {"box:with": "like", "box:without": "neutral"}}
    await tell(client, "POST", "/v1/surveys", kano)
    quality = await ask(client, "/v1/reports/satisfaction/csi")
    assert (quality["mean"], [part["name"] for part in quality["parts"]]) == ("74.00", ["price", "product"])
    assert (await ask(client, "/v1/reports/satisfaction/kano"))[0]["better"] == "1.00"
    assert (await ask(client, "/v1/reports/satisfaction"))["count"] == 0

    rows = await ask(client, "/v1/reports/sales?currency=CNY&by=month&by=region&since=2024-01-01&until=2024-02-29")
    assert sum(Decimal(row["amount"]) for row in rows) == 8_700
    grown = await ask(client, "/v1/reports/growth?currency=CNY&month=2024-02-01&by=region")
    assert (grown[0]["value"], grown[0]["growth_on_previous_month"]) == ("east", "-70.15")
    text = (
        await client.get("/v1/reports/sales?currency=CNY&by=item_id&since=2024-01-01&until=2024-02-29&format=csv")
    ).text
    assert text.startswith("item_id,orders,quantity,amount\r\nI-0,")
    assert (await ask(client, "/v1/reports/deliveries?since=2024-01-01&until=2024-02-29"))[0]["delivered"] == 0

    await tell(
        client,
        "PUT",
        "/v1/distributors/C-1",
        {"regions": ["east"], "region_manager": "han.lei", "authorised_on": "2024-01-02"},
    )
    unit = {
        "unit_code": "U-1",
        "customer_id": "C-1",
        "region": "east",
        "shipped_on": "2024-01-05",
        "region_manager": "han.lei",
    }
    await tell(client, "POST", "/v1/units", unit)
    for number, kind in ((1, "natural"), (2, "malicious")):
        scan = {"scan_id": f"SC-{number}", "unit_code": "U-1", "region": "north", "scanned_on": "2024-02-01"}
        await tell(client, "POST", "/v1/scans", scan)
        assert (await ask(client, "/v1/diversions"))["items"][-1]["kind"] == kind
    await until(service, datetime(2024, 4, 1, 1, tzinfo=UTC))
    assert (await ask(client, "/v1/rebates?customer_id=C-1"))["items"][0]["amount"] == "60.00"
    card = await ask(client, "/v1/distributors/C-1/scorecard?as_of=2024-04-01")
    assert (card["diversions"], card["rebates_accrued"]) == ({"natural": 1, "malicious": 1}, "60.00")

    sale = {
        "opportunity_id": "OP-1", "customer_id": "C-1", "name": "caps", "owner_id": "li.na", "amount": "80000",
        "currency": "CNY", "expected_on": "2024-09-30", "on": "2024-03-01",
    }  # fmt: skip
    await tell(client, "POST", "/v1/opportunities", sale)
    await tell(
        client,
        "POST",
        "/v1/opportunities/OP-1/stage",
        {"stage": "proposal", "because": "they asked", "on": "2024-03-20"},
    )
    funnel = await ask(client, "/v1/reports/funnel?currency=CNY&by=stage&by=period&as_of=2024-04-01")
    assert [(row["stage"], row["period"], float(row["present_value"])) for row in funnel] == [
        ("proposal", "2024-09", 40_000.0)
    ]
    assert (await ask(client, "/v1/opportunities/OP-1"))["present_value"] is not None
    assert (await ask(client, "/v1/discounts?quantity=100&month=2"))["total"] == "3"
    assert len((await ask(client, "/v1/customers/C-1/history?limit=100"))["items"]) > 15
    for path in ("/v1/customers", "/v1/orders", "/v1/complaints", "/v1/surveys", "/v1/tierings", "/v1/opportunities"):
        assert "items" in await ask(client, path)
