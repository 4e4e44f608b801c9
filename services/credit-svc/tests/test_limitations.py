"""The limitation of claims: until when an invoice may be sued for, what begins that anew, and who hears that it ends."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from chassis.testing import Given, replay
from contracts import customer, erp
from contracts.credit import (
    CaseStageReached,
    InvoiceSettled,
    LimitationNear,
    LimitationRanOut,
    LimitationRestarted,
    PaymentOverdue,
)
from credit_svc.account.decision import AccountDecision
from credit_svc.account.invoices import MarkOverdue, RecordInvoice
from credit_svc.account.limitation import CheckLimitation, demand_reached
from credit_svc.account.promises import RecordPromise
from credit_svc.account.state import evolve
from credit_svc.account.suits import LimitationEnded
from credit_svc.policies.legal import LegalTermsPolicy
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, last, payment, under, until
from credit_svc.timers import invoice_due, limitation_due

from .accounts import Accounts
from .courts import CASE, TODO, claim, clause, stage

DUE = date(2022, 3, 31)
OWED: tuple[Any, ...] = (invoice_due.TODO, limitation_due.TODO)


def overdue(on: date = date(2022, 4, 4), amount: int = 100) -> Given:
    return until(on, account(invoice(1, amount, DUE)), OWED)


def row(history: Given) -> Any:
    [found] = replay(limitation_due.TODO, history.facts).values()
    return found


def demanded(history: Given, on: date) -> list[Any]:
    decision = AccountDecision(CUSTOMER, history.state, history.book, evolve)
    demand_reached(decision, on)
    return decision.events


def test_limitation() -> None:
    history = overdue()
    assert last(history, PaymentOverdue).limitation_until == date(2025, 3, 31)
    assert row(history).limitation_until == date(2025, 3, 31)
    restarted = history.when(payment(1, 40, date(2023, 6, 15), of=1)).one(LimitationRestarted)
    assert (restarted.by, restarted.restarted_on, restarted.until) == (
        "part_payment", date(2023, 6, 15), date(2026, 6, 15),
    )  # fmt: skip


def test_the_end_is_reminded_of_three_times_and_said_once() -> None:
    history = until(date(2025, 5, 1), overdue(), OWED)
    assert [(e.reminded_on, e.days_left) for e in all_of(history, LimitationNear)] == [
        (date(2024, 10, 2), 180), (date(2025, 1, 30), 60), (date(2025, 3, 24), 7),
    ]  # fmt: skip
    assert [e.ran_out_on for e in all_of(history, LimitationRanOut)] == [date(2025, 4, 1)]
    assert row(history).ran_out_on == date(2025, 4, 1)
    history.when(CheckLimitation(CUSTOMER, "I-1", date(2025, 3, 31), date(2025, 1, 30))).then()


def test_before_the_due_day_nothing_begins_it_and_what_is_settled_has_none() -> None:
    history = account(invoice(1, 100, DUE), payment(1, 40, date(2022, 3, 20), of=1), payment(2, 10, DUE, of=1))
    history = until(date(2022, 4, 4), history, OWED)
    assert not all_of(history, LimitationRestarted)
    assert last(history, PaymentOverdue).limitation_until == date(2025, 3, 31)
    settled = history.when(payment(3, 50, date(2022, 5, 1), of=1))
    assert settled.one(InvoiceSettled)
    assert not all_of(settled, LimitationRestarted)
    assert not replay(limitation_due.TODO, settled.facts)


def test_a_credit_note_is_no_payment_of_the_debtor() -> None:
    history = overdue().when(credit_note(1, 40, date(2023, 6, 15), of=1))
    assert not all_of(history, LimitationRestarted)


def test_a_payment_that_bounces_never_began_it() -> None:
    history = overdue().when(payment(1, 40, date(2023, 6, 15), of=1)).when(bounce(1, 40, date(2023, 7, 1)))
    restated = history.one(LimitationRestarted)
    assert (restated.by, restated.until) == ("restated", date(2025, 3, 31))
    assert row(history).limitation_until == date(2025, 3, 31)


def test_a_demand_a_promise_and_a_filing_begin_it_anew() -> None:
    history = until(date(2022, 4, 4), account(invoice(1, 100, DUE)), TODO)
    [demand] = demanded(history, date(2023, 1, 5))
    assert (demand.by, demand.until) == ("demand", date(2026, 1, 5))
    promised = history.when(
        RecordPromise(CASE, CUSTOMER, Decimal(50), date(2022, 4, 20), "collector", date(2022, 4, 5))
    )
    assert promised.one(LimitationRestarted).until == date(2025, 4, 7), "2025-04-05 is a Saturday"
    filed = history.when(stage("litigation", "filing", date(2022, 6, 1))).one(LimitationRestarted)
    assert (filed.by, filed.until) == ("filing", date(2025, 6, 2))
    bound = until(date(2022, 4, 4), account(clause(), invoice(1, 100, DUE)), TODO)
    assert (
        bound.when(stage("arbitration", "application", date(2022, 6, 1))).one(LimitationRestarted).by == "application"
    )


def test_after_it_ran_out_a_demand_changes_nothing_and_money_or_a_promise_begins_it_anew() -> None:
    history = until(date(2025, 4, 1), account(invoice(1, 100, DUE)), TODO)
    assert not demanded(history, date(2025, 4, 2))
    paid = history.when(payment(1, 1, date(2025, 4, 2), of=1))
    assert paid.one(LimitationRestarted).until == date(2028, 4, 3)
    assert row(paid).ran_out_on is None
    promise = RecordPromise(CASE, CUSTOMER, Decimal(50), date(2025, 5, 1), "collector", date(2025, 4, 2))
    assert history.when(promise).one(LimitationRestarted).by == "promise"


def test_a_claim_after_the_limitation_must_say_so() -> None:
    history = until(date(2025, 4, 2), account(invoice(1, 100, DUE)), TODO)
    filing = stage("litigation", "filing", date(2025, 4, 2))
    history.when(filing).then_refused(
        LimitationEnded, "The limitation of I-1 ended on 2025-03-31; say despite_limitation to go on."
    )
    aware = stage("litigation", "filing", date(2025, 4, 2), claim(despite_limitation=True))
    reached = history.when(aware)
    assert reached.one(CaseStageReached).despite_limitation
    assert not all_of(reached, LimitationRestarted)


def test_an_overdue_of_an_old_log_has_three_years_and_what_the_law_adds_is_said_at_the_first_reminder() -> None:
    history = until(date(2022, 2, 1), account(invoice(1, 100, date(2022, 1, 29))), (invoice_due.TODO,))
    silent = {"limitation_until": None, "limitation_near_on": None}
    bare = tuple(each.model_copy(update=silent) if isinstance(each, PaymentOverdue) else each for each in history.facts)
    history = replace(history, facts=bare)
    assert row(history).limitation_until == date(2025, 1, 29)
    assert all_of(until(date(2024, 8, 2), history, OWED), LimitationNear)[0].until == date(2025, 1, 29)
    holidays = under(LegalTermsPolicy(holidays=frozenset({date(2025, 1, 29)})))
    moved = until(date(2024, 8, 5), replace(history, book=holidays), OWED)
    assert last(moved, LimitationRestarted).until == date(2025, 1, 30)
    assert [each.until for each in all_of(moved, LimitationNear)] == [date(2025, 1, 30)]


def test_another_due_day_of_an_overdue_invoice_restates_its_limitation() -> None:
    history = overdue()
    fact = invoice(1, 100, DUE).fact.model_copy(update={"due_on": date(2022, 3, 28)})
    corrected = history.when(RecordInvoice(fact))
    assert corrected.one(LimitationRestarted).until == date(2025, 3, 28)
    assert row(corrected).limitation_until == date(2025, 3, 28)


def test_an_account_that_is_merged_keeps_the_limitations_of_its_invoices() -> None:
    accounts = Accounts()
    accounts.do(invoice(1, 100, DUE))
    accounts.do(MarkOverdue(CUSTOMER, "I-1", date(2022, 4, 1)), payment(1, 40, date(2023, 6, 15), of=1))
    accounts.hear(
        customer.CustomersMerged(
            customer_id="C-2", merged_id=CUSTOMER, moved=(CUSTOMER,), merged_on=date(2023, 7, 1), because="one company",
            by="sales",
        )
    )  # fmt: skip
    assert accounts.account("C-2").legal.limitations["I-1"].until == date(2026, 6, 15)


AFTER_DUE = st.integers(1, 900)


@holds_for(st.lists(st.tuples(AFTER_DUE, st.integers(1, 9)), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_same_part_payments_in_any_order_give_the_same_limitation(
    parts: list[tuple[int, int]], random: Any
) -> None:
    payments = [payment(n, amount, DUE + timedelta(days=days), of=1) for n, (days, amount) in enumerate(parts, start=1)]
    shuffled = list(payments)
    random.shuffle(shuffled)
    first, second = overdue().when(*payments), overdue().when(*shuffled)
    latest = max(days for days, _ in parts)
    expected = LegalTermsPolicy().limitation(DUE + timedelta(days=latest))
    assert row(first).limitation_until == row(second).limitation_until == expected


@pytest.mark.parametrize("instalments", [2])
def test_each_instalment_has_a_limitation_of_its_own(instalments: int) -> None:
    parts = tuple(erp.Instalment(due_on=date(2022, n, 28), amount=Decimal(50)) for n in range(2, 2 + instalments))
    fact = invoice(1, 100, DUE).fact.model_copy(update={"instalments": parts})
    history = until(date(2022, 4, 4), account(RecordInvoice(fact)), OWED)
    found = {key[1]: each.limitation_until for key, each in replay(limitation_due.TODO, history.facts).items()}
    assert found == {"I-1#1": date(2025, 2, 28), "I-1#2": date(2025, 3, 28)}
