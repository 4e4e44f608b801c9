"""What a due tiering does: it ranks the population of a currency batch by batch, and gives the commands of the run.

The start fixes the borders, the completion comes last; between them every customer is decided, best first, and a candidate
policy in shadow is compared. The rules are ``tiers.run``; the questions are ``reports.population``.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.timers import Batches, TimerContext
from contracts.customer import AbcClass, CutPoint, ScoreBorders
from customer_svc.policies.tiering import TieringPolicy, tiering_policy
from customer_svc.policies.value import AbcPolicy
from customer_svc.reports.population import Members, Population
from customer_svc.tiers.abc_classes import Classes
from customer_svc.tiers.pyramid import Worth, cut_points_of, quintiles, tier_borders
from customer_svc.tiers.run import Rule, Run
from customer_svc.tiers.value import CustomerValue
from customer_svc.tiers.window import window_start


@dataclass(frozen=True, slots=True)
class Started:
    """What the start of a run fixed. An interrupted run goes on with it, whatever is ordered or published meanwhile."""

    population: int
    policy_version: int
    cut_points: tuple[CutPoint, ...]
    borders: ScoreBorders | None


async def commands_of(
    currency: str, as_of: date, started: Started | None, context: TimerContext
) -> AsyncIterator[Sequence[Any]]:
    """The commands of a run in batches, from its start to its completion; ``started`` is None for one that begins."""
    if started is None:
        live = context.policies.at(TieringPolicy, as_of)
        policy, version = live.document, live.version
    else:
        policy, version = tiering_policy(context.policies, started.policy_version), started.policy_version
    async with _members(currency, as_of, policy, context) as (members, batches):
        if started is None:
            run = await _begun(currency, as_of, version, members, batches, context)
        else:
            rule = Rule(policy, version, started.cut_points, started.borders)
            run = Run(currency, as_of, started.population, rule)
        yield [run.start()]
        async for batch in batches(members.ranked(run.rule.borders)):
            yield run.decisions(CustomerValue(**value) for value in batch)
    shadow = context.policies.shadow(TieringPolicy)
    if shadow is not None:
        async with _members(currency, as_of, shadow.document, context) as (members, batches):
            rule = await _ruled(members, shadow.version, batches)
            candidate = Run(currency, as_of, run.population, rule)
            async for batch in batches(members.ranked(rule.borders)):
                yield candidate.shadows(CustomerValue(**value) for value in batch)
    yield [run.complete()]


@asynccontextmanager
async def _members(
    currency: str, as_of: date, policy: TieringPolicy, context: TimerContext
) -> AsyncIterator[tuple[Members, Batches]]:
    """Who takes part, found once."""
    population = Population(currency, window_start(as_of, policy.window_months), as_of, policy)
    async with context.materialised(population.members()) as members:
        yield Members(members.table, policy, as_of), members.batches


async def _begun(
    currency: str, as_of: date, version: int, members: Members, batches: Batches, context: TimerContext
) -> Run:
    rule = await _ruled(members, version, batches)
    abc = context.policies.at(AbcPolicy, as_of)
    return Run(
        currency,
        as_of,
        rule.cuts[-1].last_rank if rule.cuts else 0,
        rule,
        abc=await _abc(members, abc.document, batches),
        abc_policy_version=abc.version,
    )


async def _abc(members: Members, policy: AbcPolicy, batches: Batches) -> tuple[AbcClass, ...]:
    classes = None
    async for batch in batches(members.amounts()):
        classes = classes or Classes(batch[0]["sales"], policy)
        for band in batch:
            classes.take(band["amount"], band["customers"])
    return classes.all() if classes else ()


async def _ruled(members: Members, version: int, batches: Batches) -> Rule:
    """The borders of the scores, where they are quintiles, and of the tiers."""
    policy = members.policy
    borders = await _quintiles(members, batches) if policy.scoring == "quintiles" else None
    tiers, lowest = None, None
    async for batch in batches(members.bands(borders)):
        tiers = tiers or tier_borders(batch[0]["population"], batch[0]["earning"], policy.shares)
        for band in batch:
            lowest = Worth(band["index"], band["amount"])
            tiers.take(lowest, band["customers"])
    return Rule(policy, version, cut_points_of(tiers, lowest) if tiers else (), borders)


async def _quintiles(members: Members, batches: Batches) -> ScoreBorders | None:
    found: dict[str, tuple[Any, ...]] = {}
    for name, measure in (("recency", "last_order_on"), ("frequency", "orders"), ("monetary", "amount")):
        fifths = None
        async for batch in batches(members.fifths(measure)):
            fifths = fifths or quintiles(batch[0]["population"])
            for band in batch:
                fifths.take(band["value"], band["customers"])
        if fifths is None:
            return None
        found[name] = tuple(worth for _, worth in fifths.found)
    return ScoreBorders.model_validate(found, strict=False)
