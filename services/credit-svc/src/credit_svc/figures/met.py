"""On which days a payment met an invoice. Pure; a row is one of the read model ``allocation``."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any


def met_by_day(row: Mapping[str, Any]) -> Iterator[tuple[date, Decimal]]:
    """Each day with how much met on it, the earliest first."""
    last = row["amount"]
    for day, text in row["earlier"].items():
        amount = Decimal(text)
        yield date.fromisoformat(day), amount
        last -= amount
    yield row["allocated_on"], last
