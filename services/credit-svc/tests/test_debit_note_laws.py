"""The laws of debit notes: the same facts give the same allocation in any order of telling, and the balance is what the sums make it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given, envelope, replay
from contracts import erp
from contracts.credit import (
    DebitNoteInvoiced,
    DebitNoteIssued,
    DebitNoteLine,
    DebitNoteReduced,
    DebitNoteSettled,
    InvoiceRecorded,
    InvoiceSettled,
)
from credit_svc.account.charges import charge_cost
from credit_svc.account.debit_notes import WaiveDebitNote
from credit_svc.account.decision import AccountDecision, Command
from credit_svc.account.payments import RecordBouncedCheque
from credit_svc.account.state import Account, evolve
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.figures.receivables import receivables_at
from credit_svc.policies.debit_notes import DebitNotePolicy
from credit_svc.read_models import allocation, open_item, payment
from credit_svc.receivables import notes, recording
from credit_svc.receivables.allocation import in_order_of_dates
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.postings import after
from credit_svc.testing import CUSTOMER, account, credit_note, invoice, under
from credit_svc.testing import payment as pay

FIRST = date(2024, 1, 1)
DAY = st.integers(0, 40)
AMOUNT = st.integers(1, 300)


# Allocation of the same facts, told in any order

Fact = tuple[str, int, int, int, int]
"""What is recorded: its kind, number, amount, day, and the number of the item that it names, 0 for none."""

FACT = st.tuples(
    st.sampled_from(["invoice", "note", "payment", "payment", "credit"]), st.just(0), AMOUNT, DAY, st.integers(0, 6)
)


def numbered(drawn: Sequence[Fact]) -> list[Fact]:
    return [(kind, number, *rest) for number, (kind, _, *rest) in enumerate(drawn, start=1)]


def item(number: int, facts: Sequence[Fact]) -> str | None:
    """The id of an item by its number: an invoice, or a debit note."""
    kind = next((kind for kind, own, *_ in facts if own == number), None)
    return None if kind is None else f"DN-{number}" if kind == "note" else f"I-{number}"


def note(number: int, amount: int, day: int) -> DebitNoteIssued:
    """A third of it is interest; every fourth one is paid after the invoices."""
    interest = Decimal(amount // 3)
    of = {"interest": interest, "cost": amount - interest}
    lines = tuple(
        DebitNoteLine(kind=kind, reference=f"R-{number}", amount=part, statement="x")
        for kind, part in of.items()
        if part
    )  # type: ignore[arg-type]
    issued_on = FIRST + timedelta(days=day)
    return DebitNoteIssued(
        debit_note_id=f"DN-{number}", customer_id=CUSTOMER, currency="EUR", amount=Decimal(amount), lines=lines,
        issued_on=issued_on, due_on=issued_on + timedelta(days=number % 5), open=Decimal(amount), overdue_from=issued_on,
        effects=("exposure",), pays_first=bool(number % 4), cause="at_once", policy_version=1,
    )  # fmt: skip


def recorded(fact: erp.InvoiceIssued) -> InvoiceRecorded:
    left_out = {"instalments", "debit_note_id"}
    return InvoiceRecorded(**fact.model_dump(exclude=left_out), overdue_from=fact.due_on, policy_version=1)


def tell(ledger: Ledger, fact: Fact, facts: Sequence[Fact]) -> Ledger:
    kind, number, amount, day, named = fact
    on = FIRST + timedelta(days=day)
    match kind:
        case "invoice":
            events = recording.record_invoice(ledger, recorded(invoice(number, amount, on + timedelta(3), on).fact))
        case "note":
            events = notes.issue(ledger, note(number, amount, day))
        case "payment":
            money = pay(number, amount, on).fact.model_copy(update={"invoice_id": item(named, facts)})
            events = recording.record_payment(ledger, money, None)
        case _:
            credited = credit_note(number, amount, on).fact.model_copy(update={"invoice_id": item(named, facts)})
            events = recording.record_credit_note(ledger, credited, None)
    return folded(ledger, events)


def ledger_of(facts: Sequence[Fact], all_facts: Sequence[Fact]) -> Ledger:
    ledger = Ledger()
    for fact in facts:
        ledger = tell(ledger, fact, all_facts)
    return ledger


@settings(max_examples=300, deadline=None)
@for_all(st.lists(FACT, max_size=9), st.randoms(use_true_random=False))
def test_the_allocation_of_the_same_facts_is_the_same_in_any_order_of_telling(
    drawn: list[Fact], random: Random
) -> None:
    facts = numbered(drawn)
    shuffled = list(facts)
    random.shuffle(shuffled)
    one, other = ledger_of(facts, facts), ledger_of(shuffled, facts)
    assert one.entries == other.entries or {k: set(v) for k, v in one.entries.items() if v} == {
        k: set(v) for k, v in other.entries.items() if v
    }
    assert (one.open, one.balance, one.on_account) == (other.open, other.balance, other.on_account)
    assert one.open == in_order_of_dates(one).open


@settings(max_examples=300, deadline=None)
@for_all(st.lists(FACT, max_size=9), st.randoms(use_true_random=False), st.integers(1, 9), st.integers(1, 100))
def test_a_note_reduced_and_booked_later_is_allocated_as_if_it_had_been_so_from_the_first(
    drawn: list[Fact], random: Random, number: int, percent: int
) -> None:
    facts = numbered(drawn)
    mine = next((fact for fact in facts if fact[0] == "note" and fact[1] >= number), None)
    if mine is None:
        return
    ledger = ledger_of(facts, facts)
    note_id, amount = f"DN-{mine[1]}", ledger.invoices[f"DN-{mine[1]}"].amount
    by = ((amount - amount // 3) * percent / 100).quantize(Decimal("0.01"))
    if not by:
        return
    reduced = DebitNoteReduced(
        debit_note_id=note_id, customer_id=CUSTOMER, currency="EUR", kind="cost", reference=f"R-{mine[1]}", by=by,
        amount=amount - by, open=NOTHING, because="x", reduced_on=FIRST + timedelta(days=60),
    )  # fmt: skip
    booked = DebitNoteInvoiced(
        debit_note_id=note_id, invoice_id="ERP-1", customer_id=CUSTOMER, currency="EUR", amount=amount,
        issued_on=FIRST, due_on=FIRST,
    )  # fmt: skip
    less = folded(ledger, notes.reduce(ledger, reduced))
    less = folded(less, notes.number(less, booked))
    assert less.open == in_order_of_dates(less).open
    assert less.balance == ledger.balance - by


def folded(ledger: Ledger, events: Sequence[Any]) -> Ledger:
    return after(ledger, [event for event in events if not isinstance(event, InvoiceSettled | DebitNoteSettled)])


# The balance, at any instant and as known at any instant

BOOK = under(DebitNotePolicy(smallest=Decimal(2)))

ACT = st.tuples(
    st.sampled_from(["invoice", "payment", "payment", "credit", "bounce", "cost", "waive", "write off"]), AMOUNT, DAY,
    st.integers(1, 6),
)  # fmt: skip


def lived(drawn: Sequence[tuple[str, int, int, int]]) -> tuple[Given, list[int]]:
    """A customer's life, in which what is refused did not happen; and how many facts there were after each commit."""
    history, ends = account(book=BOOK), [0]
    for number, (kind, amount, day, of) in enumerate(drawn, start=1):
        on = FIRST + timedelta(days=day)
        if kind == "cost":
            history = charged(history, number, amount, on)
            ends.append(len(history.facts))
            continue
        for command in commands(kind, number, amount, on, of):
            tried = history.when(command)
            history = history if isinstance(tried.outcome, Exception) else tried
            ends.append(len(history.facts))
    return history, ends


def charged(history: Given, number: int, amount: int, on: date) -> Given:
    decision = AccountDecision(CUSTOMER, history.state, BOOK, evolve)
    charge_cost(decision, Decimal(amount), "EUR", f"R-{number}", "A cost.", on)
    return replace(history, facts=(*history.facts, *decision.events))


def commands(kind: str, number: int, amount: int, on: date, of: int) -> list[Command]:
    match kind:
        case "invoice":
            return [invoice(number, amount, on + timedelta(10), on)]
        case "payment":
            return [pay(number, amount, on, of if of % 2 else None)]
        case "credit":
            return [credit_note(number, amount, on, of)]
        case "bounce":
            fact = erp.ChequeBounced(
                payment_id=f"P-{of}", customer_id=CUSTOMER, bounced_on=on, face_amount=Decimal(amount), currency="EUR"
            )
            return [RecordBouncedCheque(fact)]
        case "waive":
            return [WaiveDebitNote(CUSTOMER, f"{CUSTOMER}-DN{of}", Decimal(1 + amount // 10), "x", "chen", None, on)]
        case _:
            return [ProposeWriteOff(CUSTOMER, f"I-{of}", "x", "a", on), ApproveWriteOff(CUSTOMER, f"I-{of}", "b", on)]


@settings(max_examples=200, deadline=None)
@for_all(st.lists(ACT, max_size=12), st.integers(0, 70), st.randoms(use_true_random=False))
def test_invoices_and_notes_less_money_credits_waivers_and_write_offs_are_the_balance_at_any_instant_as_known_at_any(
    drawn: list[tuple[str, int, int, int]], as_of: int, random: Random
) -> None:
    history, ends = lived(drawn)
    known = history.facts[: random.choice(ends)]
    on = FIRST + timedelta(days=as_of)
    events = [(fact, envelope(n)) for n, fact in enumerate(known, start=1)]
    items, money, met = (
        [vars(row) for row in replay(model, events).values()]
        for model in (open_item.MODEL, payment.MODEL, allocation.MODEL)
    )
    found = receivables_at(items, money, met, on, "EUR")
    invoices = total(row["amount"] for row in items if row["note"] is None and row["issued_on"] <= on)
    noted = total(row["amount"] for row in items if row["note"] is not None and row["issued_on"] <= on)
    came = [row for row in money if row["paid_on"] and row["paid_on"] <= on and not row["bounced_on"]]
    paid = total(row["amount"] for row in came if row["kind"] == "payment")
    credits = total(row["amount"] for row in came if row["kind"] == "credit_note")
    given_up = [row for row in met if row["allocated_on"] <= on]
    waived = total(row["amount"] for row in given_up if row["kind"] == "waiver")
    lost = total(row["amount"] for row in given_up if row["kind"] == "write_off")
    assert invoices + noted - paid - credits - waived - lost == found.balance
    assert found.ageing.total + found.debit_notes - found.unallocated == found.balance
    state = Account()
    for fact in known:
        state = evolve(state, fact)
    if on >= FIRST + timedelta(days=60):
        assert found.balance == state.ledger("EUR").balance
        assert {row["invoice_id"]: row["open_amount"] for row in items if row["open_amount"]} == dict(
            state.ledger("EUR").open
        )


def total(amounts: Any) -> Decimal:
    return sum(amounts, NOTHING)
