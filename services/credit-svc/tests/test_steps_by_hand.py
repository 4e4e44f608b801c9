"""A person takes the next step of a case before its day, or reads why the case takes none and what would change that."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.testing import Given
from contracts.credit import CollectionStepTaken
from credit_svc.account.cases import NoStepNow, PauseCase, TakeStepNow
from credit_svc.account.decision import Command
from credit_svc.account.disputes import DisputeInvoice
from credit_svc.account.promises import RecordPromise
from credit_svc.account.refusals import NoOpenCase
from credit_svc.testing import CUSTOMER, account, all_of, invoice, payment, until
from credit_svc.timers import behaviour_due, invoice_due, step_due

CASE, FOURTH = "C-1-1", date(2024, 2, 4)
TODO = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO)


def overdue() -> Given:
    """An invoice of 31 January; the reminder went out on 1 February."""
    return until(date(2024, 2, 2), account(invoice(1)), TODO)


def by_hand(on: date = FOURTH) -> TakeStepNow:
    return TakeStepNow(CASE, CUSTOMER, "asked for on the telephone", "collector", on)


def test_a_step_that_a_person_takes_says_who_took_it_and_why_and_the_ladder_goes_on_from_it() -> None:
    before = all_of(overdue(), CollectionStepTaken)
    history = overdue().when(by_hand())
    taken = history.one(CollectionStepTaken)
    assert (taken.taken_by, taken.reason, taken.taken_on) == ("collector", "asked for on the telephone", FOURTH)
    assert taken.step != before[-1].step
    steps = [each.step for each in all_of(until(date(2024, 12, 1), history, TODO), CollectionStepTaken)]
    assert len(steps) == len(set(steps))


@pytest.mark.parametrize(
    ("first", "because"),
    [
        (by_hand(), "it took one on 2024-02-04, and takes one a day at most."),
        (
            PauseCase(CASE, CUSTOMER, date(2024, 3, 1), "on holiday", "collector", FOURTH),
            "it is paused until 2024-03-01; end the pause first.",
        ),
        (
            RecordPromise(CASE, CUSTOMER, Decimal(60), date(2024, 2, 20), "collector", FOURTH),
            "60.00 EUR is promised by 2024-02-20; wait for that day.",
        ),
        (
            DisputeInvoice(CUSTOMER, "I-1", None, "wrong goods", "sales", FOURTH),
            "all that is overdue is disputed; resolve the dispute first.",
        ),
        (
            payment(1, 100, FOURTH, of=9),
            "money that waits for an unknown invoice covers what is overdue; assign the money first.",
        ),
    ],
)
def test_a_case_that_takes_no_step_now_says_what_would_change_that(first: Command, because: str) -> None:
    overdue().when(first).when(by_hand()).then_refused(NoStepNow, f"Case C-1-1 takes no step now: {because}")


def test_a_case_at_the_end_of_its_ladder_says_what_comes_next() -> None:
    history = until(date(2024, 12, 1), account(invoice(1)), TODO)
    history.when(by_hand(date(2024, 12, 1))).then_refused(NoStepNow, "an agency, a tribunal or a court comes next")


def test_there_is_no_step_without_an_open_case() -> None:
    account(invoice(1)).when(by_hand()).then_refused(NoOpenCase, "no open collection case C-1-1")
    paid = overdue().when(payment(1, 100, FOURTH, of=1))
    paid.when(by_hand()).then_refused(NoOpenCase, "no open collection case C-1-1")
