"""Days at both edges of what a contract allows, and of what is plausible: decisions, read models and timers go on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from chassis.business_calendar import BusinessCalendar, DayImplausible
from chassis.calendar import FIRST_DAY, LAST_DAY
from chassis.testing import Given, replay
from contracts import customer, erp
from contracts.credit import CollectionStepTaken, InvoiceRecorded, PaymentOverdue, PlanInstalment, PromiseMade
from credit_svc.account import decide
from credit_svc.account.awards import ReviewAward
from credit_svc.account.cases import PauseCase
from credit_svc.account.contacts import RecordContact
from credit_svc.account.decision import Command
from credit_svc.account.files import SetSecurity, SetTerms
from credit_svc.account.given_days import GIVEN
from credit_svc.account.increases import IncreaseLimitTemporarily
from credit_svc.account.interest import ChargeInterest
from credit_svc.account.invoices import MarkOverdue
from credit_svc.account.judgments import NoteAppeal, RecordEnforcement
from credit_svc.account.limits import ProposeLimit, SetCreditLimit
from credit_svc.account.milestones import RecordMilestone
from credit_svc.account.orders import CheckOrder
from credit_svc.account.overrides import OverrideHold
from credit_svc.account.plan_proposals import ProposePlan
from credit_svc.account.plans import AgreePlan
from credit_svc.account.promises import RecordPromise
from credit_svc.account.refunds import RecordRefund
from credit_svc.account.state import Account
from credit_svc.account.way_answers import AnswerWay
from credit_svc.service import SERVICE
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, payment, under, until
from credit_svc.timers import invoice_due

from .accounts import Accounts
from .courts import award, instalments, judgment

MIDDLE = date(2024, 6, 1)
WIDE = under(BusinessCalendar(plausible_from=FIRST_DAY, plausible_until=LAST_DAY))
"""Every day of a contract is plausible, as it was when old logs were written."""
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
    history = account(*facts, book=WIDE)
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


TEN = Decimal(10)
FACTS: list[Any] = [
    invoice(1), payment(1, 10, MIDDLE), credit_note(1, 10, MIDDLE), bounce(1, 10, MIDDLE),
    RecordRefund(erp.PaymentRefunded(refund_id="R-1", customer_id=CUSTOMER, amount=TEN, currency="EUR", refunded_on=MIDDLE)),
]  # fmt: skip
REQUESTS: list[Any] = [
    CheckOrder("O-1", CUSTOMER, MIDDLE, TEN, "EUR"),
    SetCreditLimit(CUSTOMER, TEN, "EUR", MIDDLE, "reviewed", "head", MIDDLE),
    ProposeLimit(CUSTOMER, TEN, "EUR", MIDDLE, "reviewed", "clerk", MIDDLE),
    IncreaseLimitTemporarily(CUSTOMER, TEN, "EUR", MIDDLE, MIDDLE, "a fair", "clerk", "head", MIDDLE),
    SetTerms(CUSTOMER, 30, 0, Decimal(0), None, None, MIDDLE, "agreed", "head"),
    SetSecurity(CUSTOMER, TEN, "EUR", "pledge", MIDDLE, MIDDLE, "agreed", "head", MIDDLE),
    OverrideHold(CUSTOMER, "O-1", MIDDLE, "an old friend", "head", MIDDLE),
    PauseCase("C-1-1", CUSTOMER, MIDDLE, "holidays", "clerk", MIDDLE),
    RecordPromise("C-1-1", CUSTOMER, TEN, MIDDLE, "clerk", MIDDLE),
    AnswerWay("C-1-1", CUSTOMER, "postpone", "in talks", "clerk", MIDDLE, MIDDLE),
    ChargeInterest(CUSTOMER, "I-1", MIDDLE),
    RecordContact(
        "C-1-1", CUSTOMER, "phone", MIDDLE, "the owner", "pays soon", "promise", True, "clerk", MIDDLE, TEN, MIDDLE
    ),
    RecordMilestone("C-1-1", CUSTOMER, "accepted", MIDDLE, "ordinary", MIDDLE, "", "lawyer", MIDDLE),
    replace(award("granted", 10, MIDDLE), perform_by=MIDDLE),
    ReviewAward("C-1-1", CUSTOMER, "AW-1", "set_aside", "granted", MIDDLE, "lawyer", MIDDLE),
    replace(judgment(served_on=MIDDLE), perform_by=MIDDLE),
    NoteAppeal("C-1-1", CUSTOMER, "J-1", True, MIDDLE, "lawyer", MIDDLE),
    RecordEnforcement("C-1-1", CUSTOMER, TEN, "EUR", MIDDLE, "paid", "", "lawyer", MIDDLE),
]
CASES = [
    *((each, field, replace(each, fact=each.fact.model_copy(update={field: wrong})))
      for each in FACTS for field, value in each.fact for wrong in (FIRST_DAY, LAST_DAY) if isinstance(value, date)),
    *((each, field, replace(each, **{field: wrong}))
      for each in REQUESTS for field in GIVEN[type(each)] for wrong in (FIRST_DAY, LAST_DAY)),
]  # fmt: skip


def test_every_request_that_gives_a_day_is_tried_here() -> None:
    assert {type(each) for each in REQUESTS} == set(GIVEN)


@pytest.mark.parametrize(
    ("field", "command"), [pytest.param(f, c, id=f"{type(e).__name__} {f} {n}") for n, (e, f, c) in enumerate(CASES)]
)
def test_an_implausible_day_is_refused_with_its_field_and_the_range(field: str, command: Command) -> None:
    account(invoice(9)).when(command).then_refused(DayImplausible, f"{field} is ")
    account(invoice(9)).when(command).then_refused(DayImplausible, "not between 1970-01-01 and 2099-12-31")


@pytest.mark.parametrize(
    ("field", "event"),
    [
        (
            "ordered_on",
            customer.OrderPlaced(
                order_id="O-1", customer_id=CUSTOMER, ordered_on=LAST_DAY, currency="EUR", lines=(), total=TEN
            ),
        ),
        ("delivered_on", customer.OrderDelivered(order_id="O-1", customer_id=CUSTOMER, delivered_on=FIRST_DAY)),
        ("cancelled_on", customer.OrderCancelled(order_id="O-1", customer_id=CUSTOMER, cancelled_on=LAST_DAY)),
        (
            "merged_on",
            customer.CustomersMerged(
                customer_id="C-2", merged_id=CUSTOMER, moved=(CUSTOMER,), because="", merged_on=LAST_DAY, by="clerk"
            ),
        ),
    ],
)
def test_an_implausible_day_of_another_service_is_refused_likewise(field: str, event: Any) -> None:
    with pytest.raises(DayImplausible, match=f"^{field} is "):
        Accounts().hear(event)


def test_the_days_of_an_instalment_are_named_by_their_place() -> None:
    whole = invoice(1, 20)
    parts = tuple(erp.Instalment(due_on=day, amount=TEN) for day in (MIDDLE, LAST_DAY))
    account().when(replace(whole, fact=whole.fact.model_copy(update={"instalments": parts}))).then_refused(
        DayImplausible, "instalments.1.due_on is 2999-12-31"
    )


PARTS = (PlanInstalment(amount=TEN, due_on=MIDDLE), PlanInstalment(amount=TEN, due_on=LAST_DAY))
AGREED = instalments((MIDDLE, "10"), (LAST_DAY, "10"))


@pytest.mark.parametrize(
    "command",
    [
        AgreePlan("C-1-1", CUSTOMER, PARTS, None, "helped", "clerk", "head", MIDDLE),
        ProposePlan("C-1-1", CUSTOMER, PARTS, None, "helped", "clerk", MIDDLE),
        award("settled", 20, MIDDLE, instalments=AGREED),
        judgment(1, "settled", 20, MIDDLE, instalments=AGREED),
    ],
    ids=lambda command: type(command).__name__,
)
def test_the_days_of_what_is_paid_in_instalments_are_plausible(command: Command) -> None:
    account(invoice(9)).when(command).then_refused(DayImplausible, "due_on is 2999-12-31")


def test_what_an_old_log_holds_goes_on_and_is_decided_again_in_a_back_test() -> None:
    old = account(invoice(1, due_on=FIRST_DAY, issued_on=FIRST_DAY), book=WIDE)
    now = Given(old.decider, under(), old.facts)
    assert all_of(until(MIDDLE, now, (invoice_due.TODO,)), PaymentOverdue)
    assert decide(invoice(1, due_on=LAST_DAY, issued_on=FIRST_DAY), Account(), under())
