"""Days at both edges of what a contract allows: decisions, read models and timers go on."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from chassis.calendar import FIRST_DAY, LAST_DAY
from chassis.testing import replay
from contracts.credit import CollectionStepTaken, InvoiceRecorded, PromiseMade
from credit_svc.account.decision import Command
from credit_svc.account.invoices import MarkOverdue
from credit_svc.account.orders import CheckOrder
from credit_svc.account.promises import RecordPromise
from credit_svc.service import SERVICE
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, payment

MIDDLE = date(2024, 6, 1)
EDGES = (FIRST_DAY, MIDDLE, LAST_DAY)


@pytest.mark.parametrize(("issued_on", "due_on", "on"), list(product(EDGES, EDGES, EDGES)))
def test_facts_of_any_day_that_a_contract_allows_are_decided_shown_and_scheduled(
    issued_on: date, due_on: date, on: date
) -> None:
    facts: list[Command] = [
        CheckOrder("O-1", CUSTOMER, issued_on, Decimal(10), "EUR"),
        invoice(1, 1_000, due_on=due_on, issued_on=issued_on),
        invoice(2, 1_000, due_on=MIDDLE),
        MarkOverdue(CUSTOMER, "I-1", on),
        MarkOverdue(CUSTOMER, "I-2", on),
        payment(1, 400, on, of=1),
        credit_note(1, 100, due_on, of=1),
        bounce(1, 400, on),
    ]
    history = account(*facts)
    if history.state.case is not None and history.state.case.promise is None:
        history = history.when(RecordPromise(history.state.case.case_id, CUSTOMER, Decimal(5), LAST_DAY, "clerk", on))
        assert history.one(PromiseMade).promised_on == LAST_DAY
    for model in (*SERVICE.read_models,):
        replay(model, history.facts)
    assert all(recorded.overdue_from <= LAST_DAY for recorded in all_of(history, InvoiceRecorded))
    assert all(
        step.next_step_on is None or step.next_step_on <= LAST_DAY for step in all_of(history, CollectionStepTaken)
    )
    assert history.state.position(on, history.book, "EUR").exposure.receivable == 1_900
