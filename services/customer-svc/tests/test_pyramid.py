"""The pyramid 1/4/15/80 and its fairness."""

from decimal import Decimal
from math import ceil

from hypothesis import given as for_all
from hypothesis import strategies as st

from contracts.customer import CustomerTier, CutPoint
from customer_svc.policies.tiering import PyramidShares
from customer_svc.tiers.pyramid import BOTTOM, TIERS, BetterTier, Worth, better_tiers, cut_points, deserved_tier

SHARES = PyramidShares()
AMOUNTS = st.lists(st.integers(0, 60).map(Decimal), max_size=300).map(lambda found: sorted(found, reverse=True))


def of(amount: Decimal) -> Worth:
    return Worth(Decimal(0), amount)


def cuts_of(amounts: list[Decimal]) -> tuple[CutPoint, ...]:
    return cut_points([of(amount) for amount in amounts], SHARES)


def sizes(amounts: list[Decimal]) -> dict[CustomerTier, int]:
    cuts = cuts_of(amounts)
    tiers = [deserved_tier(of(amount), cuts) for amount in amounts]
    return {tier: tiers.count(tier) for tier in TIERS}


def falling(population: int) -> list[Decimal]:
    return [Decimal(amount) for amount in range(population, 0, -1)]


def test_200_customers_are_2_vip_8_important_30_ordinary_large_and_160_small() -> None:
    assert list(sizes(falling(200)).values()) == [2, 8, 30, 160]


def test_the_cut_points_are_the_last_rank_of_each_tier_and_its_amount() -> None:
    cuts = [(cut.tier, cut.last_rank, int(cut.amount)) for cut in cuts_of(falling(200))]
    assert cuts == [("vip", 2, 199), ("important", 10, 191), ("ordinary_large", 40, 161), ("small", 200, 1)]


def test_the_only_customer_is_a_vip_and_the_other_tiers_have_no_border() -> None:
    assert [cut.tier for cut in cuts_of([Decimal(5)])] == ["vip"]


def test_nobody_has_no_borders() -> None:
    assert cuts_of([]) == ()


def test_a_tie_at_a_border_shares_the_higher_tier() -> None:
    amounts = [Decimal(900), *[Decimal(500)] * 3, *falling(196)]
    assert list(sizes(amounts).values()) == [4, 6, 30, 160]


def test_without_sales_nobody_stands_above_the_bottom() -> None:
    amounts = [Decimal(9), *[Decimal(0)] * 9]
    assert list(sizes(amounts).values()) == [1, 0, 0, 9]


def test_what_each_better_tier_takes() -> None:
    cuts = cuts_of(falling(200))
    assert better_tiers(of(Decimal(160)), "small", cuts) == [
        BetterTier("ordinary_large", Decimal(161), Decimal(1)),
        BetterTier("important", Decimal(191), Decimal(31)),
        BetterTier("vip", Decimal(199), Decimal(39)),
    ]
    assert better_tiers(of(Decimal(200)), "vip", cuts) == []


@for_all(st.integers(1, 3_000))
def test_the_percentages_hold_for_any_population_size(population: int) -> None:
    filled = 0
    for size, percent in zip(sizes(falling(population)).values(), (1, 5, 20, 100), strict=True):
        filled += size
        assert filled == ceil(population * percent / Decimal(100))


@for_all(AMOUNTS)
def test_equal_amounts_never_get_different_tiers_and_more_never_gets_less(amounts: list[Decimal]) -> None:
    cuts = cuts_of(amounts)
    by_place = [TIERS.index(deserved_tier(of(amount), cuts)) for amount in amounts]
    assert by_place == sorted(by_place)
    assert all(deserved_tier(of(amount), cuts) == BOTTOM for amount in amounts if amount == 0)


@for_all(AMOUNTS)
def test_a_tier_outgrows_its_share_only_by_ties(amounts: list[Decimal]) -> None:
    percent = {"vip": 1, "important": 5, "ordinary_large": 20, "small": 100}
    for cut in cuts_of(amounts):
        share = ceil(len(amounts) * percent[cut.tier] / Decimal(100))
        assert amounts[min(share, cut.last_rank) - 1] == cut.amount
