"""What comes from the ERP and from credit, and what it makes this service do."""

from datetime import date
from decimal import Decimal

from chassis.policies import PolicyBook
from chassis.testing import envelope
from contracts import Event, credit, customer, erp
from customer_svc.order import ConfirmOrder, HoldOrder, SubmitOrder
from customer_svc.policies import POLICIES
from customer_svc.reactions import SOURCES
from customer_svc.service import SERVICE
from customer_svc.tiering import ExpectTiering

EXPOSURE = credit.Exposure(
    currency="BRL",
    limit=Decimal(1_000),
    receivable=Decimal(300),
    approved_orders=Decimal(100),
    security=Decimal(0),
    overdue=Decimal(0),
)
SUBMITTED = erp.OrderSubmitted(
    order_id="O-1", customer_id="C-1", ordered_on=date(2024, 1, 10), currency="BRL", total=Decimal(200)
)


def react(event: Event) -> object:
    reaction = next(source.reactions[type(event)] for source in SOURCES if type(event) in source.reactions)
    return reaction(event, envelope(), PolicyBook.of(POLICIES))


def test_a_submitted_order_is_submitted_and_its_month_expects_a_tiering() -> None:
    assert react(SUBMITTED) == (ExpectTiering("BRL", date(2024, 1, 10)), SubmitOrder(SUBMITTED))


def test_an_approval_confirms_with_what_is_left_of_the_limit() -> None:
    approved = credit.OrderCreditApproved(
        order_id="O-1",
        customer_id="C-1",
        amount=Decimal(200),
        currency="BRL",
        exposure=EXPOSURE,
        status="ok",
        after_hold=False,
        policy_version=1,
    )
    assert react(approved) == ConfirmOrder("O-1", Decimal(400), "BRL")


def test_a_hold_carries_credits_words() -> None:
    held = credit.OrderCreditHeld(
        order_id="O-1",
        customer_id="C-1",
        amount=Decimal(700),
        currency="BRL",
        exposure=EXPOSURE,
        status="hold",
        reason="over the limit by 100",
        releases_at="a payment of 100",
        policy_version=1,
    )
    assert react(held) == HoldOrder("O-1", "over the limit by 100", "a payment of 100")


def test_every_command_that_a_reaction_can_give_has_a_decider() -> None:
    facts = [event for source in SOURCES for event in source.reactions]
    answers = (credit.OrderCreditApproved, credit.OrderCreditHeld)
    assert set(facts) == {*erp.TOPICS["erp.orders"], *erp.TOPICS["erp.surveys"], *answers}
    commands = react(SUBMITTED)
    assert isinstance(commands, tuple)
    assert [SERVICE.decider_of(command).category for command in commands] == ["tiering", "order"]


def test_the_service_publishes_what_its_contract_says() -> None:
    assert (SERVICE.topic, SERVICE.events) == ("customer.events", customer.EVENTS)
