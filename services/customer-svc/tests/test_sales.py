"""Sales by month, region and item; deliveries against promises; growth against both periods."""

from datetime import date
from decimal import Decimal
from itertools import permutations

from chassis.testing import given, replay
from contracts import erp
from contracts.customer import OrderDelivered
from customer_svc.growth import growth
from customer_svc.order import DECIDER, CancelOrder, DeliverOrder, OrderCommand, SubmitOrder
from customer_svc.read_models import deliveries, sales

LINES = (
    erp.OrderLine(item_id="I-1", quantity=Decimal(2), unit_price=Decimal(30)),
    erp.OrderLine(item_id="I-2", quantity=Decimal(1), unit_price=Decimal(40)),
    erp.OrderLine(item_id="I-1", quantity=Decimal(1), unit_price=Decimal(30)),
)
SUBMITTED = erp.OrderSubmitted(
    order_id="O-1", customer_id="C-1", ordered_on=date(2024, 1, 10), currency="CNY", lines=LINES, total=Decimal(150),
    requested_on=date(2024, 1, 20), region="east",
)  # fmt: skip


def deliver(day: int, month: int = 1) -> DeliverOrder:
    return DeliverOrder(erp.OrderDelivered(order_id="O-1", customer_id="C-1", delivered_on=date(2024, month, day)))


def cancel(day: int) -> CancelOrder:
    return CancelOrder(erp.OrderCancelled(order_id="O-1", customer_id="C-1", cancelled_on=date(2024, 1, day)))


def cells(*commands: OrderCommand) -> dict[tuple[str, str], tuple[int, Decimal]]:
    rows = replay(sales.MODEL, given(DECIDER).when(*commands).facts)
    return {(key[2], key[3]): (row.orders, row.amount) for key, row in rows.items()}


def test_an_order_counts_whole_and_by_item() -> None:
    assert cells(SubmitOrder(SUBMITTED)) == {
        ("east", "*"): (1, Decimal(150)),
        ("east", "I-1"): (2, Decimal(90)),
        ("east", "I-2"): (1, Decimal(40)),
    }


def test_a_cancelled_order_does_not_count_and_one_delivered_all_the_same_does() -> None:
    assert cells(SubmitOrder(SUBMITTED), cancel(12))["east", "*"] == (0, Decimal(0))
    assert cells(SubmitOrder(SUBMITTED), cancel(12), cancel(13))["east", "*"] == (0, Decimal(0))
    assert cells(SubmitOrder(SUBMITTED), cancel(12), deliver(14))["east", "*"] == (1, Decimal(150))


def test_the_order_in_which_facts_arrive_changes_no_figure() -> None:
    facts: tuple[OrderCommand, ...] = (SubmitOrder(SUBMITTED), cancel(12), deliver(14), cancel(16))
    found = [cells(*arrival)["east", "*"] for arrival in permutations(facts)]
    assert found == [(0, Decimal(0))] * len(found)


def delivered(*commands: OrderCommand) -> dict[date, tuple[int, int, int, int]]:
    rows = replay(deliveries.MODEL, given(DECIDER).when(*commands).facts)
    return {key[0]: (row.delivered, row.promised, row.late, row.days_late) for key, row in rows.items()}


def test_a_delivery_counts_in_its_month_against_its_promise() -> None:
    assert delivered(SubmitOrder(SUBMITTED), deliver(20)) == {date(2024, 1, 1): (1, 1, 0, 0)}
    assert delivered(SubmitOrder(SUBMITTED), deliver(3, 2)) == {date(2024, 2, 1): (1, 1, 1, 14)}


def test_a_delivery_told_before_its_order_counts_once() -> None:
    assert delivered(deliver(20), SubmitOrder(SUBMITTED)) == {date(2024, 1, 1): (1, 1, 0, 0)}


def test_a_later_delivery_takes_the_place_of_the_one_told_before() -> None:
    found = delivered(SubmitOrder(SUBMITTED), deliver(20), deliver(3, 2))
    assert found == {date(2024, 1, 1): (0, 0, 0, 0), date(2024, 2, 1): (1, 1, 1, 14)}


def test_a_delivery_says_what_it_replaces() -> None:
    told = given(DECIDER).when(SubmitOrder(SUBMITTED), deliver(20)).when(deliver(25)).one(OrderDelivered)
    assert (told.replaces, told.was_cancelled) == (date(2024, 1, 20), False)


MONTHS = {date(2023, 5, 1): Decimal(80), date(2024, 4, 1): Decimal(120), date(2024, 5, 1): Decimal(90)}


def test_growth_against_the_month_before_and_against_the_same_month_last_year() -> None:
    found = growth(MONTHS, date(2024, 5, 1))
    assert (found.on_previous_month, found.on_same_month_last_year) == (Decimal("-25.00"), Decimal("12.50"))


def test_there_is_no_growth_on_nothing() -> None:
    found = growth(MONTHS, date(2024, 4, 1))
    assert (found.previous, found.on_previous_month) == (Decimal(0), None)
    assert (found.last_year, found.on_same_month_last_year) == (None, None)
