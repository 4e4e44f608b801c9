"""What a customer is worth, as recency, frequency and amount (RFM). Pure.

Source: domain/customer.md, "RFM", fixed bins; the bins are policy.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.customer import ValueScores
from customer_svc.months import calendar_months
from customer_svc.policies import TieringPolicy


@dataclass(frozen=True, slots=True)
class CustomerValue:
    """A customer's orders in the window, in one currency; ``last_order_on`` may lie before the window."""

    customer_id: str
    orders: int
    amount: Decimal
    last_order_on: date


def scores(value: CustomerValue, currency: str, as_of: date, policy: TieringPolicy) -> ValueScores:
    """The three scores 1–5, 5 best. Recency is in calendar months, as the bins of the rule are."""
    months = Decimal(calendar_months(value.last_order_on, as_of))
    return ValueScores(
        last_order_on=value.last_order_on,
        recency_days=(as_of - value.last_order_on).days,
        orders=value.orders,
        amount=value.amount,
        currency=currency,
        recency_score=policy.recency_months.score_of_less(months),
        frequency_score=policy.frequency.score(Decimal(value.orders)),
        monetary_score=policy.monetary.score(value.amount),
    )
