"""A customer on one page."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.customer import CustomerTier
from contracts.figures import PlainModel
from customer_svc.responses.answer import Answer
from customer_svc.responses.tiers import Standing


class Value(PlainModel):
    """Everything a customer ordered in a currency, over all time, less what it brought back; cancelled orders do not count.

    ``last_order_on`` is None where there is nothing but a return.
    """

    currency: str
    order_count: int
    amount: Decimal
    last_order_on: date | None


class CustomerAnswer(Answer):
    """``tier`` is the best of all currencies; ``rating`` the mean of all, ``at_risk_count`` of which are below the best."""

    customer_id: str
    tier: CustomerTier | None
    order_count: int
    first_order_on: date | None
    last_order_on: date | None
    rating_count: int
    rating: Decimal | None
    at_risk_count: int
    merged_ids: list[str]
    name: str | None
    owner_id: str | None
    credit: dict[str, Any] | None
    relationship: dict[str, Any] | None
    standings: list[Standing]
    values: list[Value]
