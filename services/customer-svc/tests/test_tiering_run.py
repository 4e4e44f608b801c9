"""A whole run: a population in, its decisions out, taken up again after a crash without a difference."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from chassis.testing import given
from contracts.customer import TieringStarted
from customer_svc import customer, tiering
from customer_svc.customer import TierCustomer
from customer_svc.policies import POLICIES, PyramidShares
from customer_svc.tiering import CompleteTiering, StartTiering
from customer_svc.tiering_run import Run, commands_of
from customer_svc.value import CustomerValue

AS_OF = date(2024, 1, 31)
RUN = Run("BRL", AS_OF)
POPULATION = [CustomerValue(f"C-{n:03}", 1, Decimal(n * 10), date(2024, 1, 3)) for n in range(1, 201)]


def run(population: list[CustomerValue], of: Run = RUN) -> list[Any]:
    return list(commands_of(of, population, PyramidShares(), 1))


def test_a_run_starts_decides_every_customer_and_completes() -> None:
    start, *decisions, complete = run(POPULATION)
    assert isinstance(start, StartTiering)
    assert (start.population, [cut.last_rank for cut in start.cut_points]) == (200, [2, 10, 40, 200])
    assert len(decisions) == 200
    assert complete == CompleteTiering("BRL", AS_OF)


def test_the_best_customer_is_the_first_vip() -> None:
    best = next(command for command in run(POPULATION) if isinstance(command, TierCustomer))
    assert (best.value.customer_id, best.rank, best.population, best.deserved) == ("C-200", 1, 200, "vip")


def test_the_same_population_in_any_order_gives_the_same_run() -> None:
    shuffled = Random(7).sample(POPULATION, len(POPULATION))
    assert run(shuffled) == run(POPULATION)


def test_a_run_over_nobody_starts_and_completes() -> None:
    assert [type(command) for command in run([])] == [StartTiering, CompleteTiering]


def test_an_interrupted_run_goes_on_with_the_cut_points_of_its_start() -> None:
    waiting = given(tiering.DECIDER).when(tiering.ExpectTiering("BRL", date(2024, 1, 3)))
    began = waiting.when(run(POPULATION)[0])
    late = [*POPULATION, CustomerValue("C-late", 1, Decimal(2_005), date(2024, 1, 31))]
    again = run(late, Run("BRL", AS_OF, began.one(TieringStarted).cut_points))
    began.when(again[0]).then()
    tiers = {command.value.customer_id: command.deserved for command in again[1:-1]}
    assert [tiers[name] for name in ("C-late", "C-200", "C-199", "C-198")] == ["vip", "vip", "vip", "important"]


def test_a_run_told_twice_decides_each_customer_once() -> None:
    command = run(POPULATION)[1]
    given(customer.DECIDER, policies=POLICIES).when(command).when(command).then()
