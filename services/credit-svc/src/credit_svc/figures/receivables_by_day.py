"""The receivables of one currency by day, for reports about many days. Pure.

It gives what the queries of the tables give, out of rows of the read models ``open_item`` and ``allocation``; a row is read
once for all days.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from credit_svc.figures.ageing import Ageing, ageing
from credit_svc.figures.met import met_by_day

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ReceivablesByDay:
    """What moved, in sums by day: ``changes`` (day, due date) → what more was open, ``sold`` and ``lost`` by day."""

    changes: Mapping[tuple[date, date], Decimal]
    sold: Mapping[date, Decimal]
    lost: Mapping[date, Decimal]

    @classmethod
    def of(cls, items: Iterable[Row], met: Iterable[Row], currency: str) -> "ReceivablesByDay":
        changes, sold, lost = (defaultdict[Any, Decimal](Decimal) for _ in range(3))
        days: dict[tuple[str, str], tuple[date, date]] = {}
        for row in items:
            if row["currency"] != currency or row["note"] is not None:
                continue  # a debit note is no sale
            issued_on, due_on = days[row["customer_id"], row["invoice_id"]] = row["issued_on"], row["due_on"]
            changes[issued_on, due_on] += row["amount"]
            if row["refund_id"] is None:
                sold[issued_on] += row["amount"]
            if row["written_off_on"]:
                lost[row["written_off_on"]] += row["written_off"]
        for row in met:
            if (key := (row["customer_id"], row["invoice_id"])) in days:
                issued_on, due_on = days[key]
                for day, amount in met_by_day(row):
                    # Money that came before its invoice meets it on the day on which there is one.
                    changes[max(day, issued_on), due_on] -= amount
        return cls(dict(changes), dict(sold), dict(lost))

    def ageing(self, on: date) -> Ageing:
        """What was open at the end of a day, by age."""
        return ageing(((due_on, amount) for (day, due_on), amount in self.changes.items() if day <= on), on)

    def sales(self, after: date, until: date) -> dict[date, Decimal]:
        """Credit sales of each day after one day and up to another."""
        return {day: amount for day, amount in self.sold.items() if after < day <= until}

    def written_off(self, after: date, until: date) -> Decimal:
        """What was given up after one day and up to another."""
        return sum((amount for day, amount in self.lost.items() if after < day <= until), Decimal(0))
