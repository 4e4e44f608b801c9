"""Read models: replayed twice they give the same rows, and the rows answer the questions."""

import typing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from chassis.testing import envelope, replay
from contracts import Event, erp
from contracts.customer import (
    CustomersMerged,
    CustomerTierChanged,
    CustomerTiered,
    CutPoint,
    HoldOverride,
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderEndRecorded,
    OrderHeld,
    OrderPlaced,
    OrderReturned,
    OrderReturnRefused,
    SurveyRecorded,
    TieringCompleted,
    TieringScheduled,
    TieringStarted,
    ValueScores,
)
from customer_svc.read_models import customer, customer_history, order, survey, tier_count, tier_decision, tiering
from customer_svc.timers import tiering_due

JANUARY, FEBRUARY, MARCH = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
PLACED = OrderPlaced(
    order_id="O-1",
    customer_id="C-1",
    ordered_on=date(2024, 1, 10),
    currency="BRL",
    lines=(erp.OrderLine(item_id="I-1", quantity=Decimal(2), unit_price=Decimal(50)),),
    total=Decimal(100),
    requested_on=date(2024, 1, 20),
)
CONFIRMED = OrderConfirmed(order_id="O-1", customer_id="C-1", available_after=Decimal(900), currency="BRL")
HELD = OrderHeld(order_id="O-1", customer_id="C-1", reason="over the limit by 50", releases_at="a payment of 50")
LET_THROUGH = HoldOverride(
    by="han.lei", reason="paid in cash tomorrow", held_because="over the limit by 50", ends_on=date(2024, 1, 31)
)
OVERRIDDEN = CONFIRMED.model_copy(update={"override": LET_THROUGH})
EXPIRED = HELD.model_copy(
    update={"override": LET_THROUGH.model_copy(update={"end": "expired", "ended_on": date(2024, 2, 1)})}
)
DELIVERED = OrderDelivered(
    order_id="O-1",
    customer_id="C-1",
    delivered_on=date(2024, 1, 23),
    requested_on=date(2024, 1, 20),
    days_late=3,
    total=Decimal(100),
    currency="BRL",
)
EARLY = OrderDelivered(order_id="O-1", customer_id="C-1", delivered_on=date(2024, 1, 23))
CANCELLED = OrderCancelled(order_id="O-1", customer_id="C-1", cancelled_on=date(2024, 1, 15))
RATED = SurveyRecorded(
    survey_id="S-1",
    customer_id="C-1",
    answered_on=date(2024, 1, 25),
    kind="rating",
    answers={"rating": Decimal(4)},
    score=Decimal(4),
    at_risk=True,
)
VALUE = ValueScores(
    last_order_on=date(2024, 1, 10),
    recency_days=21,
    orders=1,
    amount=Decimal(100),
    currency="BRL",
    recency_score=5,
    frequency_score=1,
    monetary_score=1,
)
FIRST_TIER = CustomerTierChanged(
    customer_id="C-1",
    tiering_id="2024-01-BRL",
    as_of=JANUARY,
    tier="vip",
    rank=1,
    population=200,
    value=VALUE,
    because="First tier: rank 1 of 200 with 100 BRL.",
    policy_version=1,
)
ON_GRACE = CustomerTiered(
    customer_id="C-1",
    tiering_id="2024-02-BRL",
    as_of=FEBRUARY,
    tier="vip",
    deserved="small",
    rank=90,
    population=200,
    value=VALUE,
    policy_version=1,
    demotion_due_on=MARCH,
)
UNCHANGED = ON_GRACE.model_copy(update={"deserved": "vip", "rank": 2, "demotion_due_on": None})


def order_row(*events: Event) -> order.Row:
    row: order.Row = replay(order.MODEL, events)["O-1",]
    return row


def test_an_order_shows_credits_answer_its_dates_and_its_lateness() -> None:
    row = order_row(PLACED, HELD, CONFIRMED, DELIVERED)
    assert (row.status, row.credit, row.hold_reason) == ("delivered", "approved", None)
    assert (row.ordered_on, row.requested_on, row.delivered_on, row.days_late) == (
        date(2024, 1, 10),
        date(2024, 1, 20),
        date(2024, 1, 23),
        3,
    )
    assert row.lines == [{"item_id": "I-1", "quantity": "2", "unit_price": "50", "unit_cost": None}]


def test_a_held_order_says_why_and_what_releases_it() -> None:
    row = order_row(PLACED, HELD)
    assert (row.status, row.hold_reason, row.releases_at) == ("held", "over the limit by 50", "a payment of 50")


def test_an_overridden_order_says_who_let_it_through_why_until_when_and_what_became_of_it() -> None:
    row = order_row(PLACED, HELD, OVERRIDDEN)
    assert (row.status, row.credit, row.hold_reason) == ("confirmed", "overridden", None)
    assert row.override == {
        "by": "han.lei", "reason": "paid in cash tomorrow", "held_because": "over the limit by 50",
        "ends_on": "2024-01-31", "end": None, "ended_on": None,
    }  # fmt: skip
    used = order_row(PLACED, HELD, OVERRIDDEN, DELIVERED)
    assert used.override == {**row.override, "end": "used", "ended_on": "2024-01-23"}
    waiting = order_row(PLACED, HELD, OVERRIDDEN, EXPIRED)
    assert (waiting.status, waiting.credit) == ("held", "held")
    assert waiting.override == {**row.override, "end": "expired", "ended_on": "2024-02-01"}
    assert order_row(PLACED, HELD, OVERRIDDEN, EXPIRED, CONFIRMED, DELIVERED).override == waiting.override


def test_an_order_whose_delivery_came_first_is_awaited_and_then_delivered() -> None:
    assert (order_row(EARLY).status, order_row(EARLY).total) == ("awaited", None)
    assert order_row(EARLY, PLACED, DELIVERED) == order_row(PLACED, DELIVERED)


def test_a_cancelled_order_that_arrived_all_the_same_counts_again() -> None:
    assert order_row(PLACED, CANCELLED).cancelled_on == date(2024, 1, 15)
    both = order_row(PLACED, CANCELLED, DELIVERED)
    assert replace(both, ends=None) == order_row(PLACED, DELIVERED)
    assert both.ends == [{"on": "2024-01-15", "cancelled": True}, {"on": "2024-01-23", "cancelled": False}]
    stale = OrderEndRecorded(order_id="O-1", customer_id="C-1", ended_on=date(2024, 1, 15), cancelled=True)
    assert order_row(PLACED, DELIVERED, stale) == both


def test_an_order_remembers_each_of_its_returns_with_its_day_and_forgets_one_that_is_refused() -> None:
    def came_back(return_id: str, on: date, amount: int, currency: str = "BRL") -> OrderReturned:
        return OrderReturned(
            return_id=return_id, order_id="O-1", customer_id="C-1", returned_on=on, amount=Decimal(amount),
            currency=currency, total=Decimal(amount), reason="does not fit",
        )  # fmt: skip

    late, early = came_back("R-1", date(2024, 5, 1), 10), came_back("R-2", date(2024, 3, 1), 30)
    row = order_row(PLACED, late, early)
    assert (row.returned, row.returned_on) == (Decimal(40), date(2024, 5, 1))
    assert [(each["return_id"], each["returned_on"], each["amount"]) for each in row.returns or []] == [
        ("R-1", "2024-05-01", "10"),
        ("R-2", "2024-03-01", "30"),
    ]
    foreign = came_back("R-3", date(2024, 6, 1), 300, "JPY")
    assert order_row(foreign, PLACED).returned == 0
    refused = OrderReturnRefused(
        return_id="R-3", order_id="O-1", customer_id="C-1", returned_on=date(2024, 6, 1), amount=Decimal(300),
        currency="JPY", because="of another currency",
    )  # fmt: skip
    assert order_row(foreign, PLACED, late, early, refused) == row
    assert order_row(foreign, PLACED, refused) == order_row(PLACED)


def test_a_customer_sums_orders_and_ratings_and_shows_its_best_tier() -> None:
    in_dollars = FIRST_TIER.model_copy(update={"tier": "small", "value": VALUE.model_copy(update={"currency": "USD"})})
    row = replay(customer.MODEL, [PLACED, RATED, FIRST_TIER, in_dollars])["C-1",]
    assert (row.orders, row.first_order_on, row.last_order_on) == (1, date(2024, 1, 10), date(2024, 1, 10))
    assert (row.ratings, row.rating_sum, row.at_risk) == (1, 4, 1)
    assert (row.tier, row.tiers) == ("vip", {"BRL": "vip", "USD": "small"})


def test_a_customer_of_which_only_merged_ids_ordered_is_listed() -> None:
    merged = CustomersMerged(
        customer_id="C-9", merged_id="C-1", moved=("C-1",), because="same", merged_on=JANUARY, by="li.na"
    )
    rows = replay(customer.MODEL, [PLACED, merged])
    assert (rows["C-9",].orders, rows["C-1",].orders) == (0, 1)
    assert replay(customer.MODEL, [PLACED, merged.model_copy(update={"customer_id": "C-1"})])["C-1",].orders == 1


def test_an_answer_is_a_row_of_its_customer() -> None:
    row = replay(survey.MODEL, [RATED])["C-1", "S-1"]
    assert (row.score, row.at_risk, row.answers) == (Decimal(4), True, {"rating": "4"})


def test_each_run_leaves_a_decision_with_everything_it_was_decided_from() -> None:
    rows = replay(tier_decision.MODEL, [FIRST_TIER, ON_GRACE])
    first, second = rows["C-1", "BRL", JANUARY], rows["C-1", "BRL", FEBRUARY]
    assert (first.tier, first.previous, first.changed, first.code) == ("vip", None, True, "511")
    assert (second.tier, second.deserved, second.changed, second.demotion_due_on) == ("vip", "small", False, MARCH)


def test_a_run_counts_its_customers_by_tier() -> None:
    other = FIRST_TIER.model_copy(update={"customer_id": "C-2", "tier": "small"})
    rows = replay(tier_count.MODEL, [FIRST_TIER, other, ON_GRACE, UNCHANGED])
    shown = {key: (row.customers, row.changed, row.on_grace) for key, row in rows.items()}
    assert shown == {
        ("2024-01-BRL", "vip"): (1, 1, 0),
        ("2024-01-BRL", "small"): (1, 1, 0),
        ("2024-02-BRL", "vip"): (2, 0, 1),
    }


SCHEDULED = TieringScheduled(tiering_id="2024-01-BRL", as_of=JANUARY, currency="BRL")
STARTED = TieringStarted(
    tiering_id="2024-01-BRL",
    as_of=JANUARY,
    currency="BRL",
    population=200,
    cut_points=(CutPoint(tier="vip", last_rank=2, amount=Decimal("99.50")),),
    policy_version=1,
)
COMPLETED = TieringCompleted(tiering_id="2024-01-BRL", as_of=JANUARY, currency="BRL")
NEXT = TieringScheduled(tiering_id="2024-02-BRL", as_of=FEBRUARY, currency="BRL")


def test_a_run_is_running_until_it_is_completed_and_keeps_its_borders() -> None:
    key = ("2024-01-BRL",)
    assert replay(tiering.MODEL, [STARTED])[key].status == "running"
    row = replay(tiering.MODEL, [STARTED, COMPLETED])[key]
    assert (row.status, tiering.stored_cut_points(row.cut_points)) == ("completed", STARTED.cut_points)


def test_a_run_is_due_when_its_last_day_is_over_and_stays_due_until_completed() -> None:
    due_on = date(2024, 2, 1)
    assert replay(tiering_due.TODO, [SCHEDULED])["BRL",].due_on == due_on
    began = replay(tiering_due.TODO, [SCHEDULED, STARTED])["BRL",]
    assert (began.due_on, began.policy_version, len(began.cut_points)) == (due_on, 1, 1)
    assert replay(tiering_due.TODO, [SCHEDULED, STARTED, COMPLETED]) == {}


def test_a_completed_run_makes_room_for_the_next_month() -> None:
    row = replay(tiering_due.TODO, [SCHEDULED, STARTED, COMPLETED, NEXT])["BRL",]
    assert (row.as_of, row.due_on, row.cut_points) == (FEBRUARY, date(2024, 3, 1), None)


def test_the_history_tells_what_happened_and_leaves_out_runs_that_changed_nothing() -> None:
    events = [PLACED, CONFIRMED, DELIVERED, RATED, FIRST_TIER, UNCHANGED, ON_GRACE]
    recorded = [(event, envelope(n, at=datetime(2024, 1, 11, tzinfo=UTC))) for n, event in enumerate(events, start=1)]
    rows = sorted(replay(customer_history.MODEL, recorded).values(), key=lambda row: (row.happened_on, row.event_id))
    assert [row.type for row in rows] == [
        "customer.OrderPlaced",
        "customer.OrderConfirmed",
        "customer.OrderDelivered",
        "customer.SurveyRecorded",
        "customer.CustomerTierChanged",
        "customer.CustomerTiered",
    ]
    assert rows[0].data["total"] == "100"


def test_the_history_tells_a_return_on_its_day_also_before_its_order_is_known() -> None:
    on = date(2024, 1, 9)
    early = OrderReturned(
        return_id="RET-1", order_id="O-1", customer_id="C-1", returned_on=on, amount=Decimal(10), currency="BRL",
        total=Decimal(10), reason="does not fit",
    )  # fmt: skip
    known = early.model_copy(update={"return_id": "RET-2", "ordered_on": date(2024, 1, 2)})
    assert [row.happened_on for row in replay(customer_history.MODEL, [early, known]).values()] == [on, on]


@pytest.mark.parametrize("event", [e for e, day in customer_history.DAY_OF.items() if day], ids=lambda e: e.__name__)
def test_the_history_dates_an_event_by_a_day_that_it_always_has(event: type[Event]) -> None:
    day = customer_history.DAY_OF[event]
    assert day is not None
    assert type(None) not in typing.get_args(event.model_fields[day].annotation)
