"""Laws of receivables that hold through any life of a customer, whatever is told, in whichever order, and decided meanwhile."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import envelope, replay
from contracts import Event
from contracts.credit import (
    AllocationWithdrawn,
    ChequeBounced,
    CreditNoteRecorded,
    CustomerOverdueCleared,
    DebitNoteIssued,
    DebitNoteReduced,
    DebitNoteWaived,
    DiscountTaken,
    InvoiceCorrected,
    InvoiceRecorded,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentExchanged,
    PaymentOverdue,
    PaymentOverdueEnded,
    PaymentRecorded,
    RefundOwed,
    RefundRecorded,
)
from credit_svc.account.decision import Command
from credit_svc.account.state import Account, evolve
from credit_svc.figures.receivables import receivables_at
from credit_svc.policies.debit_notes import DebitNotePolicy
from credit_svc.policies.receivables import ExchangePolicy, Quotation
from credit_svc.read_models import allocation, open_item, payment
from credit_svc.receivables.allocation import in_order_of_dates
from credit_svc.receivables.facts import NOTHING, Entry
from credit_svc.receivables.ledger import Ledger
from credit_svc.testing import account, under

from .lives import BEGINS, LIVES, TERMS, TOLD, Act, Life, lived, lives, told


def entries(ledger: Ledger) -> set[Entry]:
    return {entry for met in ledger.entries.values() for entry in met}


def waits(ledger: Ledger) -> Decimal:
    return total(ledger.unallocated(each) for each in ledger.payments if each not in ledger.bounced)


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


# Allocation of the same facts, told in any order
PLAINLY = under(
    DebitNotePolicy(interest="never", cheque_claim="never", smallest=Decimal(1)),
    ExchangePolicy(
        quotations=(Quotation(currency="USD", into="EUR", from_day=date(2023, 1, 1), rate=Decimal("0.9")),),
        settles_other_currencies=False,
    ),
)
"""Nothing is charged and nothing exchanged: that depends on what is known when."""

IN_ANY_ORDER = tuple(kind for kind in TOLD if kind not in ("signed", "changed", "cancelled"))


@settings(max_examples=150, deadline=None)
@for_all(
    lives(IN_ANY_ORDER), st.lists(st.tuples(st.integers(1, 60), st.integers(0, 30)), max_size=3),
    st.booleans(), st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_same_facts_are_allocated_alike_in_any_order_of_telling(
    drawn: list[Act], costs: list[tuple[int, int]], discount: bool, random: Random
) -> None:
    """Invoices, also in instalments, for an order or for a contract, fees, debit notes and their numbers at the ERP, money,
    credits, bounces and refunds; at the end invoices are corrected, as a correction is told after what it corrects.
    """
    facts, corrections = facts_of(drawn)
    shuffled = list(facts)
    random.shuffle(shuffled)
    one, other = (account_of(costs, discount, [*each, *corrections]) for each in (facts, shuffled))
    assert set(one.ledgers) == set(other.ledgers)
    for currency, ledger in one.ledgers.items():
        told_otherwise = other.ledger(currency)
        assert entries(ledger) == entries(told_otherwise)
        assert (ledger.open, ledger.balance, waits(ledger)) == (
            told_otherwise.open, told_otherwise.balance, waits(told_otherwise),
        )  # fmt: skip


def facts_of(drawn: Sequence[Act]) -> tuple[list[Command], list[Command]]:
    """Facts and corrections. Of two invoices for one instalment, two bounces of one cheque and two refunds of one payment what was
    told first counts, and a refund that names no payment is of money that waits then: each is there once, and by its name.
    """
    facts, corrections, seen = list[Command](), list[Command](), set[Any]()
    for number, act in enumerate(drawn, start=1):
        for command in told(number, act, drawn, BEGINS + timedelta(days=act.waits)):
            fact: Any = getattr(command, "fact", None)
            once: Any = {
                "of the contract": getattr(fact, "instalment", None), "bounce": getattr(fact, "payment_id", None),
                "refund": getattr(fact, "payment_id", None),
            }.get(act.kind, number)  # fmt: skip
            if once is not None and (act.kind, once) not in seen:
                seen.add((act.kind, once))
                (corrections if act.kind == "correct" else facts).append(command)
    return facts, corrections


def account_of(costs: Sequence[tuple[int, int]], discount: bool, facts: Sequence[Command]) -> Account:
    life = Life(account(*([TERMS] if discount else []), book=PLAINLY))
    for number, (amount, day) in enumerate(costs, start=1):
        life = replace(life, on=BEGINS + timedelta(days=day)).charged(amount, f"C-{number}")
    state: Account = life.then(*facts).history.state
    return state


# In the order of their dates


@settings(max_examples=150, deadline=None)
@for_all(LIVES, st.booleans())
def test_each_ledger_is_after_each_commit_what_its_facts_give_in_the_order_of_their_dates(
    drawn: list[Act], discount: bool
) -> None:
    life = lived(drawn, discount)
    state = Account()
    for number, fact in enumerate(life.history.facts, start=1):
        state = evolve(state, fact)
        if number in life.commits:
            for ledger in state.ledgers.values():
                ordered = in_order_of_dates(ledger)
                assert entries(ledger) == entries(ordered)
                assert ledger.open == ordered.open
                assert all(amount > 0 for amount in ledger.open.values())


# The balance, at any instant and as known at any instant


@settings(max_examples=150, deadline=None)
@for_all(LIVES, st.booleans(), st.integers(-30, 150), st.randoms(use_true_random=False))
def test_invoices_and_notes_less_money_credits_waivers_and_write_offs_are_the_balance_at_any_instant_as_known_at_any(
    drawn: list[Act], discount: bool, day: int, random: Random
) -> None:
    life = lived(drawn, discount)
    known, as_of = life.history.facts[: random.choice(life.commits)], BEGINS + timedelta(days=day)
    events = [(fact, envelope(n)) for n, fact in enumerate(known, start=1)]
    items, money, met = (
        [vars(row) for row in replay(model, events).values()]
        for model in (open_item.MODEL, payment.MODEL, allocation.MODEL)
    )
    state = Account()
    for fact in known:
        state = evolve(state, fact)
    for currency in ("EUR", "USD"):
        found, told_of = receivables_at(items, money, met, as_of, currency), Told.of(known, currency)
        assert found.balance == told_of.balance(as_of)
        assert found.ageing.total + found.debit_notes - found.unallocated == found.balance
        ledger, at_the_end = state.ledger(currency), receivables_at(items, money, met, date.max, currency)
        assert (at_the_end.balance, at_the_end.unallocated) == (ledger.balance, waits(ledger))
        assert total(ledger.open.values()) - waits(ledger) == ledger.balance
        rows = {row["invoice_id"]: row["open_amount"] for row in items if row["currency"] == currency}
        assert {item: amount for item, amount in rows.items() if amount} == dict(ledger.open)


@dataclass
class Told:
    """What the events say of one currency, added up by nobody else: by id the day and the amount that counts from it on."""

    currency: str
    items: dict[str, tuple[date, Decimal]] = field(default_factory=dict)
    money: dict[str, tuple[date, Decimal]] = field(default_factory=dict)
    paid_back: dict[str, tuple[date, Decimal]] = field(default_factory=dict)
    bounced: dict[str, date] = field(default_factory=dict)
    given_up: dict[tuple[Any, str, Any], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @classmethod
    def of(cls, events: Iterable[Event], currency: str) -> "Told":
        told_of = cls(currency)
        for event in events:
            told_of.add(event)
        return told_of

    def balance(self, as_of: date) -> Decimal:
        owed = {item: amount for item, (on, amount) in self.items.items() if on <= as_of}
        came = total(amount for id, (on, amount) in self.money.items() if on <= as_of and id not in self.bounced)
        back = total(amount for on, amount in self.paid_back.values() if on <= as_of)
        up = total(amount for (_, item, on), amount in self.given_up.items() if on <= as_of and item in owed)
        return total(owed.values()) - came + back - up

    def add(self, event: Any) -> None:
        match event:
            case PaymentExchanged(into=self.currency):
                self.money[event.payment_id] = (event.paid_on, event.counted)
            case PaymentExchanged(currency=self.currency):
                del self.money[event.payment_id]
            case ChequeBounced():  # reported in whichever currency
                on = self.money.get(event.payment_id, (date.min, NOTHING))[0]
                if on <= event.bounced_on:
                    self.bounced[event.payment_id] = event.bounced_on
            case _ if getattr(event, "currency", None) != self.currency:
                return
            case InvoiceCorrected(replaced_by=str()):
                del self.items[event.invoice_id]
            case InvoiceRecorded() | InvoiceCorrected():
                self.items[event.invoice_id] = (event.issued_on, event.amount)
            case DebitNoteIssued():
                self.items[event.debit_note_id] = (event.issued_on, event.amount)
            case DebitNoteReduced():
                self.items[event.debit_note_id] = (self.items[event.debit_note_id][0], event.amount)
            case RefundOwed():
                self.items[event.invoice_id] = (event.issued_on, event.amount)
                on, amount = self.paid_back[event.refund_id]
                self.paid_back[event.refund_id] = (on, amount - event.amount)
            case PaymentRecorded():
                self.money[event.payment_id] = (event.paid_on, event.amount)
                if event.paid_on > self.bounced.get(event.payment_id, date.max):
                    del self.bounced[event.payment_id]
            case CreditNoteRecorded():
                self.money[f"credit {event.credit_note_id}"] = (event.issued_on, event.amount)
            case RefundRecorded():
                self.paid_back[event.refund_id] = (event.refunded_on, event.amount)
            case _:
                self.give_up(event)

    def give_up(self, event: Any) -> None:
        match event:
            case DiscountTaken(is_earned=True):
                self.given_up["discount", event.invoice_id, event.paid_on] += event.amount
            case InvoiceWrittenOff():
                self.given_up["write_off", event.invoice_id, event.written_off_on] += event.amount
            case DebitNoteWaived():
                self.given_up["waiver", event.debit_note_id, event.waived_on] += event.amount
            case PaymentAllocated(kind="discount" | "write_off" | "waiver"):
                self.given_up[event.kind, event.allocation.invoice_id, event.allocated_on] += event.allocation.amount
            case AllocationWithdrawn(kind="discount" | "write_off" | "waiver"):
                self.given_up[event.kind, event.allocation.invoice_id, event.allocated_on] -= event.allocation.amount


# The end of overdue


@settings(max_examples=100, deadline=None)
@for_all(LIVES, st.booleans())
def test_each_overdue_ends_exactly_once_or_goes_on_and_the_last_word_of_it_is_what_is_overdue(
    drawn: list[Act], discount: bool
) -> None:
    life = lived(drawn, discount)
    for commit in sorted(set(life.commits)):
        overdue_is_as_told(life.history.facts[:commit])


def overdue_is_as_told(facts: Sequence[Event]) -> None:
    began = [event for event in facts if isinstance(event, PaymentOverdue)]
    ended = [event for event in facts if isinstance(event, PaymentOverdueEnded)]
    state = Account()
    for fact in facts:
        state = evolve(state, fact)
    told_of = Counter((event.invoice_id, event.overdue_since) for event in began)
    over = Counter((event.invoice_id, event.overdue_since) for event in ended)
    assert told_of - over == Counter(state.overdue_since.items())
    assert not over - told_of
    rows = [row for row in replay(open_item.MODEL, facts).values() if row.status == "overdue"]
    assert {row.invoice_id for row in rows} == set(state.overdue_since) == set(state.overdue)
    for currency in {event.currency for event in began}:
        (*_, newest) = (each for each in facts if isinstance(each, Overdue) and each.currency == currency)
        assert newest.customer_overdue_invoices == sum(row.currency == currency for row in rows)
    changes = [each for each in facts if isinstance(each, PaymentOverdue | CustomerOverdueCleared)]
    assert not changes or isinstance(changes[-1], CustomerOverdueCleared) == (not rows)
    assert (CustomerOverdueCleared, CustomerOverdueCleared) not in pairwise(map(type, changes)), (
        "cleared once each time"
    )


Overdue = PaymentOverdue | PaymentOverdueEnded
