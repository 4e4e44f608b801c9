"""Rebates due: the timer that accrues what each distributor's period earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.customer import DistributorAuthorised, RebateAccrued
from customer_svc.channel.distributor import AccrueRebate
from customer_svc.channel.rebate import period_start
from customer_svc.policies.channel import RebatePolicy
from customer_svc.read_models import alias, customer_file
from customer_svc.reports.turnover import bought

Handled = DistributorAuthorised | RebateAccrued


@dataclass(frozen=True)
class Row:
    customer_id: str
    period_ends_on: date
    due_on: date


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    if isinstance(event, DistributorAuthorised):
        ends_on = event.rebate_due_on if row is None else row.period_ends_on
    else:
        ends_on = event.next_due_on
    return None if ends_on is None else Row(key[0], ends_on, add_days(ends_on, 1))


async def perform(rows: Sequence[Row], context: TimerContext) -> list[DueCommand]:
    """What each distributor bought in the period that is over."""
    found = []
    for row in rows:
        purchases = await _purchases(row, context)
        found.append(DueCommand.by(row, AccrueRebate(row.customer_id, row.period_ends_on, purchases)))
    return found


async def _purchases(row: Row, context: TimerContext) -> Decimal:
    """What was bought under all ids of a distributor; each order earns once, so one that was merged into another
    distributor has bought nothing itself."""
    of_survivor = select(TABLE.c.customer_id).join(alias.TABLE, alias.TABLE.c.survivor_id == TABLE.c.customer_id)
    if await context.rows(of_survivor.where(alias.TABLE.c.customer_id == row.customer_id)):
        return Decimal(0)
    policy = context.policies.at(RebatePolicy, row.period_ends_on).document
    merged = [each["customer_id"] for each in await context.rows(alias.merged_into(row.customer_id))]
    since = period_start(row.period_ends_on, policy)
    purchased = bought([row.customer_id, *merged], policy.currency, since, row.period_ends_on)
    purchases: Decimal = (await context.rows(purchased))[0]["amount"]
    return purchases


TODO = TodoList(
    name="rebates_due",
    version=2,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    perform=perform,
    regions=customer_file.MODEL,
)
TABLE = TODO.table
