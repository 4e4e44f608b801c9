"""Back-tests of the tiering policy: the same orders under a candidate, and who would have stood elsewhere."""

from datetime import date
from decimal import Decimal
from itertools import permutations

from chassis.backtests import Trial
from chassis.policies import PolicyBook
from chassis.testing import envelope
from contracts import Event
from contracts.customer import CustomersMerged, OrderCancelled, OrderDelivered, OrderPlaced, OrderReturned
from customer_svc.policies.tiering import PyramidShares, TieringPolicy
from customer_svc.reports.tier_backtest import BACKTEST, TierReport
from customer_svc.service import SERVICE

LIVE = PolicyBook.of(SERVICE.policies)


def placed(number: int, customer: str, day: date, total: int) -> OrderPlaced:
    return OrderPlaced(
        order_id=f"O-{number}", customer_id=customer, ordered_on=day, currency="CNY", lines=(), total=Decimal(total)
    )


ORDERS: list[Event] = [placed(n, f"C-{n:02}", date(2024, 1, 1 + n), 100 * n) for n in range(1, 21)]


def reported(candidate: TieringPolicy, events: list[Event], until: date = date(2024, 1, 31)) -> TierReport:
    trial = Trial("tiering", LIVE, LIVE.with_only(candidate), date(2024, 1, 1), until)
    replay = BACKTEST.begin(trial)
    for event in events:
        replay.take(event, envelope())
    found = replay.report()
    assert isinstance(found, TierReport)
    return found


def test_the_live_policy_against_itself_differs_nowhere() -> None:
    found = reported(TieringPolicy(), ORDERS)
    assert (found.decided, found.different) == (20, 0)


def test_a_wider_top_lifts_those_who_stood_just_below() -> None:
    wider = TieringPolicy(shares=PyramidShares(vip=Decimal(10), important=Decimal(10), ordinary_large=Decimal(10)))
    month = reported(wider, ORDERS).months[0]
    assert month.moves == {"ordinary_large>important": 2, "ordinary_large>vip": 1, "small>ordinary_large": 2}
    assert [(each.customer_id, each.live, each.candidate) for each in month.examples] == [
        ("C-15", "small", "ordinary_large"),
        ("C-16", "small", "ordinary_large"),
        ("C-17", "ordinary_large", "important"),
        ("C-18", "ordinary_large", "important"),
        ("C-19", "ordinary_large", "vip"),
    ]  # fmt: skip


def test_each_month_end_of_the_period_is_ranked() -> None:
    found = reported(TieringPolicy(window_months=1), ORDERS, date(2024, 3, 31))
    assert [month.as_of for month in found.months] == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]
    assert [month.different for month in found.months] == [0, 4, 4]


def test_partitions_may_be_told_in_any_order() -> None:
    outcome: list[Event] = [
        placed(1, "C-1", date(2024, 1, 3), 500),
        placed(2, "C-2", date(2024, 1, 3), 900),
        OrderReturned(
            return_id="R-1", order_id="O-1", customer_id="C-1", returned_on=date(2024, 1, 9), amount=Decimal(100),
            currency="CNY", total=Decimal(100), reason="broken",
        ),
        CustomersMerged(
            customer_id="C-2", merged_id="C-3", moved=("C-3",), because="same", merged_on=date(2024, 1, 9), by="li.na"
        ),
    ]  # fmt: skip
    within = [arrival for arrival in permutations(outcome) if arrival.index(outcome[0]) < arrival.index(outcome[2])]
    found = {reported(TieringPolicy(), list(arrival)).model_dump_json() for arrival in within}
    assert len(found) == 1


def test_a_cancelled_order_does_not_count_unless_it_is_delivered_all_the_same() -> None:
    cancelled = OrderCancelled(
        order_id="O-20", customer_id="C-20", cancelled_on=date(2024, 1, 30), total=Decimal(2_000), currency="CNY"
    )
    assert reported(TieringPolicy(), [*ORDERS, cancelled]).decided == 19
    delivered = OrderDelivered(
        order_id="O-20", customer_id="C-20", delivered_on=date(2024, 1, 31), total=Decimal(2_000), currency="CNY",
        was_cancelled=True,
    )  # fmt: skip
    assert reported(TieringPolicy(), [*ORDERS, cancelled, delivered]).decided == 20
