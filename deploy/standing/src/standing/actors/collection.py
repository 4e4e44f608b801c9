"""The credit department: limits by four eyes, promises on the worklist, orders let through, a dispute, a write-off."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from standing.actors.action import Action, Clients, at

SERVICE = "credit-svc"
PROMISES_A_MONTH = 3
PROMISED_WITHIN_DAYS = 10
STOPPED_PAYING = "C-002"
LARGER_LIMITS = (("C-001", "160000"), ("C-003", "150000"))


def actions() -> Iterator[Action]:
    """What it does in the year."""
    yield Action(at(date(2024, 2, 12), 7), "larger limits are proposed", _propose)
    yield Action(at(date(2024, 2, 13), 7), "another person approves them", _approve)
    for month in range(2, 13):
        yield Action(at(date(2024, month, 14), 7), "customers promise to pay", _promise)
        yield Action(at(date(2024, month, 18), 7), "a held order is let through", _let_through)
    yield Action(at(date(2024, 6, 12), 7), "a customer disputes an invoice", _dispute)
    yield Action(at(date(2024, 7, 3), 7), "the dispute is resolved", _resolve)
    yield Action(at(date(2024, 10, 9), 7), "a write-off is proposed", _give_up)
    yield Action(at(date(2024, 10, 11), 7), "another person approves the write-off", _write_off)


async def _propose(to: Clients) -> None:
    for customer_id, limit in LARGER_LIMITS:
        body = {"limit": limit, "currency": "CNY", "reason": "pays well and grows", "proposed_by": "chen"}
        path = f"/v1/accounts/{customer_id}/limit-proposals"
        await to[SERVICE].act("POST", path, body, "chen", f"propose-{customer_id}")


async def _approve(to: Clients) -> None:
    for row in await to[SERVICE].pages("/v1/limit-proposals", status="proposed"):
        path = f"/v1/accounts/{row['customer_id']}/limit-proposals/{row['proposal_id']}/approval"
        await to[SERVICE].act("POST", path, {"approved_by": "sun"}, "sun", f"approve-{row['proposal_id']}")


async def _worklist(to: Clients) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = (await to[SERVICE].get("/v1/collections", limit=50))["items"]
    return cases


async def _promise(to: Clients) -> None:
    """The cases at the top of the worklist that are still spoken to; some of the promises will be met. Who stopped paying makes none."""
    by = to.now.date() + timedelta(days=PROMISED_WITHIN_DAYS)
    spoken_to = [
        case
        for case in await _worklist(to)
        if case["way"] is None and case["paused_because"] is None and case["customer_id"] != STOPPED_PAYING
    ]
    for case in spoken_to[:PROMISES_A_MONTH]:
        body = {"amount": str(case["overdue"]), "promised_on": by.isoformat(), "recorded_by": "zhou"}
        path = f"/v1/collections/{case['case_id']}/promises"
        await to[SERVICE].act("POST", path, body, "zhou", f"promise-{case['case_id']}-{by}")


async def _let_through(to: Clients) -> None:
    held = await to[SERVICE].pages("/v1/credit-checks", status="held")
    if held:
        order = min(held, key=lambda row: (row["decided_on"], row["order_id"]))
        ends_on = to.now.date() + timedelta(days=20)
        body = {"ends_on": ends_on.isoformat(), "reason": "the money is on its way", "overridden_by": "sun"}
        path = f"/v1/credit-checks/{order['customer_id']}/{order['order_id']}/override"
        await to[SERVICE].act("POST", path, body, "sun", f"override-{order['order_id']}")


async def _dispute(to: Clients) -> None:
    """The oldest overdue invoice of the case at the top of the worklist: a third of it."""
    worklist = await _worklist(to)
    if worklist:
        case = worklist[0]
        overdue = await to[SERVICE].pages("/v1/invoices", customer_id=case["customer_id"], status="overdue")
        invoice = overdue[0]
        amount = (Decimal(invoice["open_amount"]) / 3).quantize(Decimal("0.01"))
        body = {"amount": str(amount), "reason": "one pallet was missing", "recorded_by": "zhou"}
        path = f"/v1/invoices/{case['customer_id']}/{invoice['invoice_id']}/disputes"
        await to[SERVICE].act("POST", path, body, "zhou", f"dispute-{invoice['invoice_id']}")


async def _resolve(to: Clients) -> None:
    """Half of what was disputed is conceded."""
    for invoice in await to[SERVICE].pages("/v1/invoices", disputed="true"):
        for dispute_id, amount in invoice["disputes"].items():
            conceded = (Decimal(amount) / 2).quantize(Decimal("0.01"))
            body = {
                "conceded": str(conceded),
                "outcome": "the carrier's list shows half a pallet",
                "resolved_by": "sun",
            }
            path = f"/v1/disputes/{invoice['customer_id']}/{dispute_id}/resolution"
            await to[SERVICE].act("POST", path, body, "sun", f"resolve-{dispute_id}")


async def _given_up(to: Clients) -> dict[str, Any] | None:
    """The oldest overdue invoice of those who stopped paying."""
    overdue = await to[SERVICE].pages("/v1/invoices", status="overdue")
    return next((row for row in overdue if row["customer_id"] == STOPPED_PAYING), None)


async def _give_up(to: Clients) -> None:
    invoice = await _given_up(to)
    if invoice:
        path = f"/v1/invoices/{STOPPED_PAYING}/{invoice['invoice_id']}/write-off"
        body = {"reason": "the company is being wound up", "proposed_by": "zhou"}
        await to[SERVICE].act("POST", path, body, "zhou", f"give-up-{invoice['invoice_id']}")


async def _write_off(to: Clients) -> None:
    invoice = await _given_up(to)
    if invoice:
        path = f"/v1/invoices/{STOPPED_PAYING}/{invoice['invoice_id']}/write-off/approval"
        await to[SERVICE].act("POST", path, {"approved_by": "sun"}, "sun", f"write-off-{invoice['invoice_id']}")
