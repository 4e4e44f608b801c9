"""Why a customer has its tier: the decisions in force, each explained by what its run recorded."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from chassis.http import KnownAt, Queries
from contracts.currencies import money
from contracts.customer import CustomerTier, CutPoint, TierFactor
from customer_svc.read_models import tier_decision, tiering
from customer_svc.responses.explanation import Better, Explanation, Factor
from customer_svc.sentences import Sentences
from customer_svc.tiers.pyramid import Worth, better_tiers, is_better


async def decisions(
    customer_id: str, queries: Queries, as_of: date | None, currency: str | None, known_at: KnownAt = None
) -> list[dict[str, Any]]:
    """The decision in force in each currency, as of a business date and as it was known at an instant."""
    if known_at is None:
        return await queries.rows(tier_decision.standings(customer_id, as_of, currency))
    known = await queries.known(tier_decision.MODEL, f"customer-{customer_id}", known_at)
    return tier_decision.in_force(known, as_of, currency)


async def explained(
    customer_id: str, queries: Queries, as_of: date | None, currency: str | None, known_at: KnownAt = None
) -> list[Explanation]:
    """The decisions in force, explained. The borders of a run never change, so they need no ``known_at``."""
    explanations = []
    for decision in await decisions(customer_id, queries, as_of, currency, known_at):
        run = await queries.one(tiering.tiering(decision["tiering_id"]))
        cuts: tuple[CutPoint, ...] = tiering.stored_cut_points(run["cut_points"]) if run else ()
        explanations.append(explain(tier_decision.Row(**decision), cuts))
    return explanations


def explain(decision: tier_decision.Row, cuts: Sequence[CutPoint]) -> Explanation:
    """The decision of a run together with the borders of that run. Pure."""
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


def _unchanged(decision: tier_decision.Row, tier: CustomerTier, deserved: CustomerTier) -> str:
    rank, population, amount = decision.rank, decision.population, money(decision.amount, decision.currency)
    if is_better(tier, deserved):
        return Sentences.ON_GRACE(
            rank=rank, population=population, amount=amount, tier=deserved, due_on=decision.demotion_due_on
        )
    return Sentences.UNCHANGED(rank=rank, population=population, amount=amount)
