"""Credit-svc decides about an order that nobody has placed yet: the decision waits for its order, and nothing else waits for it."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.testing import given
from contracts import erp
from contracts.customer import (
    CreditDecisionNoted,
    HoldOverride,
    OrderConfirmed,
    OrderDelivered,
    OrderHeld,
    OrderPlaced,
)
from customer_svc.orders import DECIDER
from customer_svc.orders.credit import ConfirmOrder, CreditDecision, EndOverride, HoldOrder, OverrideHold
from customer_svc.orders.order import DeliverOrder, SubmitOrder

SUBMIT = SubmitOrder(
    erp.OrderSubmitted(
        order_id="O-1", customer_id="C-1", ordered_on=date(2024, 1, 10), currency="BRL", total=Decimal(100)
    )
)
APPROVE = ConfirmOrder("O-1", Decimal(900), "BRL", Decimal(100), "BRL")
HOLD = HoldOrder("O-1", "over the limit by 50", "a payment of 50", Decimal(100), "BRL")
LET_THROUGH = HoldOverride(by="han.lei", reason="cash", held_because="over the limit", ends_on=date(2024, 1, 31))
OVERRIDE = OverrideHold("O-1", LET_THROUGH, Decimal(-50), "BRL", Decimal(100), "BRL")
EXPIRED = EndOverride("O-1", "expired", date(2024, 2, 1))


@pytest.mark.parametrize(
    ("decisions", "outcome"),
    [
        ([APPROVE], [OrderConfirmed]),
        ([HOLD], [OrderHeld]),
        ([HOLD, APPROVE], [OrderHeld, OrderConfirmed]),
        ([HOLD, OVERRIDE], [OrderHeld, OrderConfirmed]),
        ([HOLD, OVERRIDE, EXPIRED], [OrderHeld, OrderConfirmed, OrderHeld]),
        ([EXPIRED], []),
    ],
)
def test_decisions_before_the_order_wait_and_count_when_it_comes(
    decisions: list[CreditDecision], outcome: list[type]
) -> None:
    waiting = given(DECIDER).when(*decisions)
    waiting.then(*[CreditDecisionNoted] * len(decisions))
    waiting.when(SUBMIT).then(OrderPlaced, *outcome)
    in_order = given(DECIDER).when(SUBMIT, *decisions)
    in_order.then(OrderPlaced, *outcome)
    assert waiting.when(SUBMIT).state.stage == in_order.state.stage


@pytest.mark.parametrize("other", [(Decimal(99), "BRL"), (Decimal(100), "USD")])
def test_a_decision_on_another_amount_decides_nothing(other: tuple[Decimal, str]) -> None:
    decided = ConfirmOrder("O-1", Decimal(900), "BRL", *other)
    given(DECIDER).when(decided).when(SUBMIT).then(OrderPlaced)


def test_a_decision_before_an_order_that_has_ended_already_changes_nothing() -> None:
    end = DeliverOrder(erp.OrderDelivered(order_id="O-1", customer_id="C-1", delivered_on=date(2024, 1, 18)))
    given(DECIDER).when(APPROVE, end).when(SUBMIT).then(OrderPlaced, OrderDelivered)
