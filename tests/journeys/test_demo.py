"""The main job: facts go in over Kafka; grades, tiers and cases come out over HTTP, and a command proves it."""

import pytest
from rich.console import Console

from standing import account, journey
from standing.facts import DataSet
from standing.facts.demo import demo
from standing.installation import Installation
from standing.run import feed, verify

from .conftest import Start


@pytest.fixture(scope="module")
def facts() -> DataSet:
    return demo(days=60, scale=0.2)


@pytest.fixture(scope="module")
async def installation(installations: Start, facts: DataSet) -> Installation:
    started = await installations()
    assert await feed(started, facts, Console(width=140))
    return started


async def test_every_fact_is_recorded_or_a_repeat_or_parked(installation: Installation, facts: DataSet) -> None:
    counts = (await account.counts(installation.clients)).values()
    assert sum(count.total for count in counts) == len(facts.facts)
    assert sum(count.repeated for count in counts) == facts.expected_repeats
    assert sum(count.parked for count in counts) == facts.malformed


async def test_what_is_parked_says_why_and_holds_nobody_else_up(installation: Installation, facts: DataSet) -> None:
    parked = {}
    for client in installation.clients:
        for message in (await client.get("/v1/admin/parked", limit=500))["items"]:
            parked[message["headers"]["ce_id"]] = message
    assert set(parked) == set(facts.park_reasons)
    assert all(message["code"] in ("invalid", "unknown-type", "not-a-cloudevent") for message in parked.values())
    assert any("2013-02-30" in message["reason"] for message in parked.values())
    assert any("NaN" in message["reason"] for message in parked.values())
    assert any("ISO 4217" in message["reason"] for message in parked.values())


async def test_a_supplier_has_a_grade_that_explains_itself(installation: Installation) -> None:
    client = installation.client("supplier-svc")
    row = next(r for r in await client.pages("/v1/suppliers") if r["standing"] in ("B", "C", "D"))
    grade = await client.get(f"/v1/suppliers/{row['supplier_id']}/grade", as_of="2024-02-15")
    assert grade["decided_by_period"] == "2024-01"
    why = await client.get(f"/v1/suppliers/{row['supplier_id']}/grade/explanation")
    assert why["grading"]["factors"]
    assert why["grading"]["thresholds"]
    assert why["next_grade"]


async def test_customers_are_tiered_once_a_month_and_told_why(installation: Installation) -> None:
    client = installation.client("customer-svc")
    runs = [run["tiering_id"] for run in await client.pages("/v1/tierings", currency="CNY")]
    assert runs == ["2024-01-CNY", "2024-02-CNY"]
    vip = (await client.get("/v1/customers", tier="vip"))["items"][0]
    why = await client.get(f"/v1/customers/{vip['customer_id']}/tier/explanation")
    assert why["explanations"][0]["tier"] == "vip"


async def test_orders_show_what_credit_said(installation: Installation) -> None:
    orders = await installation.client("customer-svc").pages("/v1/orders")
    assert {"confirmed", "delivered"} <= {order["status"] for order in orders}
    assert not [order for order in orders if order["status"] == "submitted"]


async def test_an_overdue_invoice_walks_the_ladder_and_is_told(installation: Installation) -> None:
    cases = await installation.client("credit-svc").pages("/v1/collections")
    assert cases
    case = await installation.client("credit-svc").get(f"/v1/collections/{cases[0]['case_id']}")
    assert case["steps"][0]["step"] == "reminder"
    notices = await installation.client("notify-svc").pages("/v1/notifications", rule="payment-overdue")
    assert {notice["status"] for notice in notices} == {"sent"}


async def test_a_journey_shows_what_one_fact_caused_across_services(installation: Installation) -> None:
    overdue = (await installation.client("notify-svc").pages("/v1/notifications", rule="payment-overdue"))[0]
    log = [
        event
        for partition in range(installation.kafka.partitions)
        for event in (await installation.client("notify-svc").get("/v1/log", partition=partition, limit=1000))["events"]
        if event["data"].get("notification_id") == overdue["notification_id"]
    ]
    correlation = log[0]["headers"]["ce_correlationid"]
    events = await journey.events_of(installation.clients, correlation)
    types = {event["headers"]["ce_type"] for event in events}
    assert {
        "credit.InvoiceRecorded",
        "credit.PaymentOverdue",
        "notify.NotificationRequested",
        "notify.NotificationSent",
    } <= types


async def test_everything_holds_together(installation: Installation, console: Console) -> None:
    assert await verify(installation, console)
