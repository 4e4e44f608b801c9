"""Credit notes, discounts, disputes, write-offs, re-assignment, currencies: what is owed, in any order of arrival."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import replay
from contracts import erp
from contracts.credit import (
    AllocationWithdrawn,
    CollectionCaseClosed,
    CreditNoteRecorded,
    DiscountTaken,
    DisputeResolved,
    InterestCharged,
    InvoiceDisputed,
    InvoiceRecorded,
    InvoiceReopened,
    InvoiceSettled,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentReassigned,
    PaymentRecorded,
    WriteOffProposed,
    WriteOffRejected,
)
from credit_svc.account.decision import Command
from credit_svc.account.disputes import ConcededTooMuch, DisputedTooMuch, DisputeInvoice, ResolveDispute
from credit_svc.account.files import SetTerms
from credit_svc.account.interest import ChargeInterest, InterestNotDue
from credit_svc.account.invoices import MarkOverdue
from credit_svc.account.payments import ReassignPayment, RecordBouncedCheque, UnknownPayment
from credit_svc.account.refusals import FourEyesNeeded, NothingOpen, NotPayable, UnknownInvoice
from credit_svc.account.write_offs import ApproveWriteOff, NoWriteOffProposed, ProposeWriteOff, RejectWriteOff
from credit_svc.figures.met import met_by_day
from credit_svc.policies.receivables import ExchangePolicy, InterestPolicy, Quotation
from credit_svc.read_models import allocation, open_item
from credit_svc.receivables import given_up
from credit_svc.receivables.allocation import in_order_of_dates
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.money_ids import WRITE_OFF, published_id
from credit_svc.receivables.open_items import pursuable
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, last, payment, plainly, under

JANUARY = date(2024, 1, 1)


def on(day: int) -> date:
    return JANUARY + timedelta(days=day)


def terms(days: int = 10, percent: int = 2) -> SetTerms:
    return SetTerms(CUSTOMER, 30, days, Decimal(percent), None, None, date(2023, 1, 1), "agreed", "sales")


def ledger_after(commands: Sequence[Command]) -> Ledger:
    ledger: Ledger = account(*commands).state.ledger("EUR")
    return ledger


# Credit notes


def test_a_credit_note_lowers_the_invoice_it_names_and_is_told_once() -> None:
    note = credit_note(1, 30, on(5), of=1)
    history = account(invoice(1)).when(note, note)
    history.then(CreditNoteRecorded)
    assert dict(history.state.ledger("EUR").open) == {"I-1": 70}


def test_a_credit_note_before_its_invoice_waits_for_it() -> None:
    assert dict(ledger_after([credit_note(1, 30, on(5), of=1), invoice(1, due_on=on(60))]).open) == {"I-1": 70}


def test_a_credit_note_and_a_payment_with_the_same_id_are_two() -> None:
    note = credit_note(1, 30, on(5), of=1)
    twin = payment(1, 20, on(5), of=1)
    same = twin.fact.model_copy(update={"payment_id": "N-1"})
    assert dict(ledger_after([invoice(1), note, type(twin)(same)]).open) == {"I-1": 50}


# Discounts


def test_a_discount_taken_in_time_is_earned_and_settles_the_invoice() -> None:
    history = account(terms()).when(invoice(1, issued_on=on(0)), payment(1, 98, on(10), of=1))
    history.then(InvoiceRecorded, PaymentRecorded, DiscountTaken, InvoiceSettled)
    taken = history.one(DiscountTaken)
    assert (taken.is_earned, taken.amount, taken.discount_until) == (True, 2, on(10))
    assert history.state.ledger("EUR").balance == 0


def test_a_discount_taken_too_late_is_not_earned_and_stays_owed() -> None:
    history = account(terms()).when(invoice(1, issued_on=on(0)), payment(1, 98, on(11), of=1))
    history.then(InvoiceRecorded, PaymentRecorded, DiscountTaken)
    assert not history.one(DiscountTaken).is_earned
    assert dict(history.state.ledger("EUR").open) == {"I-1": 2}


def test_a_payment_in_time_told_before_its_invoice_earns_the_discount_too() -> None:
    assert not ledger_after([terms(), payment(1, 98, on(8), of=1), invoice(1, issued_on=on(0))]).open


def test_a_cheque_that_took_the_discount_and_bounced_gives_it_back() -> None:
    history = account(terms(), invoice(1, issued_on=on(0)), payment(1, 98, on(8), of=1), bounce(1, 98, on(20)))
    assert dict(history.state.ledger("EUR").open) == {"I-1": 100}
    assert last(history, AllocationWithdrawn).payment_id == "discount:I-1"
    assert last(history, InvoiceReopened).open_amount == 100


# Write-offs


def written_off(*commands: Command) -> list[Command]:
    return [
        invoice(1), *commands, ProposeWriteOff(CUSTOMER, "I-1", "bankrupt", "collector", on(200)),
        ApproveWriteOff(CUSTOMER, "I-1", "head of credit", on(210)),
    ]  # fmt: skip


def test_a_write_off_is_proposed_by_one_and_approved_by_another() -> None:
    history = account(invoice(1)).when(*written_off()[1:])
    history.then(WriteOffProposed, InvoiceWrittenOff)
    assert (len(history.state.ledger("EUR").open), history.state.ledger("EUR").balance) == (0, 0)
    proposed = account(*written_off()[:-1])
    proposed.when(ApproveWriteOff(CUSTOMER, "I-1", "collector", on(210))).then_refused(FourEyesNeeded)
    proposed.when(RejectWriteOff(CUSTOMER, "I-1", "sue first", "head of credit")).then(WriteOffRejected)
    account(invoice(1)).when(ApproveWriteOff(CUSTOMER, "I-1", "head", on(1))).then_refused(NoWriteOffProposed)


def test_a_write_off_closes_the_case_as_written_off() -> None:
    history = account(*written_off(MarkOverdue(CUSTOMER, "I-1", on(31))))
    assert last(history, CollectionCaseClosed).cause == "written_off"


def test_money_that_comes_after_the_write_off_pays_the_invoice_and_less_is_given_up() -> None:
    history = account(*written_off(), invoice(2, due_on=on(300))).when(payment(1, 30, on(250), of=1))
    plainly(history).then(AllocationWithdrawn, PaymentRecorded, PaymentAllocated)
    ledger = history.state.ledger("EUR")
    assert dict(ledger.open) == {"I-2": 100}
    assert {entry.payment_id: entry.amount for entry in ledger.entries["I-1"]} == {"P-1": 30, f"{WRITE_OFF}I-1": 70}
    everything = history.when(payment(2, 70, on(260), of=1))
    assert everything.one(InvoiceSettled).settled_on == on(260)
    assert given_up.written_off(everything.state.ledger("EUR"), "I-1") is None


def test_money_of_before_the_write_off_told_after_it_is_the_same_as_told_in_time() -> None:
    late = ledger_after([*written_off(), payment(1, 30, on(20), of=1)])
    in_time = ledger_after(written_off(payment(1, 30, on(20), of=1)))
    assert (late.open, late.balance) == (in_time.open, in_time.balance)
    assert {(e.payment_id, e.amount) for e in late.entries["I-1"]} == {
        (e.payment_id, e.amount) for e in in_time.entries["I-1"]
    }


def test_what_is_settled_cannot_be_written_off() -> None:
    history = account(invoice(1), payment(1, 100, on(9), of=1))
    history.when(ProposeWriteOff(CUSTOMER, "I-1", "x", "a", on(10))).then_refused(NothingOpen, "I-1")


# Disputes


def test_a_part_in_dispute_is_not_pursued_and_what_is_conceded_becomes_a_credit_note() -> None:
    history = account(invoice(1)).when(DisputeInvoice(CUSTOMER, "I-1", Decimal(40), "damaged", "sales", on(5)))
    history.then(InvoiceDisputed)
    (rest,) = pursuable(history.state.ledger("EUR"), history.state.claims)
    assert rest.amount == 60
    solved = history.when(ResolveDispute(CUSTOMER, "I-1-D1", Decimal(25), "a quarter", "sales", on(9)))
    solved.then(DisputeResolved, CreditNoteRecorded)
    assert dict(solved.state.ledger("EUR").open) == {"I-1": 75}
    (rest,) = pursuable(solved.state.ledger("EUR"), solved.state.claims)
    assert rest.amount == 75


def test_no_more_can_be_disputed_than_is_open_and_no_more_conceded_than_disputed() -> None:
    history = account(invoice(1), DisputeInvoice(CUSTOMER, "I-1", Decimal(90), "damaged", "sales", on(5)))
    more = DisputeInvoice(CUSTOMER, "I-1", Decimal(11), "and late", "sales", on(6))
    history.when(more).then_refused(
        DisputedTooMuch, "100.00 EUR of invoice I-1 is open, of which 90.00 is already disputed; 11.00 more is too much"
    )
    history.when(ResolveDispute(CUSTOMER, "I-1-D1", Decimal(91), "x", "y", on(7))).then_refused(ConcededTooMuch)
    history.when(DisputeInvoice(CUSTOMER, "I-7", None, "x", "y", on(7))).then_refused(UnknownInvoice)


def test_nothing_is_disputed_or_conceded_that_nobody_can_pay() -> None:
    history = account(invoice(1), DisputeInvoice(CUSTOMER, "I-1", Decimal(90), "damaged", "sales", on(5)))
    little = Decimal("0.005")
    for command in (
        DisputeInvoice(CUSTOMER, "I-1", little, "and late", "sales", on(6)),
        ResolveDispute(CUSTOMER, "I-1-D1", little, "x", "y", on(7)),
    ):
        history.when(command).then_refused(NotPayable, "0.005 EUR cannot be paid: EUR has 2 places after the point.")


# Re-assignment


def test_a_payment_can_be_moved_to_the_invoice_it_was_meant_for() -> None:
    history = account(invoice(1), invoice(2, due_on=on(60)), payment(1, 100, on(9))).when(
        ReassignPayment(CUSTOMER, "P-1", "I-2", "the customer says so", "clerk")
    )
    plainly(history).then(AllocationWithdrawn, PaymentReassigned, PaymentAllocated, InvoiceReopened, InvoiceSettled)
    assert dict(history.state.ledger("EUR").open) == {"I-1": 100}
    history.when(ReassignPayment(CUSTOMER, "P-1", "I-2", "again", "clerk")).then()
    history.when(ReassignPayment(CUSTOMER, "P-9", "I-2", "x", "clerk")).then_refused(UnknownPayment)
    history.when(ReassignPayment(CUSTOMER, "P-1", "I-9", "x", "clerk")).then_refused(UnknownInvoice)


# Interest


def test_an_invoice_paid_late_is_charged_interest_and_a_date_told_late_corrects_it() -> None:
    history = account(invoice(1, 36_500), payment(1, 36_500, on(60), of=1))
    first = last(history, InterestCharged)
    assert (first.amount, first.total) == (first.total, Decimal("155.25"))
    corrected = history.when(payment(2, 36_500, on(40), of=1))
    again = corrected.one(InterestCharged)
    assert again.charged_before == first.total
    assert again.total == Decimal("51.75")
    assert again.amount == again.total - first.total


def test_interest_asked_for_is_what_has_become_due_since_it_was_last_charged() -> None:
    book = under(InterestPolicy(charged="on_request"))
    history = account(invoice(1, 36_500), book=book).when(ChargeInterest(CUSTOMER, "I-1", on(40)))
    history = history.when(ChargeInterest(CUSTOMER, "I-1", on(50)))
    amounts = [event.amount for event in all_of(history, InterestCharged)]
    assert amounts == [Decimal("51.75"), Decimal("51.75")]
    history.when(ChargeInterest(CUSTOMER, "I-1", on(30))).then_refused(InterestNotDue)


# Currencies


def test_a_receivable_in_another_currency_counts_at_the_rate_of_its_own_day() -> None:
    quotation = Quotation(currency="USD", into="EUR", from_day=date(2023, 1, 1), rate=Decimal("0.9"))
    book = under(ExchangePolicy(quotations=(quotation,)))
    history = account(invoice(1, 1_000), invoice(2, 100, currency="USD"), book=book)
    assert last(history, InvoiceRecorded).rate.rate == Decimal("0.9")
    assert history.state.position(on(5), book, "EUR").exposure.receivable == 1_090
    paid = history.when(payment(1, 50, on(9), of=2, currency="USD"))
    assert paid.state.position(on(9), book, "EUR").exposure.receivable == 1_045


# Laws

AMOUNTS = st.integers(1, 40)
DAYS = st.integers(0, 12)
INVOICES = st.lists(st.tuples(AMOUNTS, DAYS), max_size=4).map(
    lambda drawn: [invoice(n, amount * 50, on(day + 20), on(day)) for n, (amount, day) in enumerate(drawn)]
)
SHARES = st.sampled_from([Decimal("0.98"), Decimal(1), Decimal("0.5"), Decimal("1.3")])
PAYMENTS = st.lists(st.tuples(AMOUNTS, DAYS, st.none() | st.integers(0, 4), SHARES), max_size=4).map(
    lambda drawn: [payment(n, amount * 50 * share, on(day), of) for n, (amount, day, of, share) in enumerate(drawn)]
)
NOTES = st.lists(st.tuples(AMOUNTS, DAYS, st.none() | st.integers(0, 4)), max_size=2).map(
    lambda drawn: [credit_note(n, amount, on(day), of) for n, (amount, day, of) in enumerate(drawn)]
)
BOUNCES = st.lists(st.integers(0, 4), max_size=1).map(lambda drawn: [bounce(n, 1, on(15)) for n in drawn])
FACTS = st.tuples(INVOICES, PAYMENTS, NOTES, BOUNCES).map(lambda parts: [fact for part in parts for fact in part])


@settings(max_examples=200, deadline=None)
@for_all(FACTS, st.randoms())
def test_any_order_of_arrival_of_invoices_money_credit_notes_and_bounces_gives_the_same_ledger(
    facts: list[Command], random: Random
) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    first, second = ledger_after([terms(), *facts]), ledger_after([terms(), *shuffled])
    assert (first.open, first.balance) == (second.open, second.balance)
    assert {i: set(e) for i, e in first.entries.items() if e} == {i: set(e) for i, e in second.entries.items() if e}


@settings(max_examples=150, deadline=None)
@for_all(FACTS, st.integers(0, 4), st.data())
def test_facts_told_after_a_write_off_end_where_the_order_of_dates_puts_them(
    facts: list[Command], number: int, data: st.DataObject
) -> None:
    """What a write-off gives up is decided on what was known, at most what is open; in the order of dates it is less
    where money told later was there before it. What is then open is the same as if all had been told in that order."""
    history = data.draw(st.integers(0, len(facts)))
    # The write-off is of the last day: facts of later days than its decision would be another story.
    write_off = [
        ProposeWriteOff(CUSTOMER, f"I-{number}", "x", "a", on(30)), ApproveWriteOff(CUSTOMER, f"I-{number}", "b", on(30)),
    ]  # fmt: skip
    state = account(terms(), *facts[:history])
    if f"I-{number}" in state.state.ledger("EUR").open:
        state = state.when(*write_off)
    ledger = state.when(*facts[history:]).state.ledger("EUR")
    assert ledger.open == in_order_of_dates(ledger).open
    waiting = sum((ledger.unallocated(p) for p in ledger.payments if p not in ledger.bounced), NOTHING)
    assert sum(ledger.open.values(), NOTHING) - waiting == ledger.balance
    assert all(amount > 0 for amount in ledger.open.values())


@settings(max_examples=100, deadline=None)
@for_all(FACTS.flatmap(st.permutations))
def test_the_rows_hold_what_the_ledger_holds(facts: list[Command]) -> None:
    history = account(terms(), *facts)
    ledger = history.state.ledger("EUR")
    rows = replay(open_item.MODEL, history.facts)
    assert {row.invoice_id: row.open_amount for row in rows.values() if row.open_amount} == dict(ledger.open)
    met = replay(allocation.MODEL, history.facts)
    entries = defaultdict[tuple[str, str, date], Decimal](Decimal)
    for each in (entry for paid in ledger.entries.values() for entry in paid):
        entries[each.invoice_id, published_id(each.payment_id), each.on] += each.amount
    assert entries == {
        (row.invoice_id, row.payment_id, day): amount for row in met.values() for day, amount in met_by_day(asdict(row))
    }


def test_money_is_exact() -> None:
    history = account(invoice(1, "0.10"), invoice(2, "0.20"), payment(1, "0.30", on(3)))
    assert history.state.ledger("EUR").balance == 0
    assert isinstance(history.state.ledger("EUR").balance, Decimal)


@pytest.mark.parametrize("float_amount", [0.1, float("nan")])
def test_a_float_is_no_money(float_amount: float) -> None:
    with pytest.raises(ValueError, match="amount"):
        erp.ChequeBounced(
            payment_id="P",
            customer_id="C",
            bounced_on=JANUARY,
            face_amount=float_amount,
            currency="EUR",  # type: ignore[arg-type]
        )


def test_a_bounced_cheque_is_a_command_of_its_customer() -> None:
    assert isinstance(bounce(1, 1, on(1)), RecordBouncedCheque)
