"""What a contract of sale plans is claimed on its day, and an invoice for it takes its place; fees for services are owed like invoices."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.testing import Given
from contracts import erp
from contracts.credit import (
    CustomerOverdueCleared,
    InstalmentDue,
    InstalmentInvoiced,
    InvoiceDisputed,
    InvoiceRecorded,
    PaymentOverdue,
    PaymentOverdueEnded,
    ReceiptPlanCancelled,
    ReceiptPlanned,
)
from credit_svc.account.decision import Command
from credit_svc.account.disputes import DisputeInvoice
from credit_svc.account.fees import RecordFee
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.merges import AbsorbAccount, MergeAccount
from credit_svc.account.payments import RecordPayment
from credit_svc.account.receipt_plans import InstalmentNamedTwice
from credit_svc.account.refusals import FactDiffers
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.reactions import cancel_plan, plan_receipts
from credit_svc.testing import CUSTOMER, account, all_of, last, until
from credit_svc.timers import instalment_due, invoice_due

from .accounts import Accounts
from .running import Running

TIMERS = (instalment_due.TODO, invoice_due.TODO)
MARCH, JUNE, SEPTEMBER = date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30)
THREE = ((1, MARCH, 30_000), (2, JUNE, 40_000), (3, SEPTEMBER, 30_000))
SIGNED_ON = date(2025, 1, 15)
SECOND = "contract:CT-1#2"


def contract(*instalments: tuple[int, date, int], changed_on: date | None = None, kind: str = "sale") -> Command | None:
    fields: dict[str, Any] = {
        "contract_id": "CT-1", "kind": kind, "party_id": CUSTOMER, "signed_on": SIGNED_ON, "currency": "EUR",
        "amount": Decimal(100_000),
        "instalments": tuple(
            erp.ContractInstalment(number=number, due_on=due_on, amount=Decimal(amount))
            for number, due_on, amount in instalments
        ),
    }  # fmt: skip
    if changed_on is None:
        return plan_receipts(erp.ContractSigned(**fields))
    return plan_receipts(erp.ContractChanged(**fields, changed_on=changed_on))


def signed(*instalments: tuple[int, date, int], changed_on: date | None = None) -> Command:
    command = contract(*(instalments or THREE), changed_on=changed_on)
    assert command is not None
    return command


def cancelled(on: date) -> Command:
    command = cancel_plan(
        erp.ContractCancelled(contract_id="CT-1", kind="sale", party_id=CUSTOMER, cancelled_on=on, reason="insolvent")
    )
    assert command is not None
    return command


def invoice(
    invoice_id: str, issued_on: date, amount: int = 40_000, number: int | None = 2, days: int = 30
) -> RecordInvoice:
    return RecordInvoice(
        erp.InvoiceIssued(
            invoice_id=invoice_id, customer_id=CUSTOMER, issued_on=issued_on, due_on=issued_on + timedelta(days=days),
            amount=Decimal(amount), currency="EUR", contract_id=None if number is None else "CT-1", instalment=number,
        )
    )  # fmt: skip


def paid(payment_id: str, amount: int, paid_on: date, of: str | None = None) -> RecordPayment:
    return RecordPayment(
        erp.PaymentReceived(
            payment_id=payment_id, customer_id=CUSTOMER, invoice_id=of, amount=Decimal(amount), currency="EUR",
            paid_on=paid_on, method="transfer",
        )
    )  # fmt: skip


def owed(history: Given) -> dict[str, Decimal]:
    """What is open, by item."""
    return dict(history.state.ledger("EUR").open)


def test_three_instalments_are_items_on_their_days_and_in_no_balance_before() -> None:
    history = account(signed())
    assert history.state.receivable("EUR") == 0
    for day, items in (
        (MARCH - timedelta(days=1), 0), (MARCH, 1), (JUNE - timedelta(days=1), 1), (JUNE, 2), (SEPTEMBER, 3),
    ):  # fmt: skip
        history = until(day, history, (instalment_due.TODO,))
        assert len(owed(history)) == items, day
    due = [(each.number, each.due_on, each.amount) for each in all_of(history, InstalmentDue)]
    assert due == [(number, due_on, amount) for number, due_on, amount in THREE]
    assert history.state.receivable("EUR") == 100_000


def test_three_instalments_of_which_the_second_was_invoiced_before_its_day() -> None:
    history = until(date(2025, 6, 24), account(signed()), (instalment_due.TODO,))
    history = until(SEPTEMBER, history.when(invoice("INV-2", date(2025, 6, 25))), (instalment_due.TODO,))
    assert owed(history) == {"contract:CT-1#1": 30_000, "INV-2": 40_000, "contract:CT-1#3": 30_000}
    assert [each.number for each in all_of(history, InstalmentDue)] == [1, 3]


def test_three_instalments_of_which_the_second_was_invoiced_after_its_day() -> None:
    """Its item is overdue by then; that ends, and the invoice has days of its own."""
    history = until(date(2025, 7, 2), account(signed()), TIMERS)
    assert last(history, PaymentOverdue).invoice_id == SECOND
    history = history.when(invoice("INV-2", date(2025, 7, 3)))
    assert owed(history) == {"contract:CT-1#1": 30_000, "INV-2": 40_000}
    ended = last(history, PaymentOverdueEnded)
    assert (ended.invoice_id, ended.because, ended.customer_overdue) == (SECOND, "restated", 30_000)
    assert (last(history, InstalmentInvoiced).item_id, last(history, InstalmentInvoiced).was_due) == (SECOND, True)
    assert not all_of(history, CustomerOverdueCleared)
    assert history.state.receivable("EUR") == 70_000


def test_an_instalment_counts_like_an_invoice_and_is_overdue_the_day_after_its_own() -> None:
    history = until(date(2025, 4, 1), account(signed()), TIMERS)
    overdue = last(history, PaymentOverdue)
    assert (overdue.invoice_id, overdue.due_on, overdue.overdue_since) == ("contract:CT-1#1", MARCH, date(2025, 4, 1))
    assert history.state.case is not None
    assert last(history, InvoiceRecorded).kind == "instalment"


def test_money_that_paid_an_instalment_pays_the_invoice_in_its_place() -> None:
    history = until(JUNE, account(signed()), (instalment_due.TODO,))
    history = history.when(paid("P-2", 25_000, date(2025, 7, 1), of=SECOND))
    assert owed(history)[SECOND] == 15_000
    history = history.when(invoice("INV-2", date(2025, 7, 3)))
    assert owed(history) == {"contract:CT-1#1": 30_000, "INV-2": 15_000}
    history = history.when(paid("P-3", 15_000, date(2025, 7, 9), of=SECOND))
    assert owed(history) == {"contract:CT-1#1": 30_000}


SECOND_DUE = signed((2, JUNE, 40_000))
TOLD = (
    SECOND_DUE,
    invoice("INV-2", date(2025, 7, 3)),
    paid("P-2", 25_000, date(2025, 7, 1), of=SECOND),
    paid("P-3", 9_000, date(2025, 7, 8)),
    invoice("INV-9", date(2025, 5, 2), amount=10_000, number=None),
)


@pytest.mark.parametrize("told", list(permutations(TOLD)), ids=lambda told: "-".join(str(TOLD.index(c)) for c in told))
def test_in_any_order_of_telling_the_same_is_owed(told: tuple[Command, ...]) -> None:
    history = account()
    for command in told:
        history = until(date(2025, 7, 10), history.when(command), (instalment_due.TODO,))
    assert owed(history) == {"INV-2": 15_000, "INV-9": 1_000}
    assert history.state.ledger("EUR").balance == 16_000


def test_an_invoice_that_is_known_before_its_contract_has_the_place_already() -> None:
    history = account(invoice("INV-2", date(2025, 1, 10)), signed())
    assert [each.invoice_id for each in last(history, ReceiptPlanned).instalments] == [None, "INV-2", None]
    history = until(SEPTEMBER, history, (instalment_due.TODO,))
    assert [each.number for each in all_of(history, InstalmentDue)] == [1, 3]


def test_a_second_invoice_for_an_instalment_is_owed_beside_the_first() -> None:
    history = account(signed(), invoice("INV-2", date(2025, 6, 25)), invoice("INV-2B", date(2025, 6, 26), amount=500))
    assert owed(history) == {"INV-2": 40_000, "INV-2B": 500}


def test_an_invoice_told_again_with_its_instalment_takes_the_place_then() -> None:
    history = until(JUNE, account(signed()), (instalment_due.TODO,)).when(
        invoice("INV-2", date(2025, 7, 3), number=None)
    )
    assert SECOND in owed(history)
    history = history.when(invoice("INV-2", date(2025, 7, 3)))
    assert SECOND not in owed(history)
    assert history.when(invoice("INV-2", date(2025, 7, 3))).outcome == ()


def test_an_invoice_has_the_place_of_one_instalment_and_never_of_a_second_one() -> None:
    history = until(JUNE, account(signed(), invoice("INV-9", MARCH, number=1)), TIMERS)
    history.when(invoice("INV-9", MARCH, number=2)).then_refused(
        FactDiffers, "instalment 2 of CT-1 instead of 1 of CT-1. Credit the known one in full"
    )
    assert owed(history)[SECOND] == 40_000
    history.when(invoice("INV-9", MARCH, number=1)).then()


def test_what_was_disputed_of_an_instalment_is_disputed_of_its_invoice() -> None:
    history = until(JUNE, account(signed()), (instalment_due.TODO,))
    on = date(2025, 7, 1)
    history = history.when(DisputeInvoice(CUSTOMER, SECOND, Decimal(5_000), "not built yet", "zhou", on))
    dispute_id = last(history, InvoiceDisputed).dispute_id
    history = history.when(invoice("INV-2", date(2025, 7, 3)))
    disputed = last(history, InvoiceDisputed)
    assert (disputed.dispute_id, disputed.invoice_id, disputed.amount) == (dispute_id, "INV-2", 5_000)
    assert disputed.reason == f"The invoice INV-2 has taken the place of {SECOND}."
    assert history.state.claims.in_dispute("INV-2") == 5_000


def test_an_invoice_for_an_instalment_that_was_given_up_is_sent_back() -> None:
    history, on = until(JUNE, account(signed()), (instalment_due.TODO,)), date(2025, 7, 1)
    history = history.when(
        ProposeWriteOff(CUSTOMER, SECOND, "insolvent", "zhou", on), ApproveWriteOff(CUSTOMER, SECOND, "sun", on)
    )
    assert isinstance(history.when(invoice("INV-2", date(2025, 7, 3))).outcome, FactDiffers)


# A contract that is changed or given up


def test_a_contract_told_twice_is_planned_once_and_one_of_purchase_not_at_all() -> None:
    assert account(signed()).when(signed()).outcome == ()
    assert contract(*THREE, kind="purchase") is None


def test_another_content_of_what_was_signed_is_sent_back_as_a_change_is_a_fact_of_its_own() -> None:
    outcome = account(signed()).when(signed((1, MARCH, 30_001), *THREE[1:])).outcome
    assert isinstance(outcome, FactDiffers)
    assert str(outcome) == (
        "Contract CT-1 is known with other contents: instalment 1 30001 EUR due 2025-03-31 instead of 30000 EUR due 2025-03-31."
        " Send what changed as erp.ContractChanged."
    )


def test_two_instalments_of_one_number_are_sent_back() -> None:
    assert isinstance(account().when(signed(THREE[0], THREE[0])).outcome, InstalmentNamedTwice)


def test_a_change_moves_what_is_not_due_yet_and_leaves_what_is() -> None:
    history = until(MARCH, account(signed()), (instalment_due.TODO,))
    october = date(2025, 10, 31)
    history = history.when(signed((1, MARCH, 99), (3, october, 70_000), changed_on=date(2025, 5, 2)))
    planned = last(history, ReceiptPlanned)
    assert [(each.number, each.due_on, each.amount) for each in planned.instalments] == [
        (1, MARCH, 30_000), (3, october, 70_000),
    ]  # fmt: skip
    assert planned.dropped == (2,)
    history = until(october, history, (instalment_due.TODO,))
    assert owed(history) == {"contract:CT-1#1": 30_000, "contract:CT-1#3": 70_000}


def test_an_older_change_that_is_told_late_changes_nothing() -> None:
    newer = signed((1, MARCH, 100_000), changed_on=date(2025, 2, 2))
    history = account(signed(), newer)
    assert history.when(signed((1, MARCH, 50_000), changed_on=date(2025, 2, 1))).outcome == ()
    assert history.when(newer).outcome == ()


def test_of_a_contract_that_was_given_up_nothing_more_is_due() -> None:
    history = until(MARCH, account(signed()), (instalment_due.TODO,)).when(cancelled(date(2025, 5, 2)))
    assert last(history, ReceiptPlanCancelled).dropped == (2, 3)
    assert owed(until(SEPTEMBER, history, (instalment_due.TODO,))) == {"contract:CT-1#1": 30_000}
    assert history.when(cancelled(date(2025, 5, 2))).outcome == ()


def test_a_contract_that_was_given_up_before_it_was_known_plans_nothing() -> None:
    history = account(cancelled(date(2025, 1, 20))).when(signed())
    assert history.outcome == ()
    assert owed(until(SEPTEMBER, history, (instalment_due.TODO,))) == {}


STATED = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 300), st.integers(1, 1_000)), max_size=4, unique_by=lambda each: each[0]
)


@given(st.lists(st.tuples(st.integers(1, 250), STATED), min_size=1, max_size=4, unique_by=lambda each: each[0]))
def test_whatever_is_changed_each_instalment_is_due_at_most_once_and_as_it_was_planned_on_its_day(
    statements: list[tuple[int, list[tuple[int, int, int]]]],
) -> None:
    history, planned = account(signed()), {number: (due_on, amount) for number, due_on, amount in THREE}
    for day, stated in sorted(statements):
        on = date(2025, 1, 20) + timedelta(days=day)
        history = until(on, history, (instalment_due.TODO,))
        due = {each.number for each in all_of(history, InstalmentDue)}
        instalments = [(number, on + timedelta(days=1 + ahead), amount) for number, ahead, amount in stated]
        command = contract(*instalments, changed_on=on)
        assert command is not None
        history = history.when(command)
        kept = {number: each for number, each in planned.items() if number in due}
        planned = {number: (due_on, amount) for number, due_on, amount in instalments} | kept
    history = until(date(2027, 1, 1), history, (instalment_due.TODO,))
    found = [(each.number, (each.due_on, each.amount)) for each in all_of(history, InstalmentDue)]
    assert len(found) == len(dict(found))
    assert dict(found) == planned


def test_a_plan_goes_with_its_account_into_another_one() -> None:
    accounts = Accounts()
    accounts.do(signed())
    accounts.do(MergeAccount(CUSTOMER, "C-2", MARCH, "the same company"), AbsorbAccount("C-2", CUSTOMER, MARCH))
    accounts.do(invoice("INV-2", date(2025, 6, 25)))
    assert accounts.account("C-2").plans.receivable("CT-1", 2) == "INV-2"
    assert accounts.account("C-2").plans.numbers_waiting("CT-1") == (1, 3)


# Fees


def fee(amount: int = 200) -> RecordFee:
    return RecordFee(
        erp.ServiceFeeCharged(
            fee_id="F-1", complaint_id="CP-7", customer_id=CUSTOMER, amount=Decimal(amount), currency="EUR",
            charged_on=date(2025, 3, 1), due_on=date(2025, 3, 15), text="a visit out of warranty",
        )
    )  # fmt: skip


def test_a_fee_is_owed_and_overdue_like_an_invoice_and_money_finds_it() -> None:
    history = until(date(2025, 3, 16), account(fee()), TIMERS)
    recorded = last(history, InvoiceRecorded)
    assert (recorded.kind, recorded.complaint_id, recorded.text) == ("fee", "CP-7", "a visit out of warranty")
    assert last(history, PaymentOverdue).invoice_id == "fee:F-1"
    assert owed(history.when(paid("P-1", 200, date(2025, 3, 20)))) == {}


def test_a_fee_told_twice_is_owed_once_and_another_one_under_its_id_is_sent_back() -> None:
    assert account(fee()).when(fee()).outcome == ()
    assert isinstance(account(fee()).when(fee(300)).outcome, FactDiffers)


# On the real parts


async def test_a_plan_and_a_fee_over_http(running: Running) -> None:
    await running.move_to("2025-01-16")
    body = {
        "contract_id": "CT-1", "kind": "sale", "party_id": "C-1", "signed_on": "2025-01-15", "currency": "CNY",
        "amount": "100000",
        "instalments": [
            {"number": number, "due_on": str(due_on), "amount": str(amount)} for number, due_on, amount in THREE
        ],
    }  # fmt: skip
    await running.post("/v1/contracts", body)
    await running.post("/v1/contracts", body)
    refused = await running.post("/v1/contracts", {**body, "contract_id": "CT-2", "kind": "purchase"}, 422)
    assert refused["detail"] == "kind: supplier-svc records contracts of purchase."
    rows = (await running.get("/v1/receipt-plans", customer_id="C-1", status="planned"))["items"]
    assert [(row["number"], row["due_on"], row["planned"], row["open"]) for row in rows] == [
        (1, "2025-03-31", "30000", "0"), (2, "2025-06-30", "40000", "0"), (3, "2025-09-30", "30000", "0"),
    ]  # fmt: skip

    await running.move_to("2025-06-25")
    payment = {
        "payment_id": "P-1", "customer_id": "C-1", "invoice_id": "contract:CT-1#1", "amount": "12000", "currency": "CNY",
        "paid_on": "2025-04-01", "method": "transfer",
    }  # fmt: skip
    await running.post("/v1/payments", payment)
    invoiced = {
        "invoice_id": "INV-2", "customer_id": "C-1", "issued_on": "2025-06-25", "due_on": "2025-07-25",
        "amount": "40000", "currency": "CNY", "contract_id": "CT-1", "instalment": 2,
    }  # fmt: skip
    await running.post("/v1/invoices", invoiced)
    change = {
        **body,
        "changed_on": "2025-06-25",
        "instalments": [{"number": 4, "due_on": "2025-12-31", "amount": "30000"}],
    }
    await running.post("/v1/contract-changes", change)
    await running.move_to("2025-07-01")
    rows = (await running.get("/v1/receipt-plans", customer_id="C-1"))["items"]
    assert [
        (row["number"], row["status"], row["invoice_id"], row["invoiced"], row["received"], row["open"]) for row in rows
    ] == [
        (1, "due", "contract:CT-1#1", "0", "12000", "18000"),
        (2, "invoiced", "INV-2", "40000", "0", "40000"),
        (3, "dropped", None, "0", "0", "0"),
        (4, "planned", None, "0", "0", "0"),
    ]  # fmt: skip
    ageing = await running.get("/v1/reports/ageing", currency="CNY", as_of="2025-07-01")
    assert (ageing["total"], ageing["balance"]) == ("58000", "58000")

    cancel = {
        "contract_id": "CT-1",
        "kind": "sale",
        "party_id": "C-1",
        "cancelled_on": "2025-07-01",
        "reason": "stopped",
    }
    await running.post("/v1/contract-cancellations", cancel)
    charged = {
        "fee_id": "F-1", "customer_id": "C-1", "amount": "200", "currency": "CNY", "charged_on": "2025-07-01",
        "due_on": "2025-07-15", "text": "a visit",
    }  # fmt: skip
    await running.post("/v1/service-fees", charged)
    await running.move_to("2026-01-02")
    rows = (await running.get("/v1/receipt-plans", customer_id="C-1"))["items"]
    assert [row["status"] for row in rows] == ["due", "invoiced", "dropped", "dropped"]
    items = (await running.get("/v1/invoices", customer_id="C-1"))["items"]
    assert {row["invoice_id"]: (row["kind"], row["status"]) for row in items} == {
        "contract:CT-1#1": ("instalment", "overdue"),
        "INV-2": ("invoice", "overdue"),
        "fee:F-1": ("fee", "overdue"),
    }
