"""The payables department: clears the notes between the company and its suppliers; and one supplier contests a claim."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from standing.actors.action import Action, Clients, at

SERVICE = "supplier-svc"
CONTESTED, DISMISSED = date(2024, 3, 6), date(2024, 3, 15)


def actions() -> Iterator[Action]:
    """What the department does in the year."""
    for month in range(1, 13):
        yield Action(at(date(2024, month, 22), 7), "clear the notes of suppliers", _clear)
    yield Action(at(CONTESTED, 7), "a supplier contests a claim", _contest)
    yield Action(at(DISMISSED, 7), "its objection is dismissed", _dismiss)


async def _clear(to: Clients) -> None:
    """Everything that is open is offset against invoices; of the newest debit note half, because the invoice was for less."""
    notes = await to[SERVICE].pages("/v1/supplier-notes", status="open")
    debits = [row["note_id"] for row in notes if row["direction"] == "debit" and row["open_amount"] == row["amount"]]
    for row in notes:
        amount = row["open_amount"]
        if row["note_id"] in debits[-1:]:
            amount = str((Decimal(amount) / 2).quantize(Decimal("0.01")))
        body = {
            "note_id": row["note_id"],
            "supplier_id": row["supplier_id"],
            "cleared_on": to.now.date().isoformat(),
            "amount": amount,
            "currency": row["currency"],
            "how": "offset",
        }
        await to[SERVICE].act(
            "POST", "/v1/supplier-notes/clearings", body, "qian", f"clear-{row['note_id']}-{to.now:%Y-%m}"
        )


async def _contest(to: Clients) -> None:
    """The largest claim that waits for an answer."""
    claims = await to[SERVICE].pages("/v1/settlements", kind="claim", status="open")
    if not claims:
        return
    largest = max(claims, key=lambda row: (Decimal(row["amount"]), row["settlement_id"]))
    body = {
        "objection_id": "OBJ-CLAIM-1",
        "reason": "the pieces were good when they left us",
        "evidence": ["our own outgoing inspection"],
        "raised_on": to.now.date().isoformat(),
    }
    path = f"/v1/suppliers/{largest['supplier_id']}/claims/{largest['settlement_id']}/contest"
    await to[SERVICE].act("POST", path, body, "li", "contest-1")


async def _dismiss(to: Clients) -> None:
    for row in await to[SERVICE].pages("/v1/objections", status="open"):
        body = {
            "outcome": "dismissed",
            "because": "the outgoing inspection measured another dimension",
            "decided_by": "zhao",
            "decided_on": to.now.date().isoformat(),
        }
        path = f"/v1/suppliers/{row['supplier_id']}/objections/{row['objection_id']}/decision"
        await to[SERVICE].act("POST", path, body, "zhao", f"dismiss-{row['objection_id']}")
