"""The population of a run as PostgreSQL finds it is the one that the pure rules find."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from chassis.calendar import start_of_day
from chassis.policies import PolicyBook
from chassis.storage.database import Database
from chassis.timers import TimerContext
from customer_svc.policies.tiering import IndexWeights, TieringPolicy
from customer_svc.policies.value import AbcPolicy
from customer_svc.read_models import alias, customer_file
from customer_svc.read_models import order as orders
from customer_svc.read_models.alias import Row as AliasRow
from customer_svc.read_models.order import Row as OrderRow
from customer_svc.reports import customer_statistics as statistics
from customer_svc.service import SERVICE
from customer_svc.tiers.abc_classes import abc
from customer_svc.tiers.run import Rule, commands_of
from customer_svc.tiers.standing import TierCustomer
from customer_svc.tiers.tiering import StartTiering
from customer_svc.tiers.value import CustomerValue
from customer_svc.timers import tiering_due
from customer_svc.timers.tiering_due import Row as TieringDueRow

from .stored import store

AS_OF = date(2024, 1, 31)
DUE = TieringDueRow("BRL", AS_OF, date(2024, 2, 1))
RULES = {
    "amount": TieringPolicy(),
    "quintiles": TieringPolicy(scoring="quintiles"),
    "index of bins": TieringPolicy(rank_by="index", weights=IndexWeights(recency=Decimal(3))),
    "index of quintiles": TieringPolicy(
        scoring="quintiles", rank_by="index", weights=IndexWeights(monetary=Decimal(0))
    ),
}


def came_back(random: Random) -> dict[str, str]:
    on = AS_OF - timedelta(days=random.randrange(-20, 300))
    return {"return_id": f"R-{on}", "returned_on": f"{on}", "amount": "10", "currency": "BRL"}


def drawn(customers: int, seed: int = 7) -> list[OrderRow]:
    """Orders of a year, some cancelled, some come back, with many equal amounts and days."""
    random = Random(seed)
    found = []
    for n in range(customers * 5):
        cancelled = AS_OF - timedelta(days=random.randrange(-20, 300)) if random.random() < 0.1 else None
        found.append(
            OrderRow(
                order_id=f"O-{n}",
                customer_id=f"C-{random.randrange(customers)}",
                status="cancelled" if cancelled else "delivered",
                ordered_on=AS_OF - timedelta(days=random.randrange(0, 365)),
                cancelled_on=cancelled,
                currency="BRL",
                total=Decimal(random.randrange(1, 40) * 50),
                returns=[came_back(random), came_back(random)] if random.random() < 0.1 else None,
            )
        )
    return found


def population_of(given_orders: list[OrderRow]) -> list[CustomerValue]:
    """The same by hand: what stands on the day, less what came back by then."""
    values: dict[str, CustomerValue] = {}
    for order in given_orders:
        assert order.ordered_on is not None
        assert order.total is not None
        if order.cancelled_on is not None and order.cancelled_on <= AS_OF:
            continue
        returned = sum(Decimal(each["amount"]) for each in order.returns or [] if each["returned_on"] <= f"{AS_OF}")
        known = values.get(order.customer_id, CustomerValue(order.customer_id, 0, Decimal(0), order.ordered_on))
        values[order.customer_id] = replace(
            known,
            orders=known.orders + 1,
            amount=known.amount + order.total - returned,
            last_order_on=max(known.last_order_on, order.ordered_on),
        )
    return list(values.values())


async def fill(database: Database, rows: list[OrderRow]) -> None:
    await store(database, orders.MODEL, ((row, n % 4) for n, row in enumerate(rows)))


async def run(database: Database, policy: TieringPolicy) -> list[object]:
    book = PolicyBook.of(SERVICE.policies)
    dated = replace(book.latest("tiering"), document=policy)
    book = replace(book, versions={**book.versions, "tiering": (dated,)})
    context = TimerContext(start_of_day(DUE.due_on), book, database.rows, database.batches, database.materialised)
    return [each.command async for batch in tiering_due.perform([DUE], context) for each in batch]


def without_abc(start: object) -> StartTiering:
    assert isinstance(start, StartTiering)
    return replace(start, abc=(), abc_policy_version=None)


@pytest.mark.parametrize("policy", RULES.values(), ids=list(RULES))
async def test_postgresql_ranks_as_the_pure_rules_do(tables: Database, policy: TieringPolicy) -> None:
    given_orders = drawn(300)
    await fill(tables, given_orders)
    expected = commands_of("BRL", AS_OF, population_of(given_orders), Rule(policy, 1))
    found = await run(tables, policy)
    assert without_abc(found[0]) == expected[0]
    assert sorted(found[1:-1], key=str) == sorted(expected[1:-1], key=str)


@pytest.mark.parametrize("policy", RULES.values(), ids=list(RULES))
async def test_merging_then_asking_is_asking_the_merged_history(tables: Database, policy: TieringPolicy) -> None:
    given_orders = drawn(60)
    await fill(tables, given_orders)
    survivors = {f"C-{n}": f"C-{n % 7}" for n in range(7, 40)}
    merged = ((AliasRow(each, survivor), 0) for each, survivor in survivors.items())
    await store(tables, alias.MODEL, merged)
    renamed = [
        replace(order, customer_id=survivors.get(order.customer_id, order.customer_id)) for order in given_orders
    ]
    expected = commands_of("BRL", AS_OF, population_of(renamed), Rule(policy, 1))
    found = await run(tables, policy)
    assert sorted(map(str, [without_abc(found[0]), *found[1:]])) == sorted(map(str, expected))
    assert {each.customer_id for each in found if isinstance(each, TierCustomer)}.isdisjoint(survivors)


async def test_the_classes_of_the_run_are_those_of_the_80_20_rule(tables: Database) -> None:
    given_orders = drawn(300)
    await fill(tables, given_orders)
    start = (await run(tables, TieringPolicy()))[0]
    assert isinstance(start, StartTiering)
    classed = abc(population_of(given_orders), AbcPolicy())
    for each in start.abc:
        amounts = [line.amount for line in classed if line.letter == each.letter]
        assert (each.customers, each.amount, each.from_amount) == (len(amounts), sum(amounts), min(amounts))
    assert sum(each.customers for each in start.abc) == len(classed)


async def test_customers_are_counted_over_two_dimensions_and_summed_by_owner(tables: Database) -> None:
    ages = {"C-1": 3, "C-2": 40, "C-3": 50}
    files = [
        customer_file.Row(
            customer_id=customer_id, name=customer_id, owner_id="li.na", type=None, industry="packaging", region=None,
            size=None, source=None, group_id=None, contacts=[], grants=[],
            registered_on=AS_OF, changed_on=AS_OF - timedelta(days=age), lapsed=False,
        )
        for customer_id, age in ages.items()
    ]  # fmt: skip
    await store(tables, customer_file.MODEL, ((row, n) for n, row in enumerate(files)))
    found = await tables.rows(statistics.by(["industry", "age"], AS_OF, {"owner_id": "li.na"}))
    assert [tuple(row.values()) for row in found] == [("packaging", "0-30", 1), ("packaging", "31-90", 2)]
    assert len(await tables.rows(statistics.by(["tier", "stage"], AS_OF, {"age": "31-90"}))) == 1
    assert await tables.rows(statistics.owners("BRL", AS_OF)) == []


async def test_a_run_over_nobody_starts_and_completes(tables: Database) -> None:
    found = await run(tables, TieringPolicy(scoring="quintiles"))
    assert [type(command).__name__ for command in found] == ["StartTiering", "CompleteTiering"]
