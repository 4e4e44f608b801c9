"""Why a customer has its tier: a recorded decision and what it was made from."""

from datetime import date
from decimal import Decimal

from contracts.customer import CustomerTier, CutPoint, TierFactor
from contracts.figures import PlainModel
from customer_svc.responses.answer import Answer


class Factor(PlainModel):
    """A measured input and the score 1–5 it got, 5 best."""

    name: str
    value: Decimal
    unit: str
    score: int


class Better(PlainModel):
    """A tier above the deserved one: the worth at its border, and what was missing with everybody else the same.

    ``from_index`` is above 0 where the policy ranks by the index of scores; the amount then counts among equals.
    """

    tier: CustomerTier
    from_amount: Decimal
    short_by: Decimal
    from_index: Decimal


class Explanation(Answer):
    """``tier`` stands; ``deserved`` is what the amount reaches, which is lower only during a grace period."""

    currency: str
    tier: CustomerTier
    deserved: CustomerTier
    as_of: date
    tiering_id: str
    because: str
    rank: int
    population: int
    amount: Decimal
    index: Decimal
    code: str
    factors: list[Factor]
    guarantees: list[TierFactor]
    cut_points: list[CutPoint]
    better_tiers: list[Better]
    demotion_due_on: date | None
    policy_version: int
