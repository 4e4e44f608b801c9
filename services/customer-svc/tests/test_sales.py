"""Sales by month, region and item; deliveries against promises; growth against both periods."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from chassis.testing import given, replay
from contracts import erp
from contracts.customer import GoodsReturned, OrderDelivered
from customer_svc.orders import DECIDER, OrderCommand
from customer_svc.orders.order import CancelOrder, DeliverOrder, SubmitOrder
from customer_svc.orders.returns import ReturnOrder
from customer_svc.read_models import delivery_month, sales_cell
from customer_svc.read_models.sales_cell import WHOLE
from customer_svc.tiers.growth import growth

LINES = (
    erp.OrderLine(item_id="I-1", quantity=Decimal(2), unit_price=Decimal(30)),
    erp.OrderLine(item_id="I-2", quantity=Decimal(1), unit_price=Decimal(40)),
    erp.OrderLine(item_id="I-1", quantity=Decimal(1), unit_price=Decimal(30)),
)
SUBMITTED = erp.OrderSubmitted(
    order_id="O-1", customer_id="C-1", ordered_on=date(2024, 1, 10), currency="CNY", lines=LINES, total=Decimal(150),
    requested_on=date(2024, 1, 20), region="east",
)  # fmt: skip


JANUARY, MARCH = date(2024, 1, 1), date(2024, 3, 1)


def deliver(day: int, month: int = 1) -> DeliverOrder:
    return DeliverOrder(erp.OrderDelivered(order_id="O-1", customer_id="C-1", delivered_on=date(2024, month, day)))


def cancel(day: int) -> CancelOrder:
    return CancelOrder(erp.OrderCancelled(order_id="O-1", customer_id="C-1", cancelled_on=date(2024, 1, day)))


def came_back(amount: int, month: int = 3) -> ReturnOrder:
    return ReturnOrder(
        erp.OrderReturned(
            return_id=f"R-{amount}", order_id="O-1", customer_id="C-1", returned_on=date(2024, month, 5),
            amount=Decimal(amount), currency="CNY", reason="wrong colour",
        )
    )  # fmt: skip


def cells(*commands: OrderCommand) -> dict[tuple[str, str], tuple[int, Decimal]]:
    rows = replay(sales_cell.MODEL, given(DECIDER).when(*commands).facts)
    return {(key[2], key[3]): (row.orders, row.amount) for key, row in rows.items() if key[1] == JANUARY}


def months(*commands: OrderCommand) -> dict[date, tuple[int, Decimal]]:
    """Whole orders and their amount by month."""
    rows = replay(sales_cell.MODEL, given(DECIDER).when(*commands).facts)
    return {key[1]: (row.orders, row.amount) for key, row in rows.items() if key[2:] == ("east", WHOLE)}


def test_an_order_counts_whole_and_by_item() -> None:
    assert cells(SubmitOrder(SUBMITTED)) == {
        ("east", WHOLE): (1, Decimal(150)),
        ("east", "I-1"): (2, Decimal(90)),
        ("east", "I-2"): (1, Decimal(40)),
    }


def test_a_cancelled_order_does_not_count_and_one_delivered_all_the_same_does() -> None:
    assert cells(SubmitOrder(SUBMITTED), cancel(12))["east", WHOLE] == (0, Decimal(0))
    assert cells(SubmitOrder(SUBMITTED), cancel(12), cancel(13))["east", WHOLE] == (0, Decimal(0))
    assert cells(SubmitOrder(SUBMITTED), cancel(12), deliver(14))["east", WHOLE] == (1, Decimal(150))


def test_a_cancelled_order_counts_for_none_of_its_items() -> None:
    cancelled = cells(SubmitOrder(SUBMITTED), cancel(12))
    assert cancelled == dict.fromkeys(cancelled, (0, Decimal(0)))
    assert cells(SubmitOrder(SUBMITTED), cancel(12), deliver(14)) == cells(SubmitOrder(SUBMITTED))


def test_what_came_back_lowers_the_month_in_which_it_did() -> None:
    found = months(SubmitOrder(SUBMITTED), deliver(20), came_back(40), came_back(10))
    assert found == {JANUARY: (1, Decimal(150)), MARCH: (0, Decimal(-50))}
    same_month = months(SubmitOrder(SUBMITTED), came_back(40, month=1))
    assert same_month == {JANUARY: (1, Decimal(110))}


def test_whole_orders_have_the_quantity_of_their_lines() -> None:
    def quantities(*commands: OrderCommand) -> dict[str, Decimal]:
        rows = replay(sales_cell.MODEL, given(DECIDER).when(*commands).facts)
        return {key[3]: row.quantity for key, row in rows.items() if key[1] == JANUARY}

    submit = SubmitOrder(SUBMITTED)
    assert quantities(submit) == {WHOLE: Decimal(4), "I-1": Decimal(3), "I-2": Decimal(1)}
    assert quantities(submit, came_back(40, month=1)) == quantities(submit)
    assert quantities(submit, cancel(12)) == {WHOLE: 0, "I-1": 0, "I-2": 0}
    assert quantities(submit, cancel(12), deliver(14)) == quantities(submit)


def test_a_return_without_an_order_lowers_its_month_in_no_region() -> None:
    event = GoodsReturned(
        return_id="R-1", customer_id="C-1", returned_on=date(2024, 3, 9), amount=Decimal(30), currency="CNY", reason="broken"
    )  # fmt: skip
    rows = replay(sales_cell.MODEL, [event])
    assert {key: (row.orders, row.amount) for key, row in rows.items()} == {
        ("CNY", MARCH, "-", WHOLE): (0, Decimal(-30))
    }


def test_an_item_may_have_any_name() -> None:
    lines = tuple(line.model_copy(update={"item_id": "*"}) for line in LINES)
    named = SUBMITTED.model_copy(update={"lines": lines})
    assert cells(SubmitOrder(named)) == {("east", WHOLE): (1, Decimal(150)), ("east", "*"): (3, Decimal(130))}


def test_a_return_names_no_item() -> None:
    items = cells(SubmitOrder(SUBMITTED), came_back(40, month=1))
    assert (items["east", "I-1"], items["east", "I-2"]) == ((2, Decimal(90)), (1, Decimal(40)))


def test_of_an_order_that_is_cancelled_too_nothing_is_taken_twice() -> None:
    for facts in ((came_back(40), cancel(12)), (cancel(12), came_back(40))):
        assert months(SubmitOrder(SUBMITTED), *facts) == {JANUARY: (0, Decimal(40)), MARCH: (0, Decimal(-40))}


@pytest.mark.parametrize("last", [cancel(16), deliver(16)], ids=["cancelled", "delivered"])
def test_the_order_in_which_facts_arrive_changes_no_figure(last: OrderCommand) -> None:
    facts: tuple[OrderCommand, ...] = (SubmitOrder(SUBMITTED), cancel(12), deliver(14), last, came_back(40))
    found = [(cells(*arrival), months(*arrival)) for arrival in permutations(facts)]
    assert all(each == found[0] for each in found)
    assert found[0][1][JANUARY] == ((0, Decimal(40)) if isinstance(last, CancelOrder) else (1, Decimal(150)))


def delivered(*commands: OrderCommand) -> dict[date, tuple[int, int, int, int]]:
    rows = replay(delivery_month.MODEL, given(DECIDER).when(*commands).facts)
    return {key[0]: (row.delivered, row.promised, row.late, row.days_late) for key, row in rows.items()}


def test_a_delivery_counts_in_its_month_against_its_promise() -> None:
    assert delivered(SubmitOrder(SUBMITTED), deliver(20)) == {date(2024, 1, 1): (1, 1, 0, 0)}
    assert delivered(SubmitOrder(SUBMITTED), deliver(3, 2)) == {date(2024, 2, 1): (1, 1, 1, 14)}


def test_a_delivery_told_before_its_order_counts_once() -> None:
    assert delivered(deliver(20), SubmitOrder(SUBMITTED)) == {date(2024, 1, 1): (1, 1, 0, 0)}


def test_a_later_delivery_takes_the_place_of_the_one_told_before() -> None:
    found = delivered(SubmitOrder(SUBMITTED), deliver(20), deliver(3, 2))
    assert found == {date(2024, 1, 1): (0, 0, 0, 0), date(2024, 2, 1): (1, 1, 1, 14)}


def test_the_last_delivery_counts_once_whatever_was_cancelled_and_whatever_arrived_first() -> None:
    submit, first, second = SubmitOrder(SUBMITTED), deliver(3, 2), deliver(5, 2)
    stop = CancelOrder(erp.OrderCancelled(order_id="O-1", customer_id="C-1", cancelled_on=date(2024, 2, 4)))
    for arrival in permutations((submit, first, stop)):
        assert delivered(*arrival) == {date(2024, 2, 1): (1, 1, 1, 14)}, arrival
    for arrival in permutations((submit, first, stop, second)):
        assert delivered(*arrival) == {date(2024, 2, 1): (1, 1, 1, 16)}, arrival


def test_a_delivery_says_what_it_replaces() -> None:
    outcome = given(DECIDER).when(SubmitOrder(SUBMITTED), deliver(20)).when(deliver(25)).one(OrderDelivered)
    assert (outcome.replaces, outcome.was_cancelled) == (date(2024, 1, 20), False)


MONTHS = {date(2023, 5, 1): Decimal(80), date(2024, 4, 1): Decimal(120), date(2024, 5, 1): Decimal(90)}


def test_growth_against_the_month_before_and_against_the_same_month_last_year() -> None:
    found = growth(MONTHS, date(2024, 5, 1))
    assert (found.on_previous_month, found.on_same_month_last_year) == (Decimal("-25.00"), Decimal("12.50"))


def test_there_is_no_growth_on_nothing() -> None:
    found = growth(MONTHS, date(2024, 4, 1))
    assert (found.previous, found.on_previous_month) == (Decimal(0), None)
    assert (found.last_year, found.on_same_month_last_year) == (None, None)


class Looked(tuple[erp.OrderLine, ...]):
    """Lines that count how often somebody looks through them."""

    times = 0

    def __iter__(self) -> Iterator[erp.OrderLine]:
        self.times += 1
        return super().__iter__()


@pytest.mark.parametrize("items", [3, 300])
def test_the_work_for_an_order_grows_with_its_lines_and_not_with_their_square(items: int) -> None:
    lines = Looked(
        erp.OrderLine(item_id=f"I-{n % items}", quantity=Decimal(1), unit_price=Decimal(n)) for n in range(2 * items)
    )
    [placed] = given(DECIDER).when(SubmitOrder(SUBMITTED)).facts
    rows = replay(sales_cell.MODEL, [placed.model_copy(update={"lines": lines})])
    assert lines.times < 10, "for its keys, its quantity and its items, however many these are"
    assert {row.item_id: (row.orders, row.amount) for row in rows.values() if row.item_id != WHOLE} == {
        f"I-{n}": (2, Decimal(n + n + items)) for n in range(items)
    }


def test_orders_that_are_counted_in_turns_are_not_taken_for_each_other() -> None:
    place = ("CNY", JANUARY, "east", "I-1")
    first = SUBMITTED.lines
    second = (erp.OrderLine(item_id="I-1", quantity=Decimal(9), unit_price=Decimal(1)),)
    rows = [sales_cell._counted(sales_cell.Row(*place), 1, Decimal(0), lines) for lines in (first, second, first)]
    assert [(row.orders, row.quantity, row.amount) for row in rows] == [
        (2, Decimal(3), Decimal(90)),
        (1, Decimal(9), Decimal(9)),
        (2, Decimal(3), Decimal(90)),
    ]
