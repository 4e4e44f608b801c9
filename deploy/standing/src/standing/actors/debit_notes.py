"""Finance and the credit department: one debit note of interest is booked under a number of the ERP, another one is waived."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from standing.actors.action import Action, Clients, at

SERVICE = "credit-svc"
WAIVED_AT_MOST = Decimal(1000)
"""What one person waives alone."""


def actions() -> Iterator[Action]:
    """What happens in the year."""
    yield Action(at(date(2024, 7, 2), 7), "finance books a debit note", _book)
    yield Action(at(date(2024, 9, 4), 7), "a debit note is waived", _waive)


async def _open(to: Clients) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await to[SERVICE].pages("/v1/debit-notes", status="open")
    return sorted(rows, key=lambda row: (row["issued_on"], row["debit_note_id"]))


async def _book(to: Clients) -> None:
    """The oldest one: it then has a number of the ERP, and is no second item."""
    notes = await _open(to)
    if notes:
        note = notes[0]
        body = {
            "invoice_id": f"FI-{note['debit_note_id']}",
            "customer_id": note["customer_id"],
            "issued_on": note["issued_on"],
            "due_on": note["due_on"],
            "amount": note["amount"],
            "currency": note["currency"],
            "debit_note_id": note["debit_note_id"],
        }
        await to[SERVICE].act("POST", "/v1/invoices", body, "he", f"book-{note['debit_note_id']}")


async def _waive(to: Clients) -> None:
    """The newest one that one person may waive alone."""
    since = to.now.date() - timedelta(days=90)
    small = [row for row in await _open(to) if Decimal(row["open_amount"]) <= WAIVED_AT_MOST]
    recent = [row for row in small if date.fromisoformat(row["issued_on"]) >= since]
    if recent:
        note = recent[-1]
        path = f"/v1/debit-notes/{note['customer_id']}/{note['debit_note_id']}/waiver"
        body = {"reason": "the bank was late", "waived_by": "sun"}
        await to[SERVICE].act("POST", path, body, "sun", f"waive-{note['debit_note_id']}")
