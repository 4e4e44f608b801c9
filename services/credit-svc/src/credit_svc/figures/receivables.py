"""The receivables of a day, out of invoices, money and allocations; the same figures as the queries of the tables. Pure.

``items``, ``money`` and ``met`` are rows of the read models ``open_item``, ``payment`` and ``allocation``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from credit_svc.figures.ageing import Ageing, ageing
from credit_svc.figures.met import met_by_day

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Receivables:
    """``ageing.total`` + ``debit_notes`` − ``unallocated`` = ``balance``."""

    ageing: Ageing
    debit_notes: Decimal
    unallocated: Decimal
    balance: Decimal


def receivables_at(
    items: Iterable[Row], money: Iterable[Row], met: Iterable[Row], as_of: date, currency: str
) -> Receivables:
    """What was owed in a currency at the end of a day."""
    issued = {
        (row["customer_id"], row["invoice_id"]): row
        for row in items
        if row["currency"] == currency and row["issued_on"] <= as_of
    }
    received = {
        (row["customer_id"], row["kind"], row["payment_id"]): row["amount"]
        for row in money
        if row["currency"] == currency and row["paid_on"] and row["paid_on"] <= as_of and not row["bounced_on"]
    }
    open_amounts: dict[tuple[str, str], Decimal] = {key: row["amount"] for key, row in issued.items()}
    allocated = given_up = Decimal(0)
    for row in met:
        key = (row["customer_id"], row["invoice_id"])
        if key not in open_amounts:
            continue
        amount = sum((amount for day, amount in met_by_day(row) if day <= as_of), Decimal(0))
        open_amounts[key] -= amount
        if row["kind"] in ("discount", "write_off", "waiver"):
            given_up += amount
        if (row["customer_id"], row["kind"], row["payment_id"]) in received:
            allocated += amount
    paid = sum(received.values(), Decimal(0))
    invoiced = sum((row["amount"] for row in issued.values()), Decimal(0))
    sold = ((row["due_on"], open_amounts[key]) for key, row in issued.items() if row["note"] is None)
    noted = sum((open_amounts[key] for key, row in issued.items() if row["note"] is not None), Decimal(0))
    return Receivables(ageing(sold, as_of), noted, paid - allocated, invoiced - paid - given_up)
