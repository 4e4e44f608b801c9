"""Tierings due: the timer of the runs, one row per currency.

The row stays due from the start of a run to its completion and remembers what the start fixed, so that an interrupted
run is taken up again where it was.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from chassis.read_models import Key
from chassis.timers import Batches, DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.customer import AbcClass, ScoreBorders, TieringCompleted, TieringScheduled, TieringStarted
from customer_svc.policies.tiering import TieringPolicy, tiering_policy
from customer_svc.policies.value import AbcPolicy
from customer_svc.read_models.tiering import stored_cut_points
from customer_svc.reports.population import Members, Population
from customer_svc.tiers.abc_classes import Classes
from customer_svc.tiers.pyramid import Worth, cut_points_of, quintiles, tier_borders
from customer_svc.tiers.run import Rule, Run
from customer_svc.tiers.value import CustomerValue
from customer_svc.tiers.window import due_after, window_start

Handled = TieringScheduled | TieringStarted | TieringCompleted


@dataclass(frozen=True)
class Row:
    """What follows ``due_at`` is set once the run has started."""

    currency: str
    as_of: date
    due_at: datetime
    population: int | None = None
    cut_points: list[dict[str, Any]] | None = None
    scores: dict[str, Any] | None = None
    policy_version: int | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.currency,)]


def evolve(_: Key, row: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case TieringScheduled():
            return Row(event.currency, event.as_of, due_after(event.as_of))
        case TieringStarted():
            return row and replace(
                row,
                population=event.population,
                cut_points=[cut.model_dump(mode="json") for cut in event.cut_points],
                scores=None if event.scores is None else event.scores.model_dump(mode="json"),
                policy_version=event.policy_version,
            )
        case TieringCompleted():
            return None


async def perform(rows: Sequence[Row], context: TimerContext) -> AsyncIterator[list[DueCommand]]:
    """Rank the population of each currency that is due, batch by batch."""
    for row in rows:
        async for commands in _commands(row, context):
            yield [DueCommand.by(row, command) for command in commands]


async def _commands(row: Row, context: TimerContext) -> AsyncIterator[Sequence[Any]]:
    if row.population is None:
        dated = context.policies.at(TieringPolicy, row.as_of)
        policy, version = dated.document, dated.version
    else:  # the run is taken up again
        version = row.policy_version or 0
        policy = tiering_policy(context.policies, version)
    async with _members(row, policy, context) as (members, batches):
        run = (
            _taken_up(row, policy)
            if row.population is not None
            else await _begun(row, version, members, batches, context)
        )
        yield [run.start()]
        async for batch in batches(members.ranked(run.rule.borders)):
            yield run.decisions(CustomerValue(**value) for value in batch)
    shadow = context.policies.shadow(TieringPolicy)
    if shadow is not None:
        async with _members(row, shadow.document, context) as (members, batches):
            rule = await _ruled(members, shadow.version, batches)
            would = Run(row.currency, row.as_of, run.population, rule)
            async for batch in batches(members.ranked(rule.borders)):
                yield would.shadows(CustomerValue(**value) for value in batch)
    yield [run.complete()]


@asynccontextmanager
async def _members(row: Row, policy: TieringPolicy, context: TimerContext) -> AsyncIterator[tuple[Members, Batches]]:
    """Who takes part, found once."""
    population = Population(row.currency, window_start(row.as_of, policy.window_months), row.as_of, policy)
    async with context.materialised(population.members()) as members:
        yield Members(members.table, policy, row.as_of), members.batches


async def _begun(row: Row, version: int, members: Members, batches: Batches, context: TimerContext) -> Run:
    rule = await _ruled(members, version, batches)
    abc = context.policies.at(AbcPolicy, row.as_of)
    return Run(
        row.currency,
        row.as_of,
        rule.cuts[-1].last_rank if rule.cuts else 0,
        rule,
        abc=await _abc(members, abc.document, batches),
        abc_policy_version=abc.version,
    )


def _taken_up(row: Row, policy: TieringPolicy) -> Run:
    """The run goes on with what its start fixed, whatever is ordered or published meanwhile."""
    borders = None if row.scores is None else ScoreBorders.model_validate(row.scores, strict=False)
    rule = Rule(policy, row.policy_version or 0, stored_cut_points(row.cut_points or []), borders)
    return Run(row.currency, row.as_of, row.population or 0, rule)


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


TODO = TodoList(
    name="tierings_due",
    version=2,
    row=Row,
    key=("currency",),
    keys=keys,
    evolve=evolve,
    perform=perform,
)
