"""Ways, contacts and agencies over HTTP on a real PostgreSQL."""

from datetime import date
from typing import Any

from contracts import customer

from .running import Running
from .test_running import invoice, payment


def registered(customer_id: str, city: str | None, **addresses: str) -> customer.CustomerRegistered:
    contact = {"contact_id": "ann", "name": "Ann", **addresses}
    return customer.CustomerRegistered.model_validate({
        "customer_id": customer_id, "name": "A company", "owner_id": "E-1", "registered_on": date(2024, 1, 1),
        "classification": {"province": city, "city": city}, "contacts": (contact,) if addresses else (),
    })  # fmt: skip


async def with_office(running: Running) -> None:
    office = {"province": "Beijing", "city": "Beijing"}
    body = {"document": {"offices": [office]}, "effective_from": "2024-01-02", "reason": "where we are"}
    answer = await running.client.put("/v1/policies/collection", json=body, headers={"If-Match": '"1"'})
    assert answer.status_code in (200, 201), answer.text


def said(**fields: Any) -> dict[str, Any]:
    usual = {
        "way": "phone", "with_whom": "ann", "statement": "will look into it", "result": "reached",
        "recorded_by": "collector",
    }  # fmt: skip
    return {**usual, **fields}


async def test_a_distant_debtor_is_called_and_what_was_said_leaves_the_collectors_list(running: Running) -> None:
    await running.move_to("2024-01-02")
    await with_office(running)
    await running.hear(registered("C-1", "Guangzhou", email="ann@example.org", telephone="555 0001"))
    await running.hear(registered("C-2", "Beijing", email="ben@example.org"))
    for number, each in enumerate(("C-1", "C-2", "C-3"), start=1):
        await running.post("/v1/invoices", invoice(number, each, "2024-01-31"))
    place = await running.get("/v1/accounts/C-1/place")
    assert (place["city"], place["is_distant"], place["ways"]) == ("Guangzhou", True, ["email", "phone"])
    assert (await running.get("/v1/accounts/C-3/place"))["because"] == "The place of C-3 is unknown."

    await running.move_to("2024-03-01")
    steps = {each: (await running.get(f"/v1/collections/{each}-1"))["steps"][-1] for each in ("C-1", "C-2")}
    ways = {each: (step["step"], step["contact_way"], step["way_because"]) for each, step in steps.items()}
    assert ways == {
        "C-1": ("visit", "phone", "Guangzhou is distant: a manager calls."), "C-2": ("visit", "visit", ""),
    }  # fmt: skip
    await running.move_to("2024-03-06")
    assert (await running.get("/v1/collections/contacts-due"))["items"] == []
    await running.move_to("2024-03-07")
    due = (await running.get("/v1/collections/contacts-due"))["items"]
    assert [(row["case_id"], row["step"], row["days"]) for row in due] == [
        ("C-1-1", "visit", 6), ("C-2-1", "visit", 6), ("C-3-1", "visit", 6),
    ]  # fmt: skip

    path = "/v1/collections/C-1-1/contacts"
    refused = await running.post(path, said(contacted_on="2024-03-08"), 422)
    assert refused["detail"] == "2024-03-08 is after today."
    await running.post(path, said(contacted_on="2024-03-05", demand_reached=True))
    visited = said(
        contacted_on="2024-03-06", way="visit", result="promise", promised_amount="1000", promised_on="2024-03-09"
    )
    await running.post(path, visited)
    rows = (await running.get(path))["items"]
    assert [(row["contact_id"], row["way"], row["result"], row["is_distant"]) for row in rows] == [
        ("C-1-1-K1", "phone", "reached", False), ("C-1-1-K2", "visit", "promise", True),
    ]  # fmt: skip
    assert (await running.get("/v1/collections/C-1-1"))["paused_because"] == "promise"
    due = (await running.get("/v1/collections/contacts-due"))["items"]
    assert [row["case_id"] for row in due] == ["C-2-1", "C-3-1"]
    await running.get("/v1/collections/none/contacts", 404)

    await running.post("/v1/payments", payment(1, "C-1", "1000", "2024-03-08", of=1))
    by_way = (await running.get("/v1/collections/effectiveness", by="way"))["items"]
    counted = {row["way"]: (row["taken_count"], row["settled_count"]) for row in by_way}
    assert counted["phone"] == (3, 1)
    assert counted["visit"] == (1, 0)
    by_step = (await running.get("/v1/collections/effectiveness"))["items"]
    assert {row["step"]: row["taken_count"] for row in by_step}["visit"] == 3


async def test_from_the_choice_of_an_agency_to_its_settlement(running: Running) -> None:
    await running.move_to("2024-02-04")
    await running.post("/v1/invoices", invoice(1, "C-1", "2024-01-31", "100000"))
    await running.move_to("2024-02-05")
    path = "/v1/collections/C-1-1/stages"

    async def stage(name: str, expected: int = 200, **terms: str) -> Any:
        body = {"way": "delegated", "stage": name, "recorded_by": "collector", **terms}
        return await running.post(path, body, expected)

    agency = {"agency": "Good Faith Collections", "agency_kind": "lawyer"}
    refused = await stage("choose_agency", 422, **agency)
    assert refused["detail"] == "Say why Good Faith Collections is of good standing."
    await stage("choose_agency", **agency, agency_standing="at the bar for 20 years")
    await stage("present_case")
    await stage("hear_assessment")
    refused = await stage("agree_commission", 422)
    assert refused["detail"] == "A commission must be agreed before the mandate."
    await stage("agree_commission", commission_percent="12")
    await stage("sign_mandate")
    await stage("hand_over_papers")
    await stage("progress_report")
    await running.move_to("2024-03-06")
    await stage("settle", collected="80000")
    item = await running.get("/v1/invoices/C-1/I-1")
    assert item["open_amount"] == "20000"
    passed_on = {**payment(7, "C-1", "70400", "2024-03-06"), "agency_payment_id": "C-1-1-A1"}
    assert (await running.post("/v1/payments", passed_on))["events"] == ["credit.AgencyMoneyReceived"]
    assert (await running.get("/v1/invoices/C-1/I-1"))["open_amount"] == "20000"
    (row,) = (await running.get("/v1/reports/agencies"))["items"]
    assert row == {
        "agency": "Good Faith Collections", "currency": "EUR", "cases": 1, "given": "100000", "collected": "80000",
        "percent": "80.00", "commission": "9600.00", "mean_days": "30.0",
    }  # fmt: skip
    case = await running.get("/v1/collections/C-1-1")
    assert (case["agency"], case["commission_percent"], case["way"]) == ("Good Faith Collections", "12", "delegated")
