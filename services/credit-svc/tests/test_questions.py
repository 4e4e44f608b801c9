"""What can be asked of a running service: single things, lists in both directions, and a sentence where there is nothing to ask."""

from typing import Any

import pytest

from chassis.testing.client import bearer
from chassis.testing.passing import at_rest
from standing_parts.issuer import Issuer

from .running import Running

OF_A_CUSTOMER = (
    "/v1/invoices", "/v1/payments", "/v1/credit-checks", "/v1/limit-proposals", "/v1/caps", "/v1/collections",
    "/v1/reports/ageing",
)  # fmt: skip
HEAD = {"X-Actor": "head of credit"}


def invoice(invoice_id: str, customer_id: str, due_on: str, amount: str) -> Any:
    return {
        "invoice_id": invoice_id, "customer_id": customer_id, "issued_on": "2024-01-01", "due_on": due_on,
        "amount": amount, "currency": "EUR",
    }  # fmt: skip


@pytest.fixture
async def credit(running: Running) -> Running:
    await running.move_to("2024-03-01")
    for body in (
        invoice("I-1", "C-1", "2024-02-10", "300"), invoice("I-2", "C-1", "2024-04-10", "100"),
        invoice("I-3", "C-2", "2024-03-10", "200"),
    ):  # fmt: skip
        await running.post("/v1/invoices", body)
    paid = {
        "payment_id": "P/1",
        "customer_id": "C-1",
        "amount": "350",
        "currency": "EUR",
        "paid_on": "2024-02-20",
        "method": "transfer",
    }
    await running.post("/v1/payments", paid)
    return running


async def ids(credit: Running, path: str, name: str, **parameters: str) -> list[str]:
    return [row[name] for row in (await credit.get(path, **parameters))["items"]]


async def test_lists_are_read_up_and_down_and_page_by_page(credit: Running) -> None:
    assert await ids(credit, "/v1/invoices", "invoice_id") == ["I-1", "I-3", "I-2"], "the oldest due date first"
    assert await ids(credit, "/v1/invoices", "invoice_id", sort="-due_on") == ["I-2", "I-3", "I-1"]
    assert await ids(credit, "/v1/invoices", "invoice_id", sort="amount") == ["I-2", "I-3", "I-1"]
    first = await credit.get("/v1/invoices", sort="-amount", limit=2)
    rest = await credit.get("/v1/invoices", sort="-amount", limit=2, after=first["next"])
    assert [row["invoice_id"] for row in first["items"] + rest["items"]] == ["I-1", "I-3", "I-2"]
    assert await ids(credit, "/v1/accounts", "customer_id") == ["C-1", "C-2"]
    assert await ids(credit, "/v1/accounts", "customer_id", sort="receivable") == ["C-1", "C-2"], "50 and 200"
    assert await ids(credit, "/v1/accounts", "customer_id", sort="-receivable") == ["C-2", "C-1"]
    pages = await credit.get("/v1/accounts", sort="-receivable", limit=1)
    assert (await credit.get("/v1/accounts", sort="-receivable", after=pages["next"]))["items"][0][
        "customer_id"
    ] == "C-1"
    assert await ids(credit, "/v1/accounts", "customer_id", currency="USD") == []


async def test_invoices_are_found_by_their_due_date_status_and_customer(credit: Running) -> None:
    assert await ids(credit, "/v1/invoices", "invoice_id", due_from="2024-03-01", due_until="2024-03-31") == ["I-3"]
    assert await ids(credit, "/v1/invoices", "invoice_id", status="settled", customer_id="C-1") == ["I-1"]
    assert await ids(credit, "/v1/payments", "payment_id", since="2024-02", until="2024-02") == ["P/1"]
    assert await ids(credit, "/v1/payments", "payment_id", since="2024-02-21") == []


async def test_one_thing_is_read_by_its_id_with_what_belongs_to_it(credit: Running) -> None:
    one = await credit.get("/v1/invoices/C-1/I-2")
    assert [(each["payment_id"], each["amount"]) for each in one["payments"]] == [("P/1", "50")]
    paid = await credit.get("/v1/payments/C-1/P%2F1")
    assert [(each["invoice_id"], each["amount"]) for each in paid["allocations"]] == [("I-1", "300"), ("I-2", "50")]
    proposal = {"limit": "500", "currency": "EUR", "reason": "asked for"}
    answer = await credit.client.post("/v1/accounts/C-1/limit-proposals", json=proposal, headers={"X-Actor": "seller"})
    assert answer.status_code == 200, answer.text
    await at_rest(credit.runtime)
    (proposed,) = (await credit.get("/v1/limit-proposals", customer_id="C-1"))["items"]
    shown = await credit.get(f"/v1/accounts/C-1/limit-proposals/{proposed['proposal_id']}")
    assert shown == proposed
    assert (shown["status"], shown["proposed_by"]) == ("proposed", "seller")
    cap = {"name": "the group", "amount": "900", "currency": "EUR", "reason": "one risk", "approved_by": "head"}
    await credit.send("PUT", "/v1/caps/G", cap)
    await credit.send("PUT", "/v1/caps/G/shares/C-1", {"share": "400"})
    group = (await credit.get("/v1/caps/G"))["items"]
    assert [(row["customer_id"], row["share"]) for row in group] == [("", "900"), ("C-1", "400")]
    assert (await credit.get("/v1/caps", customer_id="C-1"))["items"] == group[1:]
    for path in ("/v1/payments/C-1/P-9", "/v1/accounts/C-1/limit-proposals/L-9", "/v1/caps/H", "/v1/invoices/C-1/I-9"):
        assert (await credit.get(path, 404))["detail"].startswith("There is no "), path


@pytest.mark.parametrize("path", OF_A_CUSTOMER)
async def test_a_customer_of_whom_nothing_is_known_is_no_empty_list(credit: Running, path: str) -> None:
    currency = {"currency": "EUR"} if "reports" in path else {}
    refused = await credit.get(path, 404, customer_id="C-404", **currency)
    assert refused["detail"] == "There is no account of customer C-404."
    known = await credit.get(path, customer_id="C-2", **currency)
    assert "reports" in path or path == "/v1/invoices" or known == {"items": [], "next": None}


async def test_a_limit_for_a_customer_of_whom_nothing_is_known_is_not_tried(credit: Running) -> None:
    await credit.get("/v1/accounts/C-404/limit/what-if", 404, credit_limit="1", currency="EUR")


async def test_what_releases_a_held_order_is_a_sentence_with_its_numbers(credit: Running) -> None:
    await credit.post(
        "/v1/accounts/C-2/limit",
        {"limit": "100", "currency": "EUR", "reason": "reviewed", "approved_by": "head of credit"},
    )
    body = {"customer_id": "C-2", "order_id": "O-1", "amount": "50", "currency": "EUR", "on": "2024-03-01"}
    held = await credit.post("/v1/credit-checks", body)
    assert (held["approved"], held["ordered_on"]) == (False, "2024-03-01"), "the day under its former name"
    (row,) = (await credit.get("/v1/credit-checks", status="held", sort="-decided_on"))["items"]
    for release in (held["holds"][-1]["release"], row["release"]):
        assert release["summary"].startswith("Released when 150.00 EUR is paid")
        assert (release["excess_amount"], release["enough_amount"], release["currency"]) == ("150", "250", "EUR")
    assert (await credit.get("/v1/credit-checks/C-2/O-1"))["today"]["holds"] == held["holds"]


async def test_whoever_acts_is_the_one_of_the_token_and_two_persons_are_two(credit: Running, issuer: Issuer) -> None:
    async def sent(name: str, path: str, body: Any) -> tuple[int, Any]:
        token = bearer(issuer.token(name, ["administrator"]))
        answer = await credit.client.post(f"/v1/accounts/C-1/{path}", json=body, headers=token)
        await at_rest(credit.runtime)
        return answer.status_code, answer.json()

    limit = {"limit": "900", "currency": "EUR", "reason": "reviewed"}
    status, refused = await sent("ben.moor", "limit-proposals", {**limit, "proposed_by": "eva.lind"})
    assert (status, refused["type"]) == (403, "/problems/another-person")
    assert refused["detail"] == "You are ben.moor; you cannot sign as eva.lind."
    assert (await sent("ben.moor", "limit-proposals", limit))[0] == 200
    (proposed,) = (await credit.get("/v1/limit-proposals", customer_id="C-1"))["items"]
    approval = f"limit-proposals/{proposed['proposal_id']}/approval"
    assert (await sent("ben.moor", approval, {"approved_by": "finn.berg"}))[0] == 403
    assert (await sent("ben.moor", approval, {}))[0] == 409, "who proposes and who approves are two persons"
    assert (await sent("finn.berg", approval, {}))[0] == 200
    shown = await credit.get(f"/v1/accounts/C-1/{approval.removesuffix('/approval')}")
    assert (shown["status"], shown["proposed_by"], shown["decided_by"]) == ("approved", "ben.moor", "finn.berg")


async def test_a_person_sets_no_limit_alone_or_in_another_persons_name_and_raises_it_by_two(
    credit: Running, issuer: Issuer
) -> None:
    async def sent(name: str, path: str, body: Any) -> tuple[int, Any]:
        token = bearer(issuer.token(name, ["head-of-credit"]))
        answer = await credit.client.post(f"/v1/accounts/C-1/{path}", json=body, headers=token)
        await at_rest(credit.runtime)
        return answer.status_code, answer.json()

    limit = {"limit": "900", "currency": "EUR", "reason": "reviewed"}
    status, refused = await sent("finn.berg", "limit", {**limit, "proposed_by": "ben.moor"})
    assert (status, refused["type"]) == (403, "/problems/another-person")
    assert (await sent("finn.berg", "limit", limit))[0] == 409, "who sets it alone has proposed it too"
    await credit.post("/v1/accounts/C-1/limit", {**limit, "approved_by": "finn.berg"})
    for_a_time = {**limit, "limit": "1200", "ends_on": "2024-03-09"}
    assert (await sent("ben.moor", "limit-proposals", for_a_time))[0] == 200
    (proposed,) = (await credit.get("/v1/limit-proposals", customer_id="C-1", status="proposed"))["items"]
    assert proposed["ends_on"] == "2024-03-09"
    approval = f"limit-proposals/{proposed['proposal_id']}/approval"
    assert (await sent("ben.moor", approval, {}))[0] == 409, "who proposes and who approves are two persons"
    assert (await sent("finn.berg", approval, {}))[0] == 200
    shown = await credit.get(f"/v1/accounts/C-1/limit-proposals/{proposed['proposal_id']}")
    assert (shown["status"], shown["decided_by"]) == ("approved", "finn.berg")
    assert (await credit.get("/v1/accounts/C-1"))["credit_limit"] == "1200"


async def test_a_system_that_acts_for_its_users_names_them_in_x_actor_or_in_the_body(credit: Running) -> None:
    increase = {"limit": "900", "currency": "EUR", "ends_on": "2024-03-09", "reason": "season"}
    alone = await credit.client.post("/v1/accounts/C-1/limit-raises", json=increase, headers=HEAD)
    assert alone.status_code == 409, "who proposes and who approves are two persons"
    two = {**increase, "proposed_by": "seller", "approved_by": "head of credit"}
    differing = await credit.client.post("/v1/accounts/C-1/limit-raises", json=two, headers=HEAD)
    assert (differing.status_code, differing.json()["type"]) == (403, "/problems/another-person")
    limit = {"limit": "800", "currency": "EUR", "reason": "reviewed", "approved_by": "head of credit"}
    await credit.post("/v1/accounts/C-1/limit", limit)
    await credit.post("/v1/accounts/C-1/limit-raises", two)
    history = (await credit.get("/v1/accounts/C-1/history"))["items"]
    raised = next(row["data"] for row in history if row["type"] == "credit.TemporaryLimitRaised")
    assert (raised["proposed_by"], raised["approved_by"]) == ("seller", "head of credit")


async def test_the_history_of_an_account_is_a_sentence_for_each_event(credit: Running) -> None:
    rows = (await credit.get("/v1/accounts/C-1/history"))["items"]
    recorded = next(row for row in rows if row["type"] == "credit.InvoiceRecorded")
    assert {"position", "occurred_at", "recorded_at", "type", "summary", "actor", "data"} <= set(recorded)
    assert recorded["summary"] == "Invoice recorded."
    newest = (await credit.get("/v1/accounts/C-1/history", sort="-occurred_at"))["items"]
    assert [row["occurred_at"] for row in newest] == sorted((row["occurred_at"] for row in rows), reverse=True)
