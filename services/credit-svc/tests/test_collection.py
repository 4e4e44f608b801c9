"""The collection case: a ladder climbed day by day, driven by the to-do lists as a clock would drive them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.policies import PolicyBook
from chassis.testing import Given, envelope, given, replay
from contracts import Event, erp
from contracts.credit import (
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStepRescheduled,
    CollectionStepTaken,
    CollectionStepWithdrawn,
    CreditLimitSet,
    OrderCreditApproved,
    OrderCreditHeld,
    PaymentOverdue,
    PolicyPublished,
)
from credit_svc.account import DECIDER
from credit_svc.account.cases import TakeNextStep
from credit_svc.account.decision import Command
from credit_svc.account.invoices import MarkOverdue, RecordInvoice
from credit_svc.account.orders import CheckOrder
from credit_svc.account.payments import RecordBouncedCheque, RecordPayment
from credit_svc.policies.collection import SEVERITY, CollectionPolicy
from credit_svc.service import SERVICE
from credit_svc.testing import plainly, under
from credit_svc.timers import invoice_due, step_due


def invoice(number: int, due_on: date, amount: int = 100, currency: str = "EUR") -> RecordInvoice:
    return RecordInvoice(
        erp.InvoiceIssued(
            invoice_id=f"I-{number}",
            customer_id="C-1",
            issued_on=date(2023, 12, 1),
            due_on=due_on,
            amount=Decimal(amount),
            currency=currency,
        )
    )


def payment(number: int, paid_on: date, of: int, amount: int = 100) -> RecordPayment:
    return RecordPayment(
        erp.PaymentReceived(
            payment_id=f"P-{number}",
            customer_id="C-1",
            invoice_id=f"I-{of}",
            amount=Decimal(amount),
            currency="EUR",
            paid_on=paid_on,
            method="transfer",
        )
    )


def bounce(number: int, on: date) -> RecordBouncedCheque:
    return RecordBouncedCheque(
        erp.ChequeBounced(
            payment_id=f"P-{number}", customer_id="C-1", bounced_on=on, face_amount=Decimal(100), currency="EUR"
        )
    )


def day(month: int, of_month: int, year: int = 2024) -> date:
    return date(year, month, of_month)


def account(book: PolicyBook | None = None) -> Given:
    return given(DECIDER, policies=SERVICE.policies, book=book)


def due(history: Given) -> list[tuple[date, Command]]:
    """What the to-do lists hold after these facts, in the order in which the days come."""
    facts = [(fact, envelope(n)) for n, fact in enumerate(history.facts, start=1)]
    rows: list[tuple[Any, Callable[[Any], Command]]] = []
    for todo in (invoice_due.TODO, step_due.TODO):
        assert todo.command is not None
        rows += [(row, todo.command) for row in replay(todo, facts).values()]
    return sorted(((row.due_on, command(row)) for row, command in rows), key=lambda found: found[0])


def until(last: date, history: Given) -> Given:
    """Time goes on to the beginning of a day, and every due command is followed on its day."""
    while (found := due(history)) and found[0][0] <= last:
        before = len(history.facts)
        history = history.when(found[0][1])
        assert len(history.facts) > before, f"{found[0][1]} is stuck"
    return history


def steps(history: Given) -> list[tuple[str, date]]:
    return [(fact.step, fact.taken_on) for fact in history.facts if isinstance(fact, CollectionStepTaken)]


def last(history: Given, kind: type[Event]) -> Any:
    return [fact for fact in history.facts if isinstance(fact, kind)][-1]


def test_an_unpaid_invoice_is_overdue_on_the_first_day_after_its_due_date_and_a_reminder_goes_out() -> None:
    recorded = account().when(invoice(1, due_on=day(1, 31)))
    assert due(recorded) == [(date(2024, 2, 1), MarkOverdue("C-1", "I-1", day(2, 1)))]
    history = plainly(recorded.when(MarkOverdue("C-1", "I-1", day(2, 1))))
    history.then(PaymentOverdue, CollectionCaseOpened, CollectionStepTaken)
    assert history.one(PaymentOverdue).overdue_since == day(2, 1)
    assert history.one(CollectionCaseOpened).case_id == "C-1-1"
    assert history.one(CollectionStepTaken).step == "reminder"
    assert history.one(CollectionStepTaken).next_step_on == day(2, 3)


def test_the_ladder_is_climbed_by_days_past_due_of_the_oldest_invoice() -> None:
    history = until(day(12, 31), account().when(invoice(1, due_on=day(1, 1))))
    assert steps(history) == [
        ("reminder", day(1, 2)),
        ("call", day(1, 4)),
        ("letter_1", day(1, 8)),
        ("letter_2", day(1, 16)),
        ("visit", day(1, 31)),
        ("stop_supply", day(2, 15)),
        ("cancel_limit", day(3, 1)),
        ("delegate", day(3, 31)),
        ("litigation", day(6, 29)),
    ]
    assert due(history) == []


def test_with_an_arbitration_clause_the_last_step_is_arbitration() -> None:
    history = until(
        day(12, 31), account(under(CollectionPolicy(has_arbitration_clause=True))).when(invoice(1, due_on=day(1, 1)))
    )
    assert steps(history)[-1] == ("arbitration", day(6, 29))


def test_days_of_grace_are_not_held_against_the_customer() -> None:
    book = PolicyBook.of(SERVICE.policies).with_published(
        PolicyPublished(
            name="receivables",
            policy_version=2,
            effective_from=date.min,
            document={"grace_days": 5},
            reason="test",
        )
    )
    history = until(day(2, 6), account(book).when(invoice(1, due_on=day(1, 31))))
    assert last(history, PaymentOverdue).overdue_since == day(2, 6)
    assert last(history, PaymentOverdue).policy_version == 2


def test_an_invoice_paid_in_time_is_never_overdue() -> None:
    history = account().when(invoice(1, due_on=day(1, 31)), payment(1, day(1, 31), of=1))
    assert due(history) == []
    history.when(MarkOverdue("C-1", "I-1", day(2, 1))).then()


def test_a_timer_that_fires_twice_changes_nothing() -> None:
    history = until(day(2, 1), account().when(invoice(1, due_on=day(1, 31))))
    history.when(MarkOverdue("C-1", "I-1", day(2, 1))).then()
    history = until(day(2, 3), history)
    history.when(TakeNextStep("C-1-1", "C-1", day(2, 3))).then()
    history.when(TakeNextStep("C-1-9", "C-1", day(2, 7))).then()


def test_payment_of_everything_overdue_closes_the_case() -> None:
    history = until(day(2, 10), account().when(invoice(1, due_on=day(1, 31)))).when(payment(1, day(2, 10), of=1))
    closed = history.one(CollectionCaseClosed)
    assert (closed.closed_on, closed.steps_taken, closed.cause) == (day(2, 10), 3, "settled")
    assert due(history) == []


def test_a_customer_who_is_late_again_gets_a_new_case() -> None:
    history = until(day(2, 10), account().when(invoice(1, due_on=day(1, 31)))).when(payment(1, day(2, 10), of=1))
    history = until(day(4, 1), history.when(invoice(2, due_on=day(3, 31))))
    assert last(history, CollectionCaseOpened).case_id == "C-1-2"
    assert steps(history)[-1] == ("reminder", day(4, 1))


def test_when_the_oldest_invoice_is_paid_the_case_goes_on_from_the_step_that_the_now_oldest_deserves() -> None:
    history = until(day(2, 20), account().when(invoice(1, due_on=day(1, 31)), invoice(2, due_on=day(2, 14))))
    assert steps(history)[-1] == ("letter_2", day(2, 15))
    history = history.when(payment(1, day(2, 21), of=1))
    back = history.one(CollectionStepWithdrawn)
    assert (back.oldest_invoice_id, back.to_step) == ("I-2", "letter_1")
    assert (back.next_step, back.next_step_on) == ("letter_2", day(2, 29))


def test_a_younger_overdue_invoice_does_not_move_the_case() -> None:
    history = until(day(2, 20), account().when(invoice(1, due_on=day(1, 31)), invoice(2, due_on=day(2, 14))))
    assert not any(isinstance(fact, CollectionStepRescheduled) for fact in history.facts)
    assert last(history, CollectionStepTaken).overdue == 200


def test_an_older_invoice_told_late_brings_the_next_step_forward_but_takes_none_twice() -> None:
    history = until(day(3, 4), account().when(invoice(1, due_on=day(2, 29))))
    assert steps(history)[-1] == ("call", day(3, 3))
    history = until(day(3, 4), history.when(invoice(2, due_on=day(1, 31))))
    assert last(history, CollectionStepRescheduled).next_step_on == day(3, 4)
    assert steps(history) == [("reminder", day(3, 1)), ("call", day(3, 3)), ("letter_1", day(3, 4))]


def test_an_invoice_told_long_after_it_was_due_gets_the_steps_of_their_own_days() -> None:
    late = until(day(6, 1), account().when(invoice(1, due_on=day(1, 1))))
    live = until(day(1, 20), account().when(invoice(1, due_on=day(1, 1))))
    assert steps(late)[:4] == steps(live)


def test_straight_to_the_level_that_the_lateness_deserves() -> None:
    paid_by_cheque = account(under(CollectionPolicy(pace="straight", high_risk_behaviour=()))).when(
        invoice(1, due_on=day(1, 1)), payment(1, day(1, 1), of=1)
    )
    history = until(day(2, 5), paid_by_cheque.when(bounce(1, on=day(2, 5))))
    assert steps(history) == [("visit", day(2, 5))]
    history.when(CheckOrder("O-1", "C-1", day(2, 5), Decimal(1), "EUR")).then(OrderCreditHeld)


def test_one_step_after_the_other_each_on_its_own_day_when_lateness_comes_at_once() -> None:
    paid_by_cheque = account(under(CollectionPolicy(high_risk_behaviour=()))).when(
        invoice(1, due_on=day(1, 1)), payment(1, day(1, 1), of=1)
    )
    history = until(day(2, 8), paid_by_cheque.when(bounce(1, on=day(2, 5))))
    assert steps(history) == [
        ("reminder", day(2, 5)),
        ("call", day(2, 6)),
        ("letter_1", day(2, 7)),
        ("letter_2", day(2, 8)),
    ]


def test_letter_2_holds_new_credit_until_the_case_is_closed() -> None:
    history = until(day(2, 15), account().when(invoice(1, due_on=day(1, 31))))
    assert steps(history)[-1] == ("letter_2", day(2, 15))
    held = history.when(CheckOrder("O-1", "C-1", day(2, 15), Decimal(1), "EUR"))
    assert "since the collection step letter_2" in held.one(OrderCreditHeld).reason
    assert held.when(payment(1, day(2, 16), of=1)).one(OrderCreditApproved).after_hold


def test_letter_1_does_not_hold_new_credit() -> None:
    history = until(day(2, 14), account().when(invoice(1, due_on=day(1, 31))))
    history.when(CheckOrder("O-1", "C-1", day(2, 14), Decimal(1), "EUR")).then(OrderCreditApproved)


def test_cancel_limit_sets_the_limit_to_nothing_and_says_why() -> None:
    history = until(day(12, 31), account().when(invoice(1, due_on=day(1, 1))))
    cancelled = [fact for fact in history.facts if isinstance(fact, CreditLimitSet)]
    assert [(fact.limit, fact.valid_from) for fact in cancelled] == [(Decimal(0), day(3, 1))]
    assert cancelled[0].reason == "Cancelled by step cancel_limit of collection case C-1-1."


def test_overdue_amounts_of_two_currencies_are_not_added() -> None:
    history = until(
        day(2, 1), account().when(invoice(1, due_on=day(1, 31)), invoice(2, due_on=day(1, 31), currency="USD"))
    )
    assert last(history, CollectionStepTaken).overdue == 100


def test_a_ladder_climbs() -> None:
    with pytest.raises(ValidationError, match="must stand in this order"):
        CollectionPolicy(ladder=({"step": "visit", "after_days": 1}, {"step": "call", "after_days": 2}))
    with pytest.raises(ValidationError, match="deserved later"):
        CollectionPolicy(ladder=({"step": "call", "after_days": 2}, {"step": "visit", "after_days": 2}))


DUE = st.integers(0, 60).map(lambda days: date.fromordinal(day(1, 1).toordinal() + days))
MOVES = st.lists(
    st.one_of(
        st.builds(invoice, st.integers(1, 4), DUE),
        st.builds(payment, st.integers(1, 4), DUE, st.integers(1, 4), st.sampled_from([40, 100, 150])),
        st.builds(bounce, st.integers(1, 4), DUE),
        DUE,
    ),
    max_size=10,
)


@settings(max_examples=150, deadline=None)
@for_all(MOVES, st.sampled_from(["sequential", "straight"]))
def test_no_step_is_taken_twice_for_an_item_or_below_one_that_stands_and_one_a_day_at_most(
    moves: list[Any], pace: str
) -> None:
    history = account(under(CollectionPolicy(pace=pace)))
    for move in [*moves, day(12, 31)]:
        history = until(move, history) if isinstance(move, date) else history.when(move)
    stands, taken = dict[str, int](), list[CollectionStepTaken]()
    for fact in history.facts:
        if isinstance(fact, CollectionStepTaken):
            assert SEVERITY[fact.step] > stands.get(fact.case_id, -1)
            stands[fact.case_id] = SEVERITY[fact.step]
            taken.append(fact)
        elif isinstance(fact, CollectionStepWithdrawn):
            stands[fact.case_id] = -1 if fact.to_step is None else SEVERITY[fact.to_step]
    for once in (
        [(fact.case_id, fact.step, fact.oldest_invoice_id) for fact in taken],
        [(fact.case_id, fact.taken_on) for fact in taken],
    ):
        assert len(set(once)) == len(once)
    assert (history.state.case is None) == (not history.state.overdue)
