"""The service on a real PostgreSQL, over HTTP: from an invoice to a court, and what was known when."""

from typing import Any

import pytest

from .running import Running


def invoice(number: int, customer: str, due_on: str, amount: str = "1000", issued_on: str = "2024-01-01") -> Any:
    return {
        "invoice_id": f"I-{number}", "customer_id": customer, "issued_on": issued_on, "due_on": due_on,
        "amount": amount, "currency": "EUR",
    }  # fmt: skip


def payment(number: int, customer: str, amount: str, paid_on: str, of: int | None = None) -> Any:
    return {
        "payment_id": f"P-{number}", "customer_id": customer, "invoice_id": f"I-{of}" if of else None, "amount": amount,
        "currency": "EUR", "paid_on": paid_on, "method": "transfer",
    }  # fmt: skip


def check(order: str | None, customer: str, amount: str) -> Any:
    return {"order_id": order, "customer_id": customer, "amount": amount, "currency": "EUR"}


async def test_from_a_limit_to_a_held_order_and_what_releases_it(running: Running) -> None:
    await running.move_to("2024-06-01")
    file = {
        "character": "85", "capacity": "85", "capital": "85", "collateral": "85", "conditions": "85",
        "financials": {"currency": "EUR", "net_assets": "10000", "net_working_capital": "5000"},
        "recorded_by": "analyst",
    }  # fmt: skip
    await running.send("PUT", "/v1/accounts/C-1/file", file)
    proposal = {"limit": None, "currency": "EUR", "reason": "new customer", "proposed_by": "seller"}
    await running.post("/v1/accounts/C-1/limit-proposals", proposal)
    (proposed,) = (await running.get("/v1/limit-proposals", status="proposed"))["items"]
    assert (proposed["credit_limit"], proposed["suggested"]) == ("1000", "1000")
    approval = f"/v1/accounts/C-1/limit-proposals/{proposed['proposal_id']}/approval"
    refused = await running.post(approval, {"approved_by": "seller"}, 409)
    assert "another person has to" in refused["detail"]
    await running.post(approval, {"approved_by": "head of credit"})

    answer = await running.post("/v1/credit-checks", check(None, "C-1", "800"))
    assert (answer["approved"], answer["recorded"]) == (True, False)
    reserved = await running.post("/v1/credit-checks", check("O-1", "C-1", "800"))
    assert (reserved["approved"], reserved["exposure"]["approved_orders"]) == (True, "800")
    held = await running.post("/v1/credit-checks", check("O-2", "C-1", "300"))
    assert not held["approved"]
    assert "100.00 EUR over the limit" in held["holds"][0]["reason"]
    again = await running.post("/v1/credit-checks", check("O-2", "C-1", "300"))
    assert again == held

    what_if = await running.get("/v1/accounts/C-1/limit/what-if", credit_limit="1100", currency="EUR")
    assert (what_if["released_orders"], what_if["still_held"]) == (["O-2"], [])
    why = await running.get("/v1/credit-checks/C-1/O-2")
    assert "is paid or leaves the exposure" in why["today"]["holds"][0]["release"]["summary"]
    override = {"ends_on": "2024-06-03", "reason": "season", "overridden_by": "head of credit"}
    await running.post("/v1/credit-checks/C-1/O-2/override", override)
    account = await running.get("/v1/accounts/C-1")
    assert (account["approved_orders"], account["use_percent"], account["credit_class"]) == ("1100", "110.00", "AA")
    await running.move_to("2024-06-04")
    assert (await running.get("/v1/credit-checks/C-1/O-2"))["status"] == "held"
    explanation = await running.get("/v1/accounts/C-1/explanation")
    assert (explanation["next_credit_class"], explanation["missing_points"]) == ("AAA", "5.00")
    limit = explanation["limit_in_force"]
    assert (limit["amount"], limit["currency"], limit["source"], limit["approved_by"]) == (
        "1000",
        "EUR",
        "set",
        "head of credit",
    )
    assert limit["because"].startswith("head of credit set 1,000.00 EUR from 2024-06-0")
    assert limit["changes"] == ["A person proposes another limit, and another person approves it."]
    names = [each["name"] for each in limit["factors"]]
    assert (limit["suggested_amount"], names[-2:]) == ("1000", ["cap", "working_capital"]), (
        "methods not chosen come last"
    )

    candidate = {"document": {"net_assets_percent": "5"}, "starts_on": "2024-06-01", "ends_on": "2024-06-30"}
    tried = await running.post("/v1/policies/limits/backtests", candidate, 202)
    while tried["status"] not in ("done", "failed"):
        tried = await running.get(f"/v1/policies/limits/backtests/{tried['backtest_id']}")
    assert tried["error"] is None
    assert tried["report"]["limit_changes"] == [
        {"customer_id": "C-1", "currency": "EUR", "live": "1000", "candidate": "500", "because": "suggestion"}
    ]
    assert (tried["report"]["delayed_amount"], tried["report"]["held_only_by_live"]) == ({"EUR": "800"}, 1)


async def test_a_share_of_a_cap_reaches_the_account_by_itself(running: Running) -> None:
    await running.move_to("2024-06-01")
    cap = {"name": "Bright Group", "amount": "900", "currency": "EUR", "reason": "one owner", "approved_by": "head"}
    await running.send("PUT", "/v1/caps/G-1", cap)
    await running.send("PUT", "/v1/caps/G-1/shares/C-1", {"share": "700"})
    refused = await running.send("PUT", "/v1/caps/G-1/shares/C-2", {"share": "201"}, 409)
    assert "200.00 EUR are free" in refused["detail"]
    await running.move_to("2024-06-02")
    await running.send("PUT", "/v1/caps/G-1/shares/C-1", {"share": "300"})
    await running.move_to("2024-06-03")
    shares = {row["customer_id"]: row for row in (await running.get("/v1/caps"))["items"]}
    assert (shares["C-1"]["share"], shares["C-1"]["is_taken"]) == ("300", True)
    held = await running.post("/v1/credit-checks", check("O-1", "C-1", "301"))
    assert "1.00 EUR over the limit of 300.00 EUR" in held["holds"][0]["reason"]


async def test_from_an_invoice_to_collection_with_every_figure_tied(running: Running) -> None:
    await running.move_to("2024-01-01")
    for number, customer, due_on in ((1, "C-1", "2024-01-31"), (2, "C-2", "2024-02-20"), (3, "C-3", "2024-05-31")):
        await running.post("/v1/invoices", invoice(number, customer, due_on))
    await running.move_to("2024-02-04")
    await running.post("/v1/collections/C-1-1/promises", {
        "amount": "400", "promised_on": "2024-02-10", "recorded_by": "collector",
    })  # fmt: skip
    await running.move_to("2024-02-10")
    await running.post("/v1/payments", payment(1, "C-1", "400", "2024-02-10", of=1))
    case = await running.get("/v1/collections/C-1-1")
    assert [(each["status"], each["amount"]) for each in case["promises"]] == [("kept", "400")]
    assert case["next_stages"]["litigation"] == ["filing"]

    await running.move_to("2024-03-20")
    worklist = (await running.get("/v1/collections"))["items"]
    assert [row["customer_id"] for row in worklist] == ["C-1", "C-2"]
    for row in worklist:
        parts = ("amount_points", "age_points", "behaviour_points", "promise_points")
        assert sum(float(row[part]) for part in parts) == pytest.approx(float(row["score"]))
    listed = (await running.get("/v1/accounts"))["items"]
    assert [(row["customer_id"], row["receivable"]) for row in listed] == [
        ("C-1", "600"),
        ("C-2", "1000"),
        ("C-3", "1000"),
    ]

    now = await running.get("/v1/reports/ageing", currency="EUR")
    known = await running.get("/v1/reports/ageing", currency="EUR", as_of="2024-03-20", as_known_at="9999-12-31")
    assert now == known
    assert (now["total"], now["balance"]) == ("2600", "2600")
    one = await running.get("/v1/reports/ageing", currency="EUR", customer_id="C-1", as_known_at="9999-12-31")
    assert one["balance"] == "600"
    then = await running.get("/v1/accounts/C-1/known", as_of="2024-02-05", as_known_at="9999-12-31")
    assert then["exposure"]["receivable"] == "600"

    await running.post("/v1/invoices/C-2/I-2/disputes", {"amount": "250", "reason": "damaged", "recorded_by": "sales"})
    await running.post(
        "/v1/disputes/C-2/I-2-D1/resolution", {"conceded": "50", "outcome": "part", "resolved_by": "sales"}
    )
    await running.post("/v1/invoices/C-2/I-2/write-off", {"reason": "bankrupt", "proposed_by": "collector"})
    await running.post("/v1/invoices/C-2/I-2/write-off/approval", {"approved_by": "head of credit"})
    ageing = await running.get("/v1/reports/ageing", currency="EUR")
    assert (ageing["total"], ageing["unallocated"], ageing["balance"]) == ("1600", "0", "1600")
    (lost,) = (await running.get("/v1/invoices", status="written_off"))["items"]
    assert (lost["written_off"], lost["open_amount"]) == ("950", "0")
    await running.post("/v1/payments", payment(2, "C-1", "600", "2024-03-21", of=1))

    effect = {row["step"]: row for row in (await running.get("/v1/collections/effectiveness"))["items"]}
    assert (effect["reminder"]["taken_count"], effect["stop_supply"]["settled_count"]) == (2, 1)
    months = (await running.get("/v1/reports/months", currency="EUR", months=3))["items"]
    assert [(row["month"], row["receivable"]) for row in months] == [
        ("2024-03", "1600"), ("2024-02", "2600"), ("2024-01", "3000"),
    ]  # fmt: skip
    assert months[0]["written_off"] == "950"
    standard = await running.get("/v1/reports/standard", currency="EUR")
    assert (standard["bad_debt_percent"], standard["bad_debt_holds"]) == ("31.67", False)
    segments = await running.get("/v1/reports/segments", currency="EUR")
    assert sum(float(row["open_amount"]) for row in segments["items"]) == 1000
    dso = await running.get("/v1/reports/dso", currency="EUR")
    assert dso["receivable"] == "1600"
    everything = {"currency": "EUR", "as_of": "2024-03-20", "as_known_at": "9999-12-31"}
    assert (await running.get("/v1/reports/months", months=3, **everything))["items"] == months
    assert await running.get("/v1/reports/dso", **everything) == dso
    assert await running.get("/v1/reports/standard", **everything) == standard
    # The last payment is of the next day: the segments of now have it already, those of a day only from its day on.
    assert await running.get("/v1/reports/segments", **{**everything, "as_of": "2024-03-21"}) == segments
    of_the_day = await running.get("/v1/reports/segments", currency="EUR", as_of="2024-03-20")
    assert sum(float(row["open_amount"]) for row in of_the_day["items"]) == 1600
    before = await running.get("/v1/reports/segments", currency="EUR", as_known_at="2000-01-01")
    assert before == {"items": [], "next": None}
    nothing = await running.get("/v1/reports/dso", currency="EUR", as_of="2024-03-20", as_known_at="2000-01-01")
    assert nothing["receivable"] == "0"
    interest = await running.get("/v1/invoices/C-1/I-1/interest", until="2024-03-21")
    assert interest["total"] == interest["charged"]
    never = await running.get("/v1/reports/shadow", 404, shadow=1)
    assert never["detail"].endswith("running or compared before, with the number 1.")
