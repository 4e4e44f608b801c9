"""What a customer is worth, as recency, frequency and amount (RFM). Pure.

Rule: scores 1–5 by fixed bins, which are policy, or by quintiles of the active customers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from chassis.calendar import calendar_months
from contracts.customer import ScoreBorders, ValueScores
from customer_svc.policies.tiering import IndexWeights, TieringPolicy

MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class CustomerValue:
    """A customer's orders in the window, in one currency; ``last_order_on`` may lie before the window.

    ``key_account`` and ``box`` are what its relationship is, for the guarantees of the tiering policy.
    """

    customer_id: str
    orders: int
    amount: Decimal
    last_order_on: date
    key_account: bool = False
    box: str | None = None


def scores(
    value: CustomerValue, currency: str, as_of: date, policy: TieringPolicy, borders: ScoreBorders | None = None
) -> ValueScores:
    """The three scores 1–5, 5 best: by the borders of a run where it scores by quintiles, else by the policy's bins.

    The bins of recency are in calendar months, as those of the rule are.
    """
    if borders is None:
        months = Decimal(calendar_months(value.last_order_on, as_of))
        recency = policy.recency_months.score_of_less(months)
        frequency = policy.frequency.score(Decimal(value.orders))
        monetary = policy.monetary.score(value.amount)
    else:
        recency = score_within(borders.recency, value.last_order_on)
        frequency = score_within(borders.frequency, Decimal(value.orders))
        monetary = score_within(borders.monetary, value.amount)
    return ValueScores(
        last_order_on=value.last_order_on,
        recency_days=(as_of - value.last_order_on).days,
        orders=value.orders,
        amount=value.amount,
        currency=currency,
        recency_score=recency,
        frequency_score=frequency,
        monetary_score=monetary,
    )


def score_within(borders: Sequence[Any], value: Any) -> int:
    """The best score whose border the value reaches; equal values share it."""
    return next((score for score, border in zip((5, 4, 3, 2), borders, strict=True) if value >= border), 1)


def index_of(scored: ValueScores, weights: IndexWeights) -> Decimal:
    """The weighted mean of the three scores, 1–5 with six decimals, rounded as PostgreSQL does.

    0 for a customer without orders in the window.
    """
    if not scored.orders:
        return Decimal(0)
    total = weights.recency + weights.frequency + weights.monetary
    weighted = (
        weights.recency * scored.recency_score
        + weights.frequency * scored.frequency_score
        + weights.monetary * scored.monetary_score
    )
    return (weighted / total).quantize(MICRO, ROUND_HALF_UP)
