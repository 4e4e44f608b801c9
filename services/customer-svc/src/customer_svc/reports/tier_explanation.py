"""Why a customer stands where it stands: a recorded decision, told back. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from pydantic import BaseModel

from contracts.customer import CustomerTier, CutPoint, TierFactor
from customer_svc.read_models.tier_decision import Row as TierDecisionRow
from customer_svc.tiers.pyramid import Worth, better_tiers, is_better


class Factor(BaseModel):
    """A measured input and the score 1–5 it got, 5 best."""

    name: str
    value: Decimal
    unit: str
    score: int


class Better(BaseModel):
    """A tier above the deserved one: the worth at its border, and what was missing with everybody else the same.

    ``from_index`` is above 0 where the policy ranks by the index of scores; the amount then counts among equals.
    """

    tier: CustomerTier
    from_amount: Decimal
    short_by: Decimal
    from_index: Decimal


class Explanation(BaseModel):
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


def explain(decision: TierDecisionRow, cuts: Sequence[CutPoint]) -> Explanation:
    """The decision of a run and the borders of that run, as one account."""
    tier, deserved = cast(CustomerTier, decision.tier), cast(CustomerTier, decision.deserved)
    return Explanation(
        currency=decision.currency,
        tier=tier,
        deserved=deserved,
        as_of=decision.as_of,
        tiering_id=decision.tiering_id,
        because=decision.because or _unchanged(decision, tier, deserved),
        rank=decision.rank,
        population=decision.population,
        amount=decision.amount,
        index=decision.index,
        code=decision.code,
        factors=[
            Factor(name="recency", value=Decimal(decision.recency_days), unit="days", score=decision.recency_score),
            Factor(name="frequency", value=Decimal(decision.orders), unit="orders", score=decision.frequency_score),
            Factor(name="monetary", value=decision.amount, unit=decision.currency, score=decision.monetary_score),
        ],
        guarantees=[TierFactor.model_validate(each, strict=False) for each in decision.factors],
        cut_points=list(cuts),
        better_tiers=[
            Better(
                tier=better.tier,
                from_amount=better.from_amount,
                short_by=better.short_by,
                from_index=better.from_index,
            )
            for better in better_tiers(Worth(decision.index, decision.amount), deserved, cuts)
        ],
        demotion_due_on=decision.demotion_due_on,
        policy_version=decision.policy_version,
    )


def _unchanged(decision: TierDecisionRow, tier: CustomerTier, deserved: CustomerTier) -> str:
    place = f"rank {decision.rank} of {decision.population} with {decision.amount} {decision.currency}"
    if is_better(tier, deserved):
        return f"On grace: {place} deserves {deserved}; demoted unless it recovers by {decision.demotion_due_on}."
    return f"Unchanged: {place}."
