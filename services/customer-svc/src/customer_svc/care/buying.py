"""How a customer buys, and what it means: life cycle and churn warning. Pure.

The life cycle 考察 → 成长 → 成熟 → 退化; the churn warning 流失预警, with their defaults.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.customer import BuyingFigures, ChurnLevel, LifeCycle
from customer_svc.policies.care import CarePolicy
from customer_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Buying:
    """A customer's orders as of a day: its days with orders, its rhythm, and its sales in its main currency.

    ``sales`` are of three times three months, the last first; ``median_interval_days`` is None below the minimum of orders.
    """

    customer_id: str
    order_days: int
    last_order_on: date
    median_interval_days: Decimal | None
    sales: tuple[Decimal, Decimal, Decimal]
    currency: str

    def figures(self, as_of: date) -> BuyingFigures:
        return BuyingFigures(
            last_order_on=self.last_order_on,
            silent_days=self.silent_days(as_of),
            median_interval_days=self.median_interval_days,
            recent_sales=self.sales[0],
            previous_sales=self.sales[1],
            currency=self.currency,
        )

    def silent_days(self, as_of: date) -> int:
        return (as_of - self.last_order_on).days

    def change(self, since: int = 0) -> Decimal | None:
        """Percent of three months on the three before; None where there is nothing to compare with."""
        now, before = self.sales[since], self.sales[since + 1]
        return round((now - before) * 100 / before, 2) if before else None


def churn(buying: Buying, as_of: date, policy: CarePolicy) -> tuple[ChurnLevel, str] | None:
    """The warning that a customer deserves, and why; None for no warning. A customer without a rhythm of its own gets none."""
    median = buying.median_interval_days
    if median is None:
        return None
    silent, change = buying.silent_days(as_of), buying.change()
    if silent > policy.red_intervals * median:
        return "red", Sentences.SILENT(days=silent, intervals=policy.red_intervals, median=median)
    if change is not None and change <= -policy.red_decline:
        return "red", Sentences.SALES_AGAINST_BEFORE(change=change)
    if silent > policy.yellow_intervals * median:
        return "yellow", Sentences.SILENT(days=silent, intervals=policy.yellow_intervals, median=median)
    return None


def phase(buying: Buying, as_of: date, policy: CarePolicy) -> tuple[LifeCycle, str]:
    """The phase of the life cycle, and why: silence first, then growth, then decline twice."""
    median, silent, change = buying.median_interval_days, buying.silent_days(as_of), buying.change()
    if median is None:
        return "exploration", Sentences.NO_RHYTHM(days=buying.order_days)
    if silent > policy.silent_intervals * median:
        return "decline", Sentences.SILENT(days=silent, intervals=policy.silent_intervals, median=median)
    before = buying.change(1)
    if change is not None and change >= policy.growth:
        return "growth", Sentences.SALES_AGAINST_BEFORE(change=change)
    if change is not None and before is not None and max(change, before) <= -policy.decline:
        return "decline", Sentences.SALES_TWICE(previous_change=before, change=change)
    return "maturity", Sentences.SALES_MOVED(change=change if change is not None else 0)
