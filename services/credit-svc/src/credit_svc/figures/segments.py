"""What is open and overdue at the end of a day by kind of customer. Pure; the same figures as the query in ``reports.segments``.

``items`` and ``met`` are rows of the read models ``open_item`` and ``allocation``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from credit_svc.figures.met import met_by_day

Row = Mapping[str, Any]


def segments_at(
    items: Iterable[Row], met: Iterable[Row], kind_of: Callable[[str], str | None], as_of: date, currency: str
) -> list[dict[str, Any]]:
    """Per kind of customer, those of no kind last: ``segment``, ``customers``, ``open_amount``, ``overdue``, ``overdue_percent``."""
    settled = defaultdict[tuple[str, str], Decimal](Decimal)
    for row in met:
        for day, amount in met_by_day(row):
            if day <= as_of:
                settled[row["customer_id"], row["invoice_id"]] += amount
    customers, total, overdue = (
        defaultdict[Any, set[str]](set),
        defaultdict[Any, Decimal](Decimal),
        dict[Any, Decimal](),
    )
    for row in items:
        if row["currency"] != currency or row["issued_on"] > as_of or row["note"] is not None:
            continue
        customer_id = row["customer_id"]
        rest = row["amount"] - settled[customer_id, row["invoice_id"]]
        if rest <= 0:
            continue
        kind = kind_of(customer_id)
        customers[kind].add(customer_id)
        total[kind] += rest
        overdue[kind] = overdue.get(kind, Decimal(0)) + (rest if row["overdue_from"] <= as_of else 0)
    return [
        {
            "segment": kind,
            "customer_count": len(customers[kind]),
            "open_amount": total[kind],
            "overdue": overdue[kind],
            # Half a hundredth is rounded up, as in the database.
            "overdue_percent": (overdue[kind] * 100 / total[kind]).quantize(Decimal("0.01"), ROUND_HALF_UP),
        }
        for kind in sorted(total, key=lambda kind: (kind is None, kind or ""))
    ]
