"""Orders: placed, answered by credit, delivered or cancelled, whatever the order in which the ERP tells it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.domain import Refusal
from chassis.testing import given
from contracts import erp
from contracts.customer import (
    HoldOverride,
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderEndRecorded,
    OrderHeld,
    OrderPlaced,
    OrderReturned,
    OrderReturnRefused,
)
from customer_svc.orders import DECIDER, OrderCommand
from customer_svc.orders.credit import (
    ConfirmOrder,
    CreditDecision,
    EndOverride,
    HoldOrder,
    OverrideHold,
)
from customer_svc.orders.order import CancelOrder, DeliverOrder, OrderDiffers, OrderIsCancelled, SubmitOrder
from customer_svc.orders.returns import ReturnDiffers, ReturnInAnotherCurrency, ReturnOrder, ReturnTooLarge
from customer_svc.orders.stages import Closed, Confirmed, Held, Order

LINE = erp.OrderLine(item_id="I-1", quantity=Decimal(2), unit_price=Decimal(50))
SUBMITTED = erp.OrderSubmitted(
    order_id="O-1",
    customer_id="C-1",
    ordered_on=date(2024, 1, 10),
    currency="BRL",
    lines=(LINE,),
    total=Decimal(100),
    requested_on=date(2024, 1, 20),
    region="SP",
)
PLACED = OrderPlaced(
    order_id="O-1",
    customer_id="C-1",
    ordered_on=date(2024, 1, 10),
    currency="BRL",
    lines=(LINE,),
    total=Decimal(100),
    requested_on=date(2024, 1, 20),
    region="SP",
)
APPROVE = ConfirmOrder("O-1", Decimal(900), "BRL")
HOLD = HoldOrder("O-1", "over the limit by 50", "a payment of 50")
LET_THROUGH = HoldOverride(
    by="han.lei", reason="paid in cash tomorrow", held_because="over the limit by 50", ends_on=date(2024, 1, 31)
)
OVERRIDE = OverrideHold("O-1", LET_THROUGH, Decimal(-50), "BRL")
EXPIRED = EndOverride("O-1", "expired", date(2024, 2, 1))
USED = EndOverride("O-1", "used", date(2024, 1, 18))


def deliver(day: int) -> DeliverOrder:
    return DeliverOrder(erp.OrderDelivered(order_id="O-1", customer_id="C-1", delivered_on=date(2024, 1, day)))


def cancel(day: int) -> CancelOrder:
    return CancelOrder(erp.OrderCancelled(order_id="O-1", customer_id="C-1", cancelled_on=date(2024, 1, day)))


def delivered(day: int, days_late: int = 0) -> OrderDelivered:
    return OrderDelivered(
        order_id="O-1",
        customer_id="C-1",
        delivered_on=date(2024, 1, day),
        requested_on=date(2024, 1, 20),
        days_late=days_late,
        total=Decimal(100),
        currency="BRL",
        ordered_on=date(2024, 1, 10),
        region="SP",
    )


def test_a_submitted_order_is_placed_with_its_lines() -> None:
    given(DECIDER).when(SubmitOrder(SUBMITTED)).then(PLACED)


def test_an_order_told_twice_is_placed_once() -> None:
    given(DECIDER, PLACED).when(SubmitOrder(SUBMITTED)).then()


OTHER_LINE = LINE.model_copy(update={"quantity": Decimal(3)})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"total": Decimal(120)}, "total 120 instead of 100"),
        ({"region": "RJ"}, "region RJ instead of SP"),
        ({"region": None}, "region none instead of SP"),
        ({"lines": (OTHER_LINE,)}, "line 1: 3 × I-1 at 50 instead of 2 × I-1 at 50"),
        ({"lines": ()}, "line 1: none instead of 2 × I-1 at 50"),
        (
            {"lines": (LINE.model_copy(update={"unit_cost": Decimal(30)}),)},
            "line 1: 2 × I-1 at 50 (cost 30) instead of",
        ),
        ({"requested_on": date(2024, 1, 25)}, "requested day 2024-01-25 instead of 2024-01-20"),
        ({"customer_id": "C-2"}, "customer C-2 instead of C-1"),
        ({"ordered_on": date(2024, 1, 11)}, "day 2024-01-11 instead of 2024-01-10"),
        ({"currency": "USD"}, "currency USD instead of BRL"),
    ],
)
def test_an_order_under_a_known_id_with_other_contents_is_refused_with_the_difference(
    change: dict[str, object], words: str
) -> None:
    other = SubmitOrder(SUBMITTED.model_copy(update=change))
    given(DECIDER, PLACED).when(other).then_refused(
        OrderDiffers,
        f"known as 100.00 BRL of C-1 on 2024-01-10, requested on 2024-01-20; it cannot be submitted again with {words}",
    )
    given(DECIDER).when(SubmitOrder(SUBMITTED), deliver(12), other).then_refused(OrderDiffers, words)


def test_equal_numbers_in_another_notation_are_the_same_order() -> None:
    line = LINE.model_copy(update={"quantity": Decimal("2.00"), "unit_price": Decimal("5E+1")})
    same = SUBMITTED.model_copy(update={"total": Decimal("1E+2"), "lines": (line,)})
    given(DECIDER, PLACED).when(SubmitOrder(same)).then()


def test_an_order_of_more_than_a_thousand_lines_is_placed() -> None:
    lines = tuple(LINE.model_copy(update={"item_id": f"I-{n}"}) for n in range(1_114))
    many = SUBMITTED.model_copy(update={"lines": lines, "total": Decimal(111_400)})
    read = erp.OrderSubmitted.model_validate_json(many.model_dump_json())
    placed = given(DECIDER).when(SubmitOrder(read)).one(OrderPlaced)
    assert len(placed.lines) == 1_114
    assert len(placed.model_dump_json()) < 256 * 1024


def test_a_cancelled_order_that_is_submitted_again_is_refused_aloud() -> None:
    cancelled = given(DECIDER).when(SubmitOrder(SUBMITTED), cancel(15))
    cancelled.when(SubmitOrder(SUBMITTED)).then_refused(OrderIsCancelled, "was cancelled on 2024-01-15")
    given(DECIDER).when(cancel(15), SubmitOrder(SUBMITTED), SubmitOrder(SUBMITTED)).then_refused(OrderIsCancelled)
    cancelled.when(deliver(18), SubmitOrder(SUBMITTED)).then(OrderDelivered)


def test_credit_approves_and_the_order_is_confirmed() -> None:
    given(DECIDER, PLACED).when(APPROVE, APPROVE).then(
        OrderConfirmed(order_id="O-1", customer_id="C-1", available_after=Decimal(900), currency="BRL")
    )


def test_credit_holds_the_order_with_its_reason() -> None:
    given(DECIDER, PLACED).when(HOLD, HOLD).then(
        OrderHeld(order_id="O-1", customer_id="C-1", reason="over the limit by 50", releases_at="a payment of 50")
    )


def test_approved_after_a_hold_confirms_and_the_old_hold_told_again_changes_nothing() -> None:
    after = given(DECIDER, PLACED).when(HOLD, APPROVE, HOLD).then(OrderHeld, OrderConfirmed)
    assert isinstance(after.state.stage, Confirmed)


def test_a_held_order_that_is_checked_again_and_still_held_says_the_new_reason() -> None:
    again = HoldOrder("O-1", "over the limit by 20", "a payment of 20")
    after = given(DECIDER, PLACED).when(HOLD, again).then(OrderHeld, OrderHeld)
    assert isinstance(after.state.stage, Held)
    assert after.state.stage.releases_at == "a payment of 20"


def test_a_hold_that_a_person_overrides_confirms_the_order_and_says_who_why_and_until_when() -> None:
    outcome = given(DECIDER, PLACED).when(HOLD, OVERRIDE, OVERRIDE, HOLD).then(OrderHeld, OrderConfirmed)
    confirmed = outcome.one(OrderConfirmed)
    assert (confirmed.override, confirmed.available_after) == (LET_THROUGH, Decimal(-50))


def test_an_override_that_expires_lets_the_order_wait_again_as_it_did_until_credit_says_more() -> None:
    waiting = given(DECIDER, PLACED).when(HOLD, OVERRIDE).when(EXPIRED, EXPIRED).then(OrderHeld)
    held = waiting.one(OrderHeld)
    assert (held.reason, held.releases_at) == (HOLD.reason, HOLD.releases_at)
    assert held.override is not None
    assert (held.override.by, held.override.end, held.override.ended_on) == ("han.lei", "expired", date(2024, 2, 1))
    waiting.when(HoldOrder("O-1", "over the limit by 20", "a payment of 20")).then(OrderHeld)
    waiting.when(APPROVE).then(OrderConfirmed)


def test_an_override_that_was_used_confirms_the_order_for_good() -> None:
    overridden = given(DECIDER, PLACED).when(HOLD, OVERRIDE)
    used = overridden.when(USED, USED).then(OrderConfirmed)
    assert used.one(OrderConfirmed).override.end == "used"
    used.when(EXPIRED, HOLD).then()
    overridden.when(deliver(18), USED).then(OrderDelivered)


ANSWERS = [APPROVE, HOLD, OVERRIDE, EXPIRED]


@pytest.mark.parametrize("answer", ANSWERS)
def test_credit_that_answers_after_the_end_changes_nothing(answer: CreditDecision) -> None:
    given(DECIDER, PLACED, delivered(18)).when(answer).then()


@pytest.mark.parametrize(("day", "days_late"), [(18, 0), (20, 0), (23, 3)])
def test_a_delivery_counts_its_lateness_from_the_requested_date(day: int, days_late: int) -> None:
    given(DECIDER, PLACED).when(deliver(day)).then(delivered(day, days_late))


def test_an_order_without_a_promise_is_never_late() -> None:
    without = PLACED.model_copy(update={"requested_on": None})
    assert given(DECIDER, without).when(deliver(30)).one(OrderDelivered).days_late == 0


def test_a_delivery_before_its_submission_is_kept_and_takes_its_place() -> None:
    early = OrderDelivered(order_id="O-1", customer_id="C-1", delivered_on=date(2024, 1, 23))
    given(DECIDER).when(deliver(23), deliver(23), SubmitOrder(SUBMITTED)).then(early, PLACED, delivered(23, 3))


def test_a_cancellation_before_its_submission_is_kept_and_takes_its_place() -> None:
    early = OrderCancelled(order_id="O-1", customer_id="C-1", cancelled_on=date(2024, 1, 12))
    terms = {"total": Decimal(100), "currency": "BRL", "ordered_on": date(2024, 1, 10), "region": "SP"}
    complete = early.model_copy(update={**terms, "lines": (LINE,)})
    given(DECIDER).when(cancel(12), SubmitOrder(SUBMITTED)).then(early, PLACED, complete)


def test_a_cancelled_order_that_arrives_later_all_the_same_is_delivered() -> None:
    given(DECIDER, PLACED).when(cancel(15), deliver(18)).then(OrderCancelled, OrderDelivered)
    stale = OrderEndRecorded(order_id="O-1", customer_id="C-1", ended_on=date(2024, 1, 15), cancelled=True)
    given(DECIDER, PLACED).when(deliver(18), cancel(15), cancel(15)).then(delivered(18), stale)


def test_an_order_cancelled_on_the_day_of_its_delivery_is_cancelled() -> None:
    given(DECIDER, PLACED).when(deliver(18), cancel(18), deliver(18)).then(OrderDelivered, OrderCancelled)
    given(DECIDER, PLACED).when(cancel(18), deliver(18), cancel(18)).then(OrderCancelled, OrderEndRecorded)


FACTS = (SubmitOrder(SUBMITTED), deliver(18), cancel(15), deliver(21), cancel(21))


def test_every_arrival_order_of_the_same_facts_ends_in_the_same_state() -> None:
    state = given(DECIDER).when(*FACTS).state
    assert isinstance(state.stage, Closed)
    for arrival in permutations(FACTS):
        assert given(DECIDER).when(*arrival).state == state


@for_all(st.lists(st.sampled_from(FACTS), max_size=12))
def test_repeats_in_any_arrival_order_add_nothing(repeats: list[SubmitOrder | DeliverOrder | CancelOrder]) -> None:
    """A repeated submission of a cancelled order is refused, which adds nothing either."""
    after = given(DECIDER)
    for command in (*repeats, *FACTS):
        after = after.when(command)
        assert not isinstance(after.outcome, Refusal) or isinstance(after.outcome, OrderIsCancelled)
    assert after.state == given(DECIDER).when(*FACTS).state
    for command in repeats:
        again = after.when(command)
        assert again.facts == after.facts


RETURNED = erp.OrderReturned(
    return_id="R-1",
    order_id="O-1",
    customer_id="C-1",
    returned_on=date(2024, 2, 1),
    amount=Decimal(40),
    currency="BRL",
    reason="wrong colour",
)


def test_what_came_back_of_an_order_adds_up() -> None:
    more = RETURNED.model_copy(update={"return_id": "R-2", "amount": Decimal(10)})
    outcome = given(DECIDER, PLACED).when(ReturnOrder(RETURNED), ReturnOrder(more))
    outcome.then(OrderReturned, OrderReturned)
    assert [event.total for event in outcome.facts[1:]] == [Decimal(40), Decimal(50)]  # type: ignore[attr-defined]


def test_a_return_told_twice_is_one_return() -> None:
    given(DECIDER, PLACED).when(ReturnOrder(RETURNED), ReturnOrder(RETURNED)).then(OrderReturned)


def test_a_return_before_its_submission_is_kept_and_told_again_in_full_with_its_order() -> None:
    outcome = given(DECIDER).when(ReturnOrder(RETURNED), ReturnOrder(RETURNED), SubmitOrder(SUBMITTED))
    outcome.then(OrderReturned, OrderPlaced, OrderReturned)
    early, again = (event for event in outcome.facts if isinstance(event, OrderReturned))
    assert (early.ordered_on, again) == (
        None, early.model_copy(update={"ordered_on": date(2024, 1, 10), "region": "SP"}),
    )  # fmt: skip
    outcome.when(ReturnOrder(RETURNED), SubmitOrder(SUBMITTED)).then()


def test_a_cancellation_says_what_counts_no_more_and_a_return_after_it_says_so() -> None:
    outcome = given(DECIDER, PLACED).when(ReturnOrder(RETURNED), cancel(15), cancel(16))
    counted, moved = (event for event in outcome.facts if isinstance(event, OrderCancelled))
    assert (counted.lines, counted.returned, moved.lines, moved.returned) == ((LINE,), Decimal(40), (), Decimal(0))
    more = RETURNED.model_copy(update={"return_id": "R-2"})
    assert outcome.when(ReturnOrder(more)).one(OrderReturned).of_cancelled


def test_no_more_comes_back_than_was_ordered() -> None:
    more = RETURNED.model_copy(update={"amount": Decimal(1_000_000)})
    given(DECIDER, PLACED).when(ReturnOrder(more)).then_refused(ReturnTooLarge, "the order is")


def test_a_return_comes_back_in_the_currency_of_its_order() -> None:
    other = ReturnOrder(RETURNED.model_copy(update={"currency": "JPY"}))
    given(DECIDER, PLACED).when(other).then_refused(ReturnInAnotherCurrency, "is of 40 JPY, but order O-1 is in BRL")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": Decimal(5_000)}, "to 5,000.00 BRL; the order is 100.00 BRL"),
        ({"currency": "JPY"}, "is of 40 JPY, but order O-1 is in BRL"),
    ],
)
def test_a_return_before_its_order_that_does_not_fit_is_refused_when_the_order_comes(
    change: dict[str, object], words: str
) -> None:
    misfit = ReturnOrder(RETURNED.model_copy(update=change))
    outcome = given(DECIDER).when(misfit, SubmitOrder(SUBMITTED))
    assert words in outcome.one(OrderReturnRefused).because
    assert outcome.state == given(DECIDER).when(SubmitOrder(SUBMITTED)).state
    outcome.when(misfit).then_refused(Refusal, words)
    outcome.when(ReturnOrder(RETURNED)).then(OrderReturned)


@pytest.mark.parametrize("before", [(), (deliver(18),), (cancel(15),)], ids=["open", "delivered", "cancelled"])
@pytest.mark.parametrize("command", [deliver(18), deliver(19), cancel(15), cancel(16), ReturnOrder(RETURNED)])
def test_an_order_says_whose_it_is_whichever_customer_a_later_fact_names(
    before: tuple[OrderCommand, ...], command: Any
) -> None:
    """After a merge senders name the survivor; the order goes on under the customer that placed it."""
    known = given(DECIDER, PLACED).when(*before)
    other = replace(command, fact=command.fact.model_copy(update={"customer_id": "C-2"}))
    assert known.when(other).facts == known.when(command).facts


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": Decimal(41)}, "amount 41 instead of 40"),
        ({"returned_on": date(2024, 2, 2)}, "returned_on 2024-02-02 instead of 2024-02-01"),
        ({"reason": "broken"}, "reason broken instead of wrong colour"),
    ],
)
def test_a_return_under_a_known_id_with_other_contents_is_refused_with_the_difference(
    early: bool, change: dict[str, object], words: str
) -> None:
    known = given(DECIDER, *([] if early else [PLACED])).when(ReturnOrder(RETURNED))
    known.when(ReturnOrder(RETURNED.model_copy(update=change))).then_refused(ReturnDiffers, words)


AMOUNTS = st.lists(st.tuples(st.integers(1, 120), st.sampled_from(["BRL", "JPY"])), max_size=6)


@for_all(AMOUNTS, st.integers(0, 6))
def test_what_came_back_is_the_same_wherever_its_order_arrives_among_the_returns(
    amounts: list[tuple[int, str]], place: int
) -> None:
    returns = [
        ReturnOrder(
            RETURNED.model_copy(update={"return_id": f"R-{n}", "amount": Decimal(amount), "currency": currency})
        )
        for n, (amount, currency) in enumerate(amounts)
    ]

    def after(*commands: OrderCommand) -> Order:
        current = given(DECIDER)
        for command in commands:
            current = current.when(command)
        state: Order = current.state
        return state

    first = after(SubmitOrder(SUBMITTED), *returns)
    assert after(*returns[:place], SubmitOrder(SUBMITTED), *returns[place:]) == first
    assert first.worth_returned("BRL") <= SUBMITTED.total
    assert first.worth_returned("JPY") == 0
