"""One payment of thousands of invoices: what is done for it grows with their number and not with its square."""

import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import FrameType
from typing import Any

import pytest

from chassis.read_models import ReadModel
from chassis.testing import envelope, policy_book
from contracts import Event, erp
from contracts.credit import (
    Allocation,
    ChequeBounced,
    CreditNoteRecorded,
    InvoiceRecorded,
    PaymentRecorded,
    RefundPart,
    RefundRecorded,
)
from credit_svc.account import decide
from credit_svc.account.payments import RecordBouncedCheque, RecordPayment
from credit_svc.account.state import Account, evolve
from credit_svc.read_models import allocation, open_item, payment
from credit_svc.service import SERVICE
from credit_svc.testing import CUSTOMER

DAY = date(2024, 1, 31)
FEW, MANY = 60, 240
BOOK = policy_book(SERVICE.policies)


def steps_of(work: Callable[[], object]) -> int:
    """How many instructions are executed, so that the speed of the machine does not matter."""
    found = 0

    def count(frame: FrameType, what: str, argument: object) -> Any:
        nonlocal found
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        found += what == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return found


def grows_with_the_number(work: Callable[[int], Callable[[], object]]) -> bool:
    """Four times as many take about four times as long; the square would be sixteen times."""
    few, many = (steps_of(work(number)) for number in (FEW, MANY))
    return many < few * 6


def parts(number: int) -> tuple[Allocation, ...]:
    return tuple(erp.Allocation(invoice_id=f"I-{each}", amount=Decimal(1)) for each in range(number))


def recorded(number: int) -> InvoiceRecorded:
    return InvoiceRecorded(
        invoice_id=f"I-{number}", customer_id=CUSTOMER, issued_on=date(2024, 1, 1), due_on=DAY, amount=Decimal(1),
        currency="EUR", overdue_from=date(2024, 2, 1), policy_version=1,
    )  # fmt: skip


MONEY: dict[str, Any] = {"customer_id": CUSTOMER, "currency": "EUR"}


def paid(number: int) -> PaymentRecorded:
    return PaymentRecorded(
        **MONEY, payment_id="P-1", amount=Decimal(number), paid_on=DAY, method="transfer", allocations=parts(number), unallocated=Decimal(0)
    )  # fmt: skip


def credited(number: int) -> CreditNoteRecorded:
    return CreditNoteRecorded(
        **MONEY, credit_note_id="N-1", payment_id="credit-note:N-1", amount=Decimal(number), issued_on=DAY, reason="",
        allocations=parts(number), unallocated=Decimal(0),
    )  # fmt: skip


def bounced(number: int) -> ChequeBounced:
    return ChequeBounced(**MONEY, payment_id="P-1", bounced_on=DAY, face_amount=Decimal(number), reopened=parts(number))


def refunded(number: int) -> RefundRecorded:
    taken = tuple(RefundPart(payment_id=f"P-{each}", kind="payment", amount=Decimal(1)) for each in range(number))
    return RefundRecorded(**MONEY, refund_id="R-1", amount=Decimal(number), refunded_on=DAY, parts=taken)


def waiting(number: int) -> PaymentRecorded:
    return PaymentRecorded(
        **MONEY, payment_id=f"P-{number}", amount=Decimal(1), paid_on=DAY, method="transfer", allocations=(), unallocated=Decimal(1)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "event", "before"),
    [
        (allocation.MODEL, paid, None), (allocation.MODEL, credited, None), (allocation.MODEL, bounced, None),
        (open_item.MODEL, paid, recorded), (open_item.MODEL, credited, recorded), (open_item.MODEL, bounced, recorded),
        (payment.MODEL, refunded, waiting),
    ],
)  # fmt: skip
def test_the_rows_of_an_event_are_formed_in_steps_that_grow_with_their_number(
    model: ReadModel[Any], event: Callable[[int], Event], before: Callable[[int], Event] | None
) -> None:
    around = envelope(1)

    def work(number: int) -> Callable[[], object]:
        happened, rows = event(number), dict[Any, Any]()
        for each in map(before, range(number)) if before else ():
            rows |= {key: model.evolve(key, None, each, around) for key in model.keys(each, around)}
        return lambda: [model.evolve(key, rows.get(key), happened, around) for key in model.keys(happened, around)]

    assert grows_with_the_number(work)


def test_a_payment_of_many_invoices_and_its_bounce_are_decided_in_steps_that_grow_with_their_number() -> None:
    def account(number: int) -> Account:
        state = Account()
        for each in range(number):
            state = evolve(state, recorded(each))
        return state

    def payment_of(number: int) -> RecordPayment:
        money = erp.PaymentReceived(
            **MONEY, payment_id="P-1", amount=Decimal(number), paid_on=DAY, method="transfer", allocations=parts(number)
        )
        return RecordPayment(money)

    def pays(number: int) -> Callable[[], object]:
        state = account(number)
        return lambda: decide(payment_of(number), state, BOOK)

    def bounces(number: int) -> Callable[[], object]:
        state = account(number)
        for event in decide(payment_of(number), state, BOOK):
            state = evolve(state, event)
        cheque = erp.ChequeBounced(**MONEY, payment_id="P-1", bounced_on=DAY, face_amount=Decimal(number))
        return lambda: decide(RecordBouncedCheque(cheque), state, BOOK)

    assert grows_with_the_number(pays)
    assert grows_with_the_number(bounces)


def test_a_payment_that_meets_an_invoice_twice_is_one_row_of_both_amounts() -> None:
    twice = paid(1).model_copy(update={"allocations": (*parts(1), *parts(1))})
    (key,) = allocation.MODEL.keys(twice, envelope(1))
    row = allocation.MODEL.evolve(key, None, twice, envelope(1))
    assert row is not None
    assert row.amount == 2
