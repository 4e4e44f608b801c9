"""The value of any past day is the same whenever it is asked for: facts of later days change nothing about it.

The same facts go through the deciders and the read models into PostgreSQL twice: all of them, and only those up to the day.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from chassis.backtests import Trial
from chassis.domain import Refusal
from chassis.policies import PolicyBook
from chassis.storage.database import Database
from chassis.testing import envelope, given, replay
from contracts import Event, erp
from contracts.customer import GoodsReturned, OrderReturnRefused
from customer_svc import orders, reactions, returns
from customer_svc.orders.order import CancelOrder, DeliverOrder, SubmitOrder
from customer_svc.policies.tiering import TieringPolicy
from customer_svc.policies.value import AbcPolicy
from customer_svc.read_models import delivery_month, goods_return, order, sales_cell
from customer_svc.reports import turnover
from customer_svc.reports.buying import buying
from customer_svc.reports.population import Population
from customer_svc.reports.tier_backtest import BACKTEST
from customer_svc.service import SERVICE
from customer_svc.tiers.abc_classes import abc
from customer_svc.tiers.value import CustomerValue
from customer_svc.tiers.window import window_start

from .stored import store

START = date(2024, 1, 1)
CUSTOMERS, DAYS = 8, 150
LIVE = PolicyBook.of(SERVICE.policies)
AS_OF = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 17)]


def day_of(fact: Event) -> date:
    names = ("ordered_on", "delivered_on", "cancelled_on", "returned_on")
    return next(getattr(fact, name) for name in names if hasattr(fact, name))


def drawn(seed: int) -> list[Event]:
    """Orders with deliveries, cancellations and returns, some of them contradictory or without an order, in any order."""
    random = Random(seed)
    found: list[Event] = []
    for n in range(60):
        customer, ordered_on = f"C-{random.randrange(CUSTOMERS)}", START + timedelta(random.randrange(DAYS))
        total = Decimal(random.randrange(1, 30) * 100)
        order_id: str | None = f"O-{n}" if random.random() < 0.9 else None
        if order_id is not None:
            found.append(
                erp.OrderSubmitted(
                    order_id=order_id, customer_id=customer, ordered_on=ordered_on, currency="CNY", total=total
                )
            )
            for _ in range(random.choice([0, 1, 1, 2, 3])):
                on = ordered_on + timedelta(random.randrange(60))
                ended = {"order_id": order_id, "customer_id": customer}
                found.append(
                    random.choice(
                        [
                            erp.OrderDelivered(delivered_on=on, **ended),
                            erp.OrderDelivered(delivered_on=on, **ended),
                            erp.OrderCancelled(cancelled_on=on, **ended),
                        ]
                    )
                )
        for each in range(random.choice([0, 0, 1, 2]) if order_id else 1):
            found.append(
                erp.OrderReturned(
                    return_id=f"R-{n}-{each}", order_id=order_id, customer_id=customer,
                    returned_on=ordered_on + timedelta(random.randrange(60)),
                    amount=Decimal(random.randrange(1, 10) * 50), currency="CNY", reason="broken",
                )
            )  # fmt: skip
    random.shuffle(found)
    return found


def decided(facts: Sequence[Event]) -> list[Event]:
    """What is published about the facts; what is refused adds nothing."""
    states: dict[str, Any] = {}
    found: list[Event] = []
    for fact in facts:
        match fact:
            case erp.OrderSubmitted():
                command: Any = SubmitOrder(fact)
            case erp.OrderDelivered():
                command = DeliverOrder(fact)
            case erp.OrderCancelled():
                command = CancelOrder(fact)
            case erp.OrderReturned():
                command = reactions.return_order(fact)
        decider = orders.DECIDER if isinstance(command, orders.DECIDER.commands) else returns.DECIDER
        stream = decider.stream(command)
        state = states.get(stream, decider.initial)
        try:
            events = decider.decide(command, state, LIVE)
        except Refusal:
            continue
        for event in events:
            state = decider.evolve(state, event)
        states[stream] = state
        found.extend(events)
    return found


async def fill(database: Database, events: Sequence[Event]) -> None:
    for model in (order.MODEL, goods_return.MODEL):
        await database.pool.execute(f"DELETE FROM {model.view}_b1")
        await store(database, model, ((row, 0) for row in replay(model, events).values()))


async def figures(database: Database, as_of: date) -> dict[str, Any]:
    """Everything that is asked about a day: values, ABC, the population of a run, rhythm and sales of the care round."""
    since, policy = window_start(as_of, 2), TieringPolicy()
    sold = await database.rows(turnover.sales("CNY", since, as_of))
    classes = abc((CustomerValue(**row) for row in sold), AbcPolicy())
    rounds = await database.rows(buying(as_of, LIVE.latest("care").document))  # type: ignore[arg-type]
    return {
        "values": [await database.rows(turnover.bought([f"C-{n}"], "CNY", since, as_of)) for n in range(CUSTOMERS)],
        "orders": [await database.rows(order.placed([f"C-{n}"], since, as_of)) for n in range(CUSTOMERS)],
        "abc": sorted(map(str, classes)),
        "population": sorted(map(str, await database.rows(Population("CNY", since, as_of, policy).members()))),
        "buying": sorted(map(str, rounds)),
    }


def tiers(events: Sequence[Event], as_of: date) -> str:
    trial = Trial("tiering", LIVE, LIVE.with_only(TieringPolicy(window_months=1)), START, as_of)
    back_test = BACKTEST.begin(trial)
    for event in events:
        back_test.take(event, envelope())
    return back_test.report().model_dump_json()


@pytest.mark.parametrize("seed", range(4))
async def test_the_value_of_a_past_day_is_the_same_whenever_it_is_asked(tables: Database, seed: int) -> None:
    facts = drawn(seed)
    whole = decided(facts)
    await fill(tables, whole)
    known_later = {as_of: await figures(tables, as_of) for as_of in AS_OF}
    assert len({str(each) for each in known_later.values()}) == len(AS_OF)  # the days do differ
    for as_of in AS_OF:
        # A return that does not fit is refused because of those before it, so the refused ones are left out of both.
        until = decided([fact for fact in facts if day_of(fact) <= as_of and _stands(fact, whole)])
        await fill(tables, until)
        assert await figures(tables, as_of) == known_later[as_of]
        assert tiers(until, as_of) == tiers(whole, as_of)


def rearranged(facts: Sequence[Event], seed: int) -> list[Event]:
    """The facts in another order; the returns of each order stay in theirs, because the first ones that fit are taken."""
    found = list(facts)
    Random(seed).shuffle(found)
    for order_id in {fact.order_id for fact in facts if isinstance(fact, erp.OrderReturned)}:
        of_order = [fact for fact in facts if isinstance(fact, erp.OrderReturned) and fact.order_id == order_id]
        places = [n for n, fact in enumerate(found) if fact in of_order]
        for place, fact in zip(places, of_order, strict=True):
            found[place] = fact
    return found


def rows_of(events: Sequence[Event]) -> dict[Any, Any]:
    """Orders, and sales and deliveries by month; a row of nothing is as none."""
    return {
        key: row
        for model in (order.MODEL, sales_cell.MODEL, delivery_month.MODEL)
        for key, row in replay(model, events).items()
        if model is order.MODEL or row != model.row(*key)
    }


@pytest.mark.parametrize("seed", range(3))
async def test_the_order_in_which_facts_arrive_changes_no_figure(tables: Database, seed: int) -> None:
    facts = drawn(seed)
    other = [*rearranged(facts, seed + 100), *facts]  # and all of them a second time
    first, second = decided(facts), decided(other)
    assert [event.TYPE for event in first] != [event.TYPE for event in second]
    assert rows_of(first) == rows_of(second)
    await fill(tables, first)
    found = {as_of: await figures(tables, as_of) for as_of in AS_OF}
    await fill(tables, second)
    assert {as_of: await figures(tables, as_of) for as_of in AS_OF} == found
    assert [tiers(first, as_of) for as_of in AS_OF] == [tiers(second, as_of) for as_of in AS_OF]


def _stands(fact: Event, events: Sequence[Event]) -> bool:
    if not isinstance(fact, erp.OrderReturned):
        return True
    refused = {event.return_id for event in events if isinstance(event, OrderReturnRefused)}
    known = {event.return_id for event in events if hasattr(event, "return_id")} - refused
    return fact.return_id in known


async def test_each_return_lowers_the_order_from_its_own_day_on(tables: Database) -> None:
    submitted = erp.OrderSubmitted(
        order_id="O-1", customer_id="C-1", ordered_on=date(2025, 3, 2), currency="EUR", total=Decimal(1_000)
    )

    def came_back(return_id: str, on: date, amount: int) -> erp.OrderReturned:
        return erp.OrderReturned(
            return_id=return_id, order_id="O-1", customer_id="C-1", returned_on=on, amount=Decimal(amount),
            currency="EUR", reason="broken",
        )  # fmt: skip

    first, second = came_back("R-1", date(2025, 3, 20), 400), came_back("R-2", date(2025, 5, 10), 10)
    for known in ([submitted, first], [submitted, first, second], [second, first, submitted]):
        await fill(tables, decided(known))
        found = await tables.rows(turnover.bought(["C-1"], "EUR", date(2025, 1, 1), date(2025, 3, 31)))
        assert (found[0]["orders"], found[0]["amount"]) == (1, Decimal(600))
    found = await tables.rows(turnover.bought(["C-1"], "EUR", date(2025, 1, 1), date(2025, 5, 31)))
    assert found[0]["amount"] == Decimal(590)


async def test_a_cancellation_counts_between_its_day_and_the_delivery_that_overrules_it(tables: Database) -> None:
    of = {"order_id": "O-1", "customer_id": "C-1"}
    submitted = erp.OrderSubmitted(ordered_on=date(2024, 3, 1), currency="EUR", total=Decimal(100), **of)
    cancelled = erp.OrderCancelled(cancelled_on=date(2024, 3, 10), **of)
    delivered = erp.OrderDelivered(delivered_on=date(2024, 3, 20), **of)
    for arrival in (
        [submitted, cancelled, delivered],
        [delivered, submitted, cancelled],
        [delivered, cancelled, submitted],
    ):
        await fill(tables, decided(arrival))
        found = [
            (await tables.rows(turnover.bought(["C-1"], "EUR", date(2024, 3, 1), date(2024, 3, day))))[0]["received"]
            if day == 31
            else (await tables.rows(turnover.bought(["C-1"], "EUR", date(2024, 3, 1), date(2024, 3, day))))[0]["amount"]
            for day in (9, 15, 25, 31)
        ]
        assert found == [100, 0, 100, 100]


async def test_a_return_without_an_order_lowers_the_value_of_its_customer_from_its_day_on(tables: Database) -> None:
    """Who cancels everything on the day it was ordered is at the bottom, not the first."""
    ordered = [
        erp.OrderSubmitted(
            order_id=f"O-{n}", customer_id=f"C-{n}", ordered_on=date(2024, 1, 18), currency="GBP", total=total
        )
        for n, total in enumerate([Decimal("77183.60"), Decimal(20), Decimal(10)])
    ]
    back = erp.OrderReturned(
        return_id="C541433", customer_id="C-0", returned_on=date(2024, 1, 19), amount=Decimal("77183.60"),
        currency="GBP", reason="cancelled",
    )  # fmt: skip
    events = decided([*ordered, back])
    assert [type(event) for event in events].count(GoodsReturned) == 1
    await fill(tables, events)
    by_day = {}
    for day in (18, 19):
        population = Population("GBP", date(2024, 1, 1), date(2024, 1, day), TieringPolicy(min_orders=1)).members()
        by_day[day] = {row["customer_id"]: row["amount"] for row in await tables.rows(population)}
    assert by_day == {
        18: {"C-0": Decimal("77183.60"), "C-1": 20, "C-2": 10},
        19: {"C-0": Decimal(0), "C-1": 20, "C-2": 10},
    }
    assert [(row["amount"], row["orders"]) for row in await tables.rows(turnover.values(["C-0"]))] == [(0, 1)]
    sold = await tables.rows(turnover.sales("GBP", date(2024, 1, 1), date(2024, 1, 31)))
    assert {line.customer_id: line.letter for line in abc((CustomerValue(**row) for row in sold), AbcPolicy())} == {
        "C-0": "C", "C-1": "A", "C-2": "A",
    }  # fmt: skip


def test_a_return_without_an_order_under_a_known_id_is_one_return_or_is_refused_with_the_difference() -> None:
    fact = erp.OrderReturned(
        return_id="R-1", customer_id="C-1", returned_on=date(2024, 1, 19), amount=Decimal(5), currency="GBP", reason="cancelled"
    )  # fmt: skip
    known = given(returns.DECIDER).when(returns.RecordReturn(fact), returns.RecordReturn(fact))
    known.then(GoodsReturned)
    other = returns.RecordReturn(fact.model_copy(update={"amount": Decimal(6)}))
    known.when(other).then_refused(returns.ReturnDiffers, "amount 6 instead of 5")
