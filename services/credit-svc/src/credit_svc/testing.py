"""Facts of one customer for tests, the clock that drives the to-do lists, and outcomes without what usually comes along."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from chassis.policies import Policy, PolicyBook
from chassis.testing import Given, envelope, given, policy_book, replay
from chassis.timers import TodoList
from contracts import Event, erp
from contracts.credit import (
    BehaviourActionAsked,
    BehaviourActionWithdrawn,
    BehaviourClassChanged,
    BehaviourReviewScheduled,
    ChequeClaimRaised,
    DebitChargeCarried,
    DueReminderScheduled,
    Financials,
    InterestCharged,
    LimitationRestarted,
    LimitUseReached,
    ProspectAsked,
    ReviewDue,
)
from credit_svc.account import DECIDER
from credit_svc.account.decision import Command
from credit_svc.account.files import RecordFile
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.payments import RecordBouncedCheque, RecordCreditNote, RecordPayment
from credit_svc.assessment.rating import FIVE_CS
from credit_svc.service import SERVICE

CUSTOMER = "C-1"
COMPANY = (
    BehaviourClassChanged,
    BehaviourActionAsked,
    BehaviourActionWithdrawn,
    ProspectAsked,
    BehaviourReviewScheduled,
    ReviewDue,
    LimitUseReached,
    InterestCharged,
    ChequeClaimRaised,
    DueReminderScheduled,
    DebitChargeCarried,
    LimitationRestarted,
)
"""What comes along with other events: classes and what they call for, reviews, notices, interest and other charges, reminders."""


def under(*documents: Policy) -> PolicyBook:
    """The policies with these documents in force from the beginning."""
    return policy_book(SERVICE.policies, *documents)


def account(*commands: Command, book: PolicyBook | None = None) -> Given:
    """The account after these commands; what happens next is the outcome."""
    history = given(DECIDER, policies=SERVICE.policies, book=book).when(*commands)
    return replace(history, outcome=())


def plainly(history: Given) -> Given:
    """The outcome without the events that come along with others."""
    assert not isinstance(history.outcome, Exception), history.outcome
    return replace(history, outcome=tuple(event for event in history.outcome if not isinstance(event, COMPANY)))


def all_of(history: Given, kind: type[Any]) -> list[Any]:
    """Every fact of a type, from the first on."""
    return [fact for fact in history.facts if isinstance(fact, kind)]


def last(history: Given, kind: type[Event]) -> Any:
    return all_of(history, kind)[-1]


def invoice(
    number: int,
    amount: str | int = 100,
    due_on: date = date(2024, 1, 31),
    issued_on: date | None = None,
    of_order: int | None = None,
    currency: str = "EUR",
) -> RecordInvoice:
    """Invoice I-{number}, issued 30 days before it is due by default."""
    return RecordInvoice(
        erp.InvoiceIssued(
            invoice_id=f"I-{number}",
            customer_id=CUSTOMER,
            order_id=None if of_order is None else f"O-{of_order}",
            issued_on=issued_on or due_on - timedelta(days=30),
            due_on=due_on,
            amount=Decimal(amount),
            currency=currency,
        )
    )


def payment(
    number: int, amount: str | int, paid_on: date, of: int | None = None, currency: str = "EUR"
) -> RecordPayment:
    """Payment P-{number} of invoice I-{of}, or of none."""
    return RecordPayment(
        erp.PaymentReceived(
            payment_id=f"P-{number}",
            customer_id=CUSTOMER,
            invoice_id=None if of is None else f"I-{of}",
            amount=Decimal(amount),
            currency=currency,
            paid_on=paid_on,
            method="transfer",
        )
    )


def credit_note(
    number: int, amount: str | int, issued_on: date, of: int | None = None, currency: str = "EUR"
) -> RecordCreditNote:
    """Credit note N-{number} on invoice I-{of}, or on none."""
    return RecordCreditNote(
        erp.CreditNoteIssued(
            credit_note_id=f"N-{number}",
            customer_id=CUSTOMER,
            invoice_id=None if of is None else f"I-{of}",
            issued_on=issued_on,
            amount=Decimal(amount),
            currency=currency,
        )
    )


def credit_file(on: date, **statements: int) -> RecordFile:
    """A file of class AA with statements in EUR."""
    financials = Financials(currency="EUR", **{name: Decimal(amount) for name, amount in statements.items()})
    return RecordFile(CUSTOMER, dict.fromkeys(FIVE_CS, Decimal(85)), financials, "analyst", on)


def bounce(number: int, amount: str | int, on: date) -> RecordBouncedCheque:
    return RecordBouncedCheque(
        erp.ChequeBounced(
            payment_id=f"P-{number}", customer_id=CUSTOMER, bounced_on=on, face_amount=Decimal(amount), currency="EUR"
        )
    )


def due(history: Given, todo_lists: Sequence[TodoList[Any]]) -> list[tuple[date, Command]]:
    """What the to-do lists hold after these facts, in the order in which the days come."""
    facts = [(fact, envelope(n)) for n, fact in enumerate(history.facts, start=1)]
    rows: list[tuple[Any, Callable[[Any], Command]]] = []
    for todo in todo_lists:
        assert todo.command is not None
        rows += [(row, todo.command) for row in replay(todo, facts).values()]
    return sorted(((row.due_on, command(row)) for row, command in rows), key=lambda found: found[0])


def until(day: date, history: Given, todo_lists: Sequence[TodoList[Any]]) -> Given:
    """Time goes on to the beginning of a day, and every due command is decided on its day."""
    while (found := due(history, todo_lists)) and found[0][0] <= day:
        before = len(history.facts)
        history = history.when(found[0][1])
        assert len(history.facts) > before, f"{found[0][1]} is stuck"
    return history
