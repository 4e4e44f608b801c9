"""The whole service on a real database: what is written over HTTP is asked back, and the timers do their work."""

from datetime import UTC, date, datetime
from decimal import Decimal

import httpx

from chassis.runtime import Runtime
from chassis.testing.passing import pass_until

from .running import ask, merged_and_ordered, order, ordered, send


async def test_orders_make_tiers_classes_and_warnings_when_their_time_comes(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await merged_and_ordered(client)
    await pass_until(service, datetime(2024, 6, 1, 1, tzinfo=UTC))

    tier = await ask(client, "/v1/customers/C-1/tier")
    assert (tier["tier"], tier["standings"][0]["amount"]) == ("vip", "6000")
    explained = (await ask(client, "/v1/customers/C-2b/tier/explanation"))["explanations"][0]
    assert (explained["amount"], explained["population"], explained["better_tiers"][0]["tier"]) == ("2700", 2, "vip")
    abc = await ask(client, "/v1/reports/abc?currency=CNY&as_of=2024-02-29")
    assert [(line["customer_id"], line["letter"]) for line in abc["customers"]] == [("C-1", "A"), ("C-2", "A")]
    assert abc["tiering_id"] == "2024-02-CNY"
    first = await ask(client, "/v1/reports/top?currency=CNY&by=orders&limit=1")
    assert [row["customer_id"] for row in first["items"]] == ["C-1"]
    rest = await ask(client, f"/v1/reports/top?currency=CNY&by=orders&after={first['next']}")
    assert ([row["customer_id"] for row in rest["items"]], rest["next"]) == (["C-2"], None)

    warned = (await ask(client, "/v1/retentions?level=red"))["items"]
    assert [row["customer_id"] for row in warned] == ["C-1"]
    assert "its own interval of 10" in warned[0]["because"]
    back = order(90, "C-1", date(2024, 6, 1), 500)
    await send(client, "POST", "/v1/orders", back)
    assert (await ask(client, "/v1/retentions"))["items"][0]["level"] == "none"
    phases = (await ask(client, "/v1/relationships"))["items"]
    assert {row["customer_id"]: row["phase"] for row in phases} == {"C-1": "decline"}


async def test_what_was_known_before_a_run_stays_to_be_asked(service: Runtime, client: httpx.AsyncClient) -> None:
    await ordered(client)
    await pass_until(service, datetime(2024, 2, 2, tzinfo=UTC))
    known = await ask(client, "/v1/customers/C-1/tier?as_known_at=2024-02-02T00:00:00Z")
    assert [each["as_of"] for each in known["standings"]] == ["2024-01-31"]
    before = await ask(client, "/v1/customers/C-1/tier?as_known_at=2024-01-15")
    assert (before["tier"], before["standings"]) == (None, [])


async def test_a_complaint_breaks_its_promise_at_its_instant_and_is_traced(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    outcome = {
        "complaint_id": "CP-1", "customer_id": "C-1", "topic": "product_quality", "severity": "urgent",
        "description": "12 of 400 are cracked", "at": "2024-04-30T02:00:00Z",
    }  # fmt: skip
    await send(client, "POST", "/v1/complaints", outcome)
    await pass_until(service, datetime(2024, 4, 30, 5, tzinfo=UTC))
    assert (await ask(client, "/v1/complaints/CP-1"))["breaches"] == ["respond"]
    history = await service.log.read_streams(["complaint-CP-1"])
    moments = {row.envelope.type: row.envelope.occurred_at for row in history}
    assert moments["customer.ComplaintClockWarned"] == datetime(2024, 4, 30, 3, 36, tzinfo=UTC)
    assert moments["customer.ComplaintClockBreached"] == datetime(2024, 4, 30, 4, tzinfo=UTC)
    solved = {"solution": "replaced the lot", "at": "2024-04-30T06:00:00Z"}
    await send(client, "POST", "/v1/complaints/CP-1/resolution", solved)
    cause = {
        "supplier_id": "S-1", "item_id": "P-1", "lot_id": "L-1", "severity": "major", "quantity": "12", "code": "CRACK",
        "description": "cracked at the rib", "traced_on": "2024-05-06",
    }  # fmt: skip
    await send(client, "POST", "/v1/complaints/CP-1/traces", cause)
    figures = await ask(client, "/v1/reports/complaints?since=2024-04-01&until=2024-04-30")
    assert [
        (row["complaint_count"], row["responded_late"], row["resolved_in_time"], row["traced_count"])
        for row in figures["items"]
    ] == [(1, 1, 1, 1)]
    assert Decimal(figures["items"][0]["mean_hours_to_resolve"]) == 4


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
    await send(client, "POST", "/v1/customers", file)
    shared = {"grants": [{"person_id": "wu.jun", "operations": ["read"]}], "shared_on": "2024-01-02"}
    await send(client, "PUT", "/v1/customers/C-1/sharing", shared)
    await send(
        client,
        "PATCH",
        "/v1/customers/C-1/file",
        {"classification": {"industry": "packaging"}, "changed_on": "2024-01-03"},
    )
    await send(client, "PUT", "/v1/customers/C-1/owner", {"owner_id": "han.lei", "assigned_on": "2024-01-04"})
    found = await ask(client, "/v1/customers/C-1/file")
    assert (found["owner_id"], found["industry"], found["grants"][0]["person_id"]) == ("han.lei", "packaging", "wu.jun")
    assert len((await ask(client, "/v1/files"))["items"]) == 1

    assess = {"strategic_fit": "8", "growth": "7", "relation": "5", "currency": "CNY", "on": "2024-02-01"}
    await send(client, "POST", "/v1/customers/C-1/assessments", assess)
    account = {
        "owner_id": "li.na",
        "sponsor_id": "zhou.min",
        "emphasis": "price",
        "because": "our largest",
        "on": "2024-02-01",
    }
    await send(client, "PUT", "/v1/customers/C-1/key-account", account)
    effort = {"effort_id": "E-1", "person_id": "li.na", "hours": "6", "activity": "visit", "on": "2024-02-02"}
    await send(client, "POST", "/v1/customers/C-1/efforts", effort)
    report = await ask(client, "/v1/reports/key-accounts")
    assert (report["key_account_count"], report["without_a_plan"][0]["customer_id"]) == (1, "C-1")
    assert (report["share_of_customers"], report["share_of_customers_wanted"]) == ("33.33", "10")
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
    await send(client, "POST", "/v1/surveys", survey)
    kano = {**survey, "survey_id": "S-2", "kind": "kano", "answers": {"box:with": "like", "box:without": "neutral"}}
    await send(client, "POST", "/v1/surveys", kano)
    quality = await ask(client, "/v1/reports/satisfaction/csi")
    assert (quality["mean"], [part["name"] for part in quality["parts"]]) == ("74.00", ["price", "product"])
    assert (await ask(client, "/v1/reports/satisfaction/kano"))["items"][0]["better"] == "1.00"
    assert (await ask(client, "/v1/reports/satisfaction"))["answer_count"] == 0

    rows = await ask(client, "/v1/reports/sales?currency=CNY&by=month&by=region&since=2024-01&until=2024-02-29")
    assert sum(Decimal(row["amount"]) for row in rows["items"]) == 8_700
    assert {row["month"] for row in rows["items"]} == {"2024-01", "2024-02"}
    grown = (await ask(client, "/v1/reports/growth?currency=CNY&month=2024-02&by=region"))["items"]
    assert (grown[0]["value"], grown[0]["growth_on_month_before"]) == ("east", "-70.15")
    text = (
        await client.get("/v1/reports/sales?currency=CNY&by=item_id&since=2024-01-01&until=2024-02-29&format=csv")
    ).text
    assert text.startswith("item_id,order_count,quantity,amount\r\nI-0,")
    assert (await ask(client, "/v1/reports/deliveries?since=2024-01-01&until=2024-02-29"))["items"][0][
        "delivered_count"
    ] == 0

    await send(
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
    await send(client, "POST", "/v1/units", unit)
    for number, kind in ((1, "natural"), (2, "malicious")):
        scan = {"scan_id": f"SC-{number}", "unit_code": "U-1", "region": "north", "scanned_on": "2024-02-01"}
        await send(client, "POST", "/v1/scans", scan)
        assert (await ask(client, "/v1/diversions"))["items"][-1]["kind"] == kind
    await pass_until(service, datetime(2024, 4, 1, 1, tzinfo=UTC))
    assert (await ask(client, "/v1/rebates?customer_id=C-1"))["items"][0]["amount"] == "60.00"
    card = await ask(client, "/v1/distributors/C-1/scorecard?as_of=2024-04-01")
    assert (card["diversions"], card["rebates_accrued"]) == ({"natural": 1, "malicious": 1}, "60.00")

    sale = {
        "opportunity_id": "OP-1", "customer_id": "C-1", "name": "caps", "owner_id": "li.na", "amount": "80000",
        "currency": "CNY", "expected_on": "2024-09-30", "on": "2024-03-01",
    }  # fmt: skip
    await send(client, "POST", "/v1/opportunities", sale)
    await send(
        client,
        "POST",
        "/v1/opportunities/OP-1/stage",
        {"stage": "proposal", "because": "they asked", "on": "2024-03-20"},
    )
    funnel = await ask(client, "/v1/reports/funnel?currency=CNY&by=stage&by=period&as_of=2024-04-01")
    assert [(row["stage"], row["period"], float(row["present_value"])) for row in funnel["items"]] == [
        ("proposal", "2024-09", 40_000.0)
    ]
    assert (await ask(client, "/v1/opportunities/OP-1"))["present_value"] is not None
    assert (await ask(client, "/v1/discounts?quantity=100&month=2024-02"))["total"] == "3"
    assert len((await ask(client, "/v1/customers/C-1/history?limit=100"))["items"]) > 15
    for path in ("/v1/customers", "/v1/orders", "/v1/complaints", "/v1/surveys", "/v1/tierings", "/v1/opportunities"):
        assert "items" in await ask(client, path)
