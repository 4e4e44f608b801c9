"""Debit notes on a real PostgreSQL, over HTTP: charged, noted at the end of the month, paid by law, booked by the ERP, waived."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts import erp

from .running import Running


async def bill(running: Running, number: int, amount: str, due_on: str) -> None:
    await running.post("/v1/invoices", {
        "invoice_id": f"I-{number}", "customer_id": "C-1", "issued_on": "2023-10-01", "due_on": due_on, "amount": amount,
        "currency": "CNY",
    })  # fmt: skip


async def pays(running: Running, number: int, amount: str, paid_on: str, of: str | None = None) -> None:
    await running.post("/v1/payments", {
        "payment_id": f"P-{number}", "customer_id": "C-1", "invoice_id": of, "amount": amount, "currency": "CNY",
        "paid_on": paid_on, "method": "transfer",
    })  # fmt: skip


async def open_notes(running: Running) -> dict[str, tuple[Decimal, str]]:
    rows = (await running.get("/v1/debit-notes", customer_id="C-1"))["items"]
    return {row["debit_note_id"]: (Decimal(row["open_amount"]), row["status"]) for row in rows}


async def test_what_is_charged_is_noted_paid_by_law_booked_and_waived(running: Running) -> None:
    await running.move_to("2024-01-29")
    await bill(running, 1, "10000", "2023-10-31")
    await running.post("/v1/invoices/C-1/I-1/interest?until=2024-01-29")
    assert await open_notes(running) == {}
    await running.move_to("2024-02-05")
    assert await open_notes(running) == {"C-1-DN1": (Decimal("127.60"), "open")}
    bounced = erp.ChequeBounced(
        payment_id="P-9", customer_id="C-1", bounced_on=date(2024, 2, 5), face_amount=Decimal(10_000), currency="CNY"
    )
    await running.hear(bounced)
    assert await open_notes(running) == {"C-1-DN1": (Decimal("127.60"), "open"), "C-1-DN2": (Decimal("200"), "open")}
    await figures_tie(running, notes="327.60", total="10327.60")
    account = await running.get("/v1/accounts/C-1")
    assert {name: Decimal(account[name]) for name in ("receivable", "debit_notes", "overdue")} == {
        "receivable": Decimal("10327.60"), "debit_notes": Decimal("327.60"), "overdue": Decimal(10_000),
    }  # fmt: skip
    invoices = (await running.get("/v1/invoices", customer_id="C-1"))["items"]
    assert [row["invoice_id"] for row in invoices] == ["I-1"]
    await running.get("/v1/invoices/C-1/C-1-DN1", 404)
    case = await running.get("/v1/collections/C-1-1")
    assert {note["debit_note_id"] for note in case["open_debit_notes"]} == {"C-1-DN1", "C-1-DN2"}

    booked = erp.InvoiceIssued(
        invoice_id="ERP-1", customer_id="C-1", issued_on=date(2024, 2, 5), due_on=date(2024, 3, 6), amount=Decimal(200),
        currency="CNY", debit_note_id="C-1-DN2",
    )  # fmt: skip
    await running.hear(booked)
    note = await running.get("/v1/debit-notes/C-1/C-1-DN2")
    assert (note["invoice_id"], note["lines"][0]["kind"]) == ("ERP-1", "cheque_claim")
    assert note["lines"][0]["statement"] == "2 % of the face of the bounced cheque P-9."
    await pays(running, 1, "150", "2024-02-05", of="ERP-1")
    refused = await running.post(
        "/v1/debit-notes/C-1/C-1-DN2/waiver", {"amount": "51", "reason": "x", "waived_by": "chen"}, 422
    )
    assert refused["detail"] == "50.00 CNY of debit note C-1-DN2 are open; 51.00 CNY cannot be waived."
    await running.post("/v1/debit-notes/C-1/C-1-DN2/waiver", {"reason": "an old customer", "waived_by": "chen"})
    await running.get("/v1/debit-notes/C-1/C-1-DN7", 404)
    assert await open_notes(running) == {"C-1-DN1": (Decimal("127.60"), "open"), "C-1-DN2": (Decimal("0"), "waived")}
    await figures_tie(running, notes="127.60", total="10127.60")

    await running.move_to("2024-02-06")
    await pays(running, 2, "5127.60", "2024-02-06")
    assert await open_notes(running) == {"C-1-DN1": (Decimal("0"), "settled"), "C-1-DN2": (Decimal("0"), "waived")}
    (left,) = (await running.get("/v1/invoices", customer_id="C-1"))["items"]
    assert Decimal(left["open_amount"]) == 5_000
    await figures_tie(running, notes="0", total="5000", as_of="2024-02-06")
    waived = (await running.get("/v1/debit-notes", status="waived"))["items"]
    assert [Decimal(row["waivers"][0]["amount"]) for row in waived] == [50]


async def figures_tie(running: Running, notes: str, total: str, as_of: str = "2024-02-05") -> None:
    """Ageing now and as known, and the figures that leave notes out."""
    now: Any = await running.get("/v1/reports/ageing", currency="CNY", as_of=as_of)
    known = await running.get("/v1/reports/ageing", currency="CNY", as_of=as_of, as_known_at="2999-12-31")
    assert {name: Decimal(now[name]) for name in ("debit_notes", "total", "balance")} == {
        name: Decimal(known[name]) for name in ("debit_notes", "total", "balance")
    }
    assert (Decimal(now["debit_notes"]), Decimal(now["total"])) == (Decimal(notes), Decimal(total))
    assert Decimal(now["balance"]) == Decimal(total)
    for question in ("dso", "months", "standard"):
        of_now = await running.get(f"/v1/reports/{question}", currency="CNY", as_of=as_of)
        of_known = await running.get(f"/v1/reports/{question}", currency="CNY", as_of=as_of, as_known_at="2999-12-31")
        assert of_now == of_known
    receivable = (await running.get("/v1/reports/dso", currency="CNY", as_of=as_of))["receivable"]
    assert Decimal(receivable) == Decimal(total) - Decimal(notes)
