"""Collection while money in another currency waits: as long as it may cover what is overdue, no rule takes a step."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given, replay
from contracts import Event
from contracts.credit import (
    CasePaused,
    CaseResumed,
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStepTaken,
    CreditLimitSet,
    DeliveriesStopped,
    PaymentOverdue,
)
from credit_svc.account.cases import TakeStepNow
from credit_svc.account.decision import Command
from credit_svc.account.payments import ReassignPayment
from credit_svc.policies.receivables import ExchangePolicy, Quotation
from credit_svc.read_models import collection_case
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, last, payment, under, until
from credit_svc.timers import behaviour_due, invoice_due, step_due

TIMERS = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO)
PAID, LATER = date(2024, 1, 20), date(2024, 12, 31)
STEPS: tuple[type[Event], ...] = (CollectionStepTaken, DeliveriesStopped, CreditLimitSet)


def steps(history: Given) -> list[Event]:
    return [fact for fact in history.facts if isinstance(fact, STEPS)]


def under_rate(history: Given, rate: str) -> Given:
    """The same history when 1 USD is so many EUR."""
    quoted = Quotation(currency="USD", into="EUR", from_day=date(2024, 1, 1), rate=Decimal(rate))
    return Given(history.decider, under(ExchangePolicy(quotations=(quoted,))), history.facts)


@pytest.mark.parametrize(
    "money", [
        payment(1, 120, PAID, currency="USD"), payment(1, 1, PAID, of=1, currency="USD"), payment(1, 120, PAID, of=9, currency="USD"),
        credit_note(1, 120, PAID, currency="USD"),
    ],
)  # fmt: skip
def test_no_rule_takes_a_step_while_money_waits_that_has_no_rate_and_the_case_says_so(money: Command) -> None:
    history = until(LATER, account(invoice(1), money), TIMERS)
    assert all_of(history, PaymentOverdue)
    assert steps(history) == []
    paused = last(history, CasePaused)
    assert (paused.cause, (paused.until - paused.paused_on).days) == ("other_currency", 7)
    assert "no rate of 2024-01-20 from USD into EUR is known" in paused.reason
    assert "past due. Publish the rate in the policy exchange and assign the money to an invoice." in paused.reason
    (case,) = replay(collection_case.MODEL, history.facts).values()
    assert (case.next_step, case.pause_reason, case.paused_because) == ("reminder", paused.reason, "other_currency")


def test_a_case_that_has_taken_steps_waits_from_the_day_on_which_such_money_comes() -> None:
    history = until(date(2024, 2, 5), account(invoice(1)), TIMERS)
    taken = steps(history)
    assert taken
    history = until(LATER, history.when(payment(1, 120, date(2024, 2, 5), currency="USD")), TIMERS)
    assert steps(history) == taken


def test_the_case_goes_on_when_the_money_turns_out_to_be_none() -> None:
    history = until(LATER, account(invoice(1), payment(1, 120, PAID, currency="USD")), TIMERS)
    bounced = history.when(bounce(1, 120, LATER))
    assert last(bounced, CaseResumed).cause == "money_assigned"
    assert bounced.one(CollectionStepTaken).step == "reminder"


def test_once_there_is_a_rate_money_that_covers_all_waits_for_a_person_and_less_holds_nothing_up() -> None:
    waiting = until(date(2024, 3, 1), account(invoice(1), payment(1, 120, PAID, currency="USD")), TIMERS)
    covering = until(LATER, under_rate(waiting, "0.90"), TIMERS)
    assert steps(covering) == []
    assert last(covering, CasePaused).reason == (
        "No step is taken: P-1 of 120.00 USD waits and covers the 100.00 EUR past due. Assign it to an invoice."
    )
    assigned = covering.when(ReassignPayment(CUSTOMER, "P-1", "I-1", "it was for this one", "collector"))
    assert assigned.one(CollectionCaseClosed).cause == "settled"
    less = until(LATER, under_rate(waiting, "0.50"), TIMERS)
    assert [step.step for step in all_of(less, CollectionStepTaken)][:2] == ["reminder", "call"]


def test_a_person_may_take_the_step_that_no_rule_takes() -> None:
    history = until(date(2024, 2, 10), account(invoice(1), payment(1, 1, PAID, currency="USD")), TIMERS)
    case_id = history.state.case.case_id
    taken = history.when(TakeStepNow(case_id, CUSTOMER, "one dollar is nothing", "collector", date(2024, 2, 10)))
    assert (taken.one(CollectionStepTaken).step, taken.state.case.pause) == ("reminder", None)
    assert len(steps(until(LATER, taken, TIMERS))) == 1


def test_money_that_its_own_currency_needs_holds_nothing_up_in_another_one() -> None:
    in_usd = invoice(2, 120, currency="USD", due_on=LATER)
    history = until(date(2024, 3, 1), account(invoice(1), in_usd, payment(1, 120, PAID, of=9, currency="USD")), TIMERS)
    assert all_of(history, CollectionStepTaken)


@settings(max_examples=40, deadline=None)
@for_all(
    st.lists(
        st.tuples(st.integers(1, 200), st.dates(PAID, date(2024, 4, 30)), st.sampled_from(["EUR", "USD"])), max_size=4
    )
)
def test_as_long_as_any_money_has_no_rate_no_case_steps_up(money: list[tuple[int, date, str]]) -> None:
    history, waits_from = account(invoice(1), invoice(2, 50, due_on=date(2024, 3, 15))), None
    for number, (amount, on, currency) in enumerate(sorted(money, key=lambda each: each[1]), start=1):
        history = until(on, history, TIMERS).when(payment(number, amount, on, currency=currency))
        if currency == "USD":
            waits_from = waits_from or len(history.facts)
    history = until(LATER, history, TIMERS)
    after = history.facts[waits_from:] if waits_from else ()
    assert not [fact for fact in after if isinstance(fact, STEPS)]
    if waits_from is None and history.state.ledger("EUR").open:
        assert all_of(history, CollectionCaseOpened)
