"""The channel: rebates by slices and days of collection, discounts, diversion."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.policies import PolicyBook
from chassis.testing import Given, given, policy_book, replay
from contracts.currencies import places_of, rounded
from contracts.customer import (
    CustomerTier,
    DistributorAuthorised,
    DiversionSuspected,
    PolicyPublished,
    RebateAccrued,
    RebatePaid,
    UnitScanned,
    UnitShipped,
)
from customer_svc.channel import distributor, unit
from customer_svc.channel.distributor import AccrueRebate, AuthoriseDistributor, NoSuchRebate, PayRebate
from customer_svc.channel.rebate import discount, earned, payout, period_end, period_name, period_start
from customer_svc.channel.unit import ScanUnit, ShipUnit, UnitDiffers, UnitUnknown
from customer_svc.policies.channel import ChannelPolicy, DiscountPolicy, RebatePolicy
from customer_svc.read_models import rebate
from customer_svc.service import SERVICE
from customer_svc.timers import rebate_due

POLICY = RebatePolicy()

# --- rebates -------------------------------------------------------------------------------------------


def test_each_slice_of_the_purchases_earns_its_own_rate() -> None:
    found = earned(Decimal(600_000), POLICY)
    assert found.amount == 1_000 + 8_000 + 3_000
    assert found.because == "1 % of 100,000.00 CNY + 2 % of 400,000.00 CNY + 3 % of 100,000.00 CNY"


@pytest.mark.parametrize(
    ("days", "percent"), [(0, 100), (15, 100), (16, 80), (30, 80), (31, 50), (45, 50), (46, 0), (400, 0)]
)
def test_the_payout_falls_with_the_days_of_collection(days: int, percent: int) -> None:
    assert payout(days, POLICY) == percent


def test_purchases_below_the_condition_earn_nothing() -> None:
    assert earned(Decimal(900), POLICY.model_copy(update={"least_purchases": Decimal(1_000)})).amount == 0


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "12346"), ("CNY", "12345.68"), ("KWD", "12345.679")])
def test_a_rebate_and_its_payout_have_the_decimals_of_their_currency(currency: str, amount: str) -> None:
    policy = POLICY.model_copy(update={"currency": currency})
    found = earned(Decimal("611522.6333"), policy)
    assert found.amount == Decimal(amount)
    book = policy_book(SERVICE.policies, policy)
    history = given(distributor.DECIDER, policies=SERVICE.policies, book=book).when(
        AuthoriseDistributor("C-1", ("east",), "han.lei", date(2024, 5, 3)),
        AccrueRebate("C-1", date(2024, 6, 30), Decimal("611522.6333")),
        PayRebate("C-1", f"2024-Q2-{currency}", 20, date(2024, 7, 21)),
    )
    paid = history.one(RebatePaid)
    assert (paid.accrued, paid.amount) == (found.amount, rounded(found.amount * 80 / 100, currency))
    assert paid.amount.as_tuple().exponent == found.amount.as_tuple().exponent == -places_of(currency)


@pytest.mark.parametrize(
    ("period", "end", "start", "name"),
    [
        ("month", date(2024, 5, 31), date(2024, 5, 1), "2024-05"),
        ("quarter", date(2024, 6, 30), date(2024, 4, 1), "2024-Q2"),
        ("year", date(2024, 12, 31), date(2024, 1, 1), "2024"),
    ],
)
def test_the_period_is_a_month_a_quarter_or_a_year(period: str, end: date, start: date, name: str) -> None:
    policy = RebatePolicy.model_validate({"period": period})
    found = period_end(date(2024, 5, 17), policy)
    assert (found, period_start(found, policy), period_name(found, policy)) == (end, start, name)
    assert period_end(end, policy) == end


@for_all(st.lists(st.decimals(0, 2_000_000, places=2), min_size=2, max_size=2).map(sorted))
def test_who_buys_more_never_earns_less(purchases: list[Decimal]) -> None:
    assert earned(purchases[0], POLICY).amount <= earned(purchases[1], POLICY).amount


AUTHORISE = AuthoriseDistributor("C-1", ("east",), "han.lei", date(2024, 5, 3))


def test_a_quarter_accrues_when_it_is_over_and_the_next_falls_due() -> None:
    outcome = given(distributor.DECIDER, policies=SERVICE.policies).when(AUTHORISE)
    row = replay(rebate_due.TODO, outcome.facts)["C-1",]
    assert (row.period_ends_on, row.due_on) == (date(2024, 6, 30), date(2024, 7, 1))
    accrue = AccrueRebate("C-1", row.period_ends_on, Decimal(150_000))
    accrued = outcome.when(accrue, accrue).then(RebateAccrued)
    assert accrued.one(RebateAccrued).amount == 2_000
    assert replay(rebate_due.TODO, accrued.facts)["C-1",].period_ends_on == date(2024, 9, 30)
    paid = accrued.when(PayRebate("C-1", "2024-Q2-CNY", 22, date(2024, 7, 22))).then(RebatePaid)
    assert (paid.one(RebatePaid).amount, paid.one(RebatePaid).payout) == (1_600, 80)
    paid.when(PayRebate("C-1", "2024-Q2-CNY", 22, date(2024, 7, 22))).then_refused(NoSuchRebate, "2024-Q2-CNY")
    assert replay(rebate.MODEL, paid.facts)["C-1", "2024-Q2-CNY"].paid_amount == 1_600


def test_a_distributor_authorised_again_keeps_its_period() -> None:
    outcome = given(distributor.DECIDER, policies=SERVICE.policies).when(
        AUTHORISE, AUTHORISE, AuthoriseDistributor("C-1", ("east", "north"), "han.lei", date(2024, 8, 1))
    )
    outcome.then(DistributorAuthorised, DistributorAuthorised)
    assert outcome.state.rebate_due_on == date(2024, 6, 30)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slices": [{"above": 5, "rate": 1}, {"above": 5, "rate": 2}]}, "slices must rise"),
        ({"payouts": [{"within_days": 15, "percent": 50}, {"within_days": 30, "percent": 80}]}, "pay less the later"),
    ],
)
def test_a_rebate_that_cannot_work_is_refused(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        RebatePolicy.model_validate(wrong)


# --- discounts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "tier", "days", "month", "total"),
    [
        (99, None, None, 5, 0), (100, None, None, 5, 1), (1_000, "vip", None, 5, 6), (1_000, "vip", 10, 5, 8),
        (1_000, "vip", 10, 8, 8), (0, None, 11, 2, 2),
    ],
)  # fmt: skip
def test_discounts_add_up_to_the_most_that_is_allowed(
    quantity: int, tier: CustomerTier | None, days: int | None, month: int, total: int
) -> None:
    assert discount(Decimal(quantity), tier, days, month, DiscountPolicy())["total"] == total


# --- diversion -------------------------------------------------------------------------------------------

SHIPPED = UnitShipped(
    unit_code="U-1", customer_id="C-1", region="east", shipped_on=date(2024, 5, 1), region_manager="han.lei",
    floor_price=Decimal(18), currency="CNY",
)  # fmt: skip
BOOK = PolicyBook.of(SERVICE.policies).with_published(
    PolicyPublished(
        name="channel", policy_version=2, effective_from=date(2024, 1, 1), reason="new markets",
        document=ChannelPolicy(
            blank_regions=frozenset({"tibet"}), early_until={"hainan": date(2024, 6, 30)}
        ).model_dump(mode="json"),
    )
)  # fmt: skip


def scanned(region: str = "north", **changes: object) -> ScanUnit:
    fields = {"tampered": False, "price": None, "repeats": 0, "on": date(2024, 5, 20), **changes}
    return ScanUnit("SC-1", "U-1", region, **fields)  # type: ignore[arg-type]


def shipped() -> Given:
    return given(unit.DECIDER, book=BOOK).when(ShipUnit(SHIPPED))


def test_a_unit_seen_where_it_belongs_is_scanned() -> None:
    shipped().when(scanned("east"), scanned("east")).then(UnitScanned)


@pytest.mark.parametrize(
    ("scan", "kind"),
    [
        (scanned(), "natural"),
        (scanned(tampered=True), "malicious"),
        (scanned("east", tampered=True), "malicious"),
        (scanned(price=Decimal("17.99")), "malicious"),
        (scanned(price=Decimal(18)), "natural"),
        (scanned(repeats=1), "malicious"),
        (scanned("tibet"), "benign"),
        (scanned("tibet", repeats=1), "malicious"),
        (scanned("hainan"), "benign"),
        (scanned("hainan", on=date(2024, 7, 1)), "natural"),
    ],
    ids=[
        "elsewhere", "tampered", "tampered where it belongs", "below the floor", "at the floor", "a repeat", "blank area",
        "a repeat in a blank area", "early market", "a market no longer early",
    ],
)  # fmt: skip
def test_the_kinds_of_diversion(scan: ScanUnit, kind: str) -> None:
    outcome = shipped().when(scan).one(DiversionSuspected)
    assert (outcome.kind, outcome.authorised_region, outcome.region_manager) == (kind, "east", "han.lei")
    assert outcome.policy_version == 2


def test_a_unit_that_nobody_shipped_and_one_shipped_twice_are_refused() -> None:
    given(unit.DECIDER, book=BOOK).when(scanned()).then_refused(UnitUnknown, "send its shipment")
    shipped().when(ShipUnit(SHIPPED)).then()
    shipped().when(ShipUnit(SHIPPED.model_copy(update={"region": "west"}))).then_refused(UnitDiffers, "for east")
