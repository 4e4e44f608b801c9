"""The tiers of a customer, and why it has them."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from contracts.customer import CustomerTier
from contracts.fields import formerly
from contracts.figures import PlainModel
from customer_svc.responses.explanation import Explanation


class Standing(PlainModel):
    """A tier in a currency, and what it was decided from. ``demotion_due_on``: a lower tier is on its grace period."""

    currency: str
    tier: CustomerTier
    deserved: CustomerTier
    as_of: date
    tiering_id: str
    demotion_due_on: date | None
    rank: int
    population: int
    code: str
    order_count: Annotated[int, formerly("order_count", "orders")]
    amount: Decimal
    last_order_on: date
    policy_version: int


class TierAnswer(PlainModel):
    """``tier`` is the best over all currencies, None before the first tiering."""

    customer_id: str
    as_of: date | None
    tier: CustomerTier | None
    standings: list[Standing]


class ExplanationAnswer(PlainModel):
    customer_id: str
    explanations: list[Explanation]
