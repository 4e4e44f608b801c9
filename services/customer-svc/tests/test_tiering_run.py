"""A whole run: a population in, its decisions out, taken up again after a crash without a difference."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.testing import given
from contracts.customer import CustomerTierChanged, TieringStarted
from customer_svc import tiers
from customer_svc.policies.tiering import Guarantees, IndexWeights, TieringPolicy
from customer_svc.service import SERVICE
from customer_svc.tiers import tiering
from customer_svc.tiers.run import Rule, Run, commands_of, quintile_borders, tiers_of
from customer_svc.tiers.standing import TierCustomer
from customer_svc.tiers.tiering import CompleteTiering, StartTiering
from customer_svc.tiers.value import CustomerValue

AS_OF = date(2024, 1, 31)
RULE = Rule(TieringPolicy(), 1)
POPULATION = [CustomerValue(f"C-{n:03}", 1, Decimal(n * 10), date(2024, 1, 3)) for n in range(1, 201)]


def run(population: list[CustomerValue], rule: Rule = RULE) -> list[Any]:
    return list(commands_of("BRL", AS_OF, population, rule))


def ranks(amounts: list[int]) -> list[int]:
    values = [CustomerValue(f"C-{n}", 1, Decimal(amount), date(2024, 1, 3)) for n, amount in enumerate(amounts)]
    return [command.rank for command in run(values)[1:-1]]


def test_a_run_starts_decides_every_customer_and_completes() -> None:
    start, *decisions, complete = run(POPULATION)
    assert isinstance(start, StartTiering)
    assert (start.population, [cut.last_rank for cut in start.cut_points]) == (200, [2, 10, 40, 200])
    assert len(decisions) == 200
    assert complete == CompleteTiering("BRL", AS_OF)


def test_the_best_customer_is_the_first_vip() -> None:
    best = next(command for command in run(POPULATION) if isinstance(command, TierCustomer))
    assert (best.customer_id, best.rank, best.population, best.deserved) == ("C-200", 1, 200, "vip")


def test_the_same_population_in_any_order_gives_the_same_run() -> None:
    shuffled = Random(7).sample(POPULATION, len(POPULATION))
    assert run(shuffled) == run(POPULATION)


def test_a_run_over_nobody_starts_and_completes() -> None:
    assert [type(command) for command in run([])] == [StartTiering, CompleteTiering]


def test_an_interrupted_run_goes_on_with_the_cut_points_of_its_start() -> None:
    waiting = given(tiering.DECIDER).when(tiering.ExpectTiering("BRL", date(2024, 1, 3)))
    began = waiting.when(run(POPULATION)[0])
    late = [*POPULATION, CustomerValue("C-late", 1, Decimal(2_005), date(2024, 1, 31))]
    again = Run("BRL", AS_OF, 200, replace(RULE, cuts=began.one(TieringStarted).cut_points))
    began.when(again.start()).then()
    deserved = {command.customer_id: command.deserved for command in again.decisions(late)}
    assert [deserved[name] for name in ("C-late", "C-200", "C-199", "C-198")] == ["vip", "vip", "vip", "important"]


def test_a_run_told_twice_decides_each_customer_once() -> None:
    command = run(POPULATION)[1]
    given(tiers.DECIDER, policies=SERVICE.policies).when(command).when(command).then()


def test_equal_amounts_share_the_best_of_their_ranks() -> None:
    assert ranks([9, 7, 7, 1]) == [1, 2, 2, 4]


# --- quintiles, the index, guarantees ----------------------------------------------------------------


BY_FIFTHS = Rule(TieringPolicy(scoring="quintiles"), 1)
BY_INDEX = Rule(TieringPolicy(scoring="quintiles", rank_by="index", weights=IndexWeights(recency=Decimal(3))), 1)


def test_a_fifth_of_the_active_customers_has_each_score() -> None:
    scores = [command.value.monetary_score for command in run(POPULATION, BY_FIFTHS)[1:-1]]
    assert [scores.count(score) for score in (5, 4, 3, 2, 1)] == [40, 40, 40, 40, 40]


def test_quintiles_are_of_those_who_ordered_in_the_window() -> None:
    silent = [CustomerValue(f"S-{n}", 0, Decimal(0), date(2022, 1, 3)) for n in range(50)]
    found = run([*POPULATION, *silent], BY_FIFTHS)[0]
    assert found.borders == quintile_borders(POPULATION)


def test_the_index_ranks_a_recent_customer_before_a_large_one() -> None:
    recent = CustomerValue("C-recent", 2, Decimal(50), date(2024, 1, 31))
    large = CustomerValue("C-large", 2, Decimal(900), date(2023, 6, 1))
    ordered = [command.customer_id for command in run([large, recent], BY_INDEX)[1:-1]]
    assert ordered == ["C-recent", "C-large"]
    assert [command.customer_id for command in run([large, recent])[1:-1]] == ["C-large", "C-recent"]


def test_a_key_account_is_important_at_least_and_the_decision_says_why() -> None:
    lifted = [replace(POPULATION[0], key_account=True), *POPULATION[1:]]
    command = next(each for each in run(lifted) if isinstance(each, TierCustomer) and each.customer_id == "C-001")
    assert (command.deserved, [factor.name for factor in command.factors]) == ("important", ["key_account"])
    outcome = given(tiers.DECIDER, policies=SERVICE.policies).when(command).one(CustomerTierChanged)
    assert outcome.because == "First tier: rank 200 of 200 with 10.00 BRL, key account guarantees important."


def test_a_guarantee_never_lowers_a_tier() -> None:
    best = replace(POPULATION[-1], key_account=True, box="A1")
    command = run([*POPULATION[:-1], best])[1]
    assert (command.deserved, command.factors) == ("vip", ())


def test_a_policy_may_guarantee_nothing() -> None:
    nothing = Rule(TieringPolicy(guarantees=Guarantees(key_account=None, boxes={})), 1)
    lifted = [replace(POPULATION[0], key_account=True, box="A1"), *POPULATION[1:]]
    assert tiers_of("BRL", AS_OF, lifted, nothing)["C-001"] == "small"


VALUES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 9), st.dates(date(2023, 2, 1), AS_OF)), min_size=1, max_size=80
).map(
    lambda drawn: [
        CustomerValue(f"C-{n:03}", orders, Decimal(amount * orders), day)
        for n, (orders, amount, day) in enumerate(drawn)
    ]
)


@for_all(VALUES, st.sampled_from([RULE, BY_FIFTHS, BY_INDEX]), st.randoms())
def test_the_order_in_which_customers_arrive_never_changes_a_tier(
    population: list[CustomerValue], rule: Rule, random: Random
) -> None:
    shuffled = random.sample(population, len(population))
    assert run(shuffled, rule) == run(population, rule)


@for_all(VALUES, st.sampled_from([RULE, BY_FIFTHS, BY_INDEX]))
def test_equal_values_never_get_different_scores_or_tiers(population: list[CustomerValue], rule: Rule) -> None:
    commands = [command for command in run(population, rule) if isinstance(command, TierCustomer)]
    for measure in ("last_order_on", "orders", "amount"):
        score = {"last_order_on": "recency", "orders": "frequency", "amount": "monetary"}[measure] + "_score"
        found = {(getattr(command.value, measure), getattr(command.value, score)) for command in commands}
        assert len({value for value, _ in found}) == len(found)
    same = {(command.index, command.value.amount, command.deserved) for command in commands}
    assert len({(index, amount) for index, amount, _ in same}) == len(same)


@for_all(VALUES)
def test_more_never_scores_less(population: list[CustomerValue]) -> None:
    commands = [command for command in run(population, BY_FIFTHS) if isinstance(command, TierCustomer)]
    by_amount = sorted(commands, key=lambda command: command.value.amount)
    scores = [command.value.monetary_score for command in by_amount]
    assert scores == sorted(scores)
