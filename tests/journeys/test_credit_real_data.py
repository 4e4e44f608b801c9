"""The accounts-receivable data set, every row of it, through the deciders, read models and timers of credit-svc in memory.

What is expected is computed here from the file alone. The file lies outside the project (STANDING_DATASETS, or a folder
shared/datasets beside it); without it these tests skip.
"""

import csv
import dataclasses
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import pytest

from chassis.domain import Decider
from chassis.policies import PolicyBook
from chassis.read_models import Key, ReadModel
from chassis.testing import envelope
from chassis.timers import TodoList
from contracts import Event, erp
from contracts.credit import CollectionCaseOpened, CollectionStepTaken, CollectionStepWithdrawn, PaymentOverdue
from credit_svc.account import DECIDER
from credit_svc.figures import dso
from credit_svc.figures.receivables import Receivables, receivables_at
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.reactions import record_invoice, record_payment
from credit_svc.read_models import allocation, open_item, payment
from credit_svc.service import SERVICE
from credit_svc.timers import behaviour_due, invoice_due, step_due
from standing.facts import IMPORTERS, datasets_folder
from standing.facts.fact import Fact

FOLDER = datasets_folder()
NAME = "accounts-receivable"
pytestmark = pytest.mark.skipif(
    FOLDER is None or not (FOLDER / NAME).exists(),
    reason="the real data sets are not here; name their folder in STANDING_DATASETS",
)
END = datetime(2014, 12, 31, tzinfo=UTC)
REACTIONS: dict[str, Any] = {
    erp.InvoiceIssued.TYPE: lambda data: record_invoice(erp.InvoiceIssued.model_validate_json(data)),
    erp.PaymentReceived.TYPE: lambda data: record_payment(erp.PaymentReceived.model_validate_json(data)),
}
TODO: tuple[TodoList[Any], ...] = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO)
MODELS: tuple[ReadModel[Any], ...] = (*TODO, open_item.MODEL, payment.MODEL, allocation.MODEL)


class Invoice(NamedTuple):
    """A row of the file."""

    customer_id: str
    invoice_id: str
    issued_on: date
    due_on: date
    settled_on: date
    amount: Decimal
    days_late: int


@cache
def invoices() -> list[Invoice]:
    assert FOLDER is not None
    with (FOLDER / NAME / "invoices.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            Invoice(
                row["customerID"], row["invoiceNumber"], day(row["InvoiceDate"]), day(row["DueDate"]),
                day(row["SettledDate"]), Decimal(row["InvoiceAmount"]), int(row["DaysLate"]),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def day(text: str) -> date:
    month, of_month, year = map(int, text.split("/"))
    return date(year, month, of_month)


@dataclasses.dataclass
class Stream:
    """One customer's stream: its state, its events, and the rows that they made."""

    decider: Decider = DECIDER
    book: PolicyBook = dataclasses.field(default_factory=lambda: PolicyBook.of(SERVICE.policies))
    state: Any = DECIDER.initial
    events: list[Event] = dataclasses.field(default_factory=list)
    rows: dict[str, dict[Key, Any]] = dataclasses.field(default_factory=lambda: defaultdict(dict))

    def do(self, command: Any) -> None:
        for event in self.decider.decide(command, self.state, self.book):
            self.state = self.decider.evolve(self.state, event)
            self.events.append(event)
            around = envelope(len(self.events))
            for model in MODELS:
                if isinstance(event, model.handles):
                    self._evolve(model, event, around)

    def _evolve(self, model: ReadModel[Any], event: Event, around: Any) -> None:
        rows = self.rows[model.name]
        for key in model.keys(event, around):
            row = model.evolve(key, rows.pop(key, None), event, around)
            if row is not None:
                rows[key] = row

    def until(self, day: date) -> None:
        """Everything due up to a day, the earliest first, each on its day."""
        while True:
            due = [(row.due_on, n, row) for n, todo in enumerate(TODO) for row in self.rows[todo.name].values()]
            earliest = min(due, key=lambda each: each[:2], default=None)
            if earliest is None or earliest[0] > day:
                return
            command = TODO[earliest[1]].command
            assert command is not None
            before = len(self.events)
            self.do(command(earliest[2]))
            assert len(self.events) > before, f"{earliest[2]} is stuck"


@pytest.fixture(scope="module")
def streams() -> dict[str, Stream]:
    """Every customer after every fact, in the order of their dates, with the clock going on to the end."""
    assert FOLDER is not None
    by_customer: dict[str, list[Fact]] = defaultdict(list)
    for fact in IMPORTERS[NAME](FOLDER / NAME).facts:
        by_customer[fact.key].append(fact)
    found = {}
    for customer_id, facts in by_customer.items():
        stream = found[customer_id] = Stream()
        for fact in facts:
            stream.until(fact.time.date())
            stream.do(REACTIONS[fact.type](fact.data))
        stream.until(END.date())
    return found


def rows(streams: dict[str, Stream], model: ReadModel[Any]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(row) for stream in streams.values() for row in stream.rows[model.name].values()]


def test_every_invoice_of_the_file_is_recorded_and_settled(streams: dict[str, Stream]) -> None:
    settled = {row["invoice_id"]: row["settled_on"] for row in rows(streams, open_item.MODEL)}
    assert len(invoices()) == 2466
    assert settled == {invoice.invoice_id: invoice.settled_on for invoice in invoices()}


def test_overdue_days_of_each_invoice_are_the_days_late_of_the_file(streams: dict[str, Stream]) -> None:
    found = {row["invoice_id"]: row["days_late"] for row in rows(streams, open_item.MODEL)}
    assert found == {invoice.invoice_id: invoice.days_late for invoice in invoices()}


def test_exactly_the_late_invoices_are_told_to_be_overdue_on_the_day_after_they_were_due(
    streams: dict[str, Stream],
) -> None:
    told = {
        event.invoice_id: event.overdue_since
        for stream in streams.values()
        for event in stream.events
        if isinstance(event, PaymentOverdue)
    }
    late = {i.invoice_id: i.due_on + timedelta(days=1) for i in invoices() if i.days_late > 0}
    assert told == late


MONTH_ENDS = [date(year, month, 1) - timedelta(days=1) for year in (2012, 2013) for month in range(2, 13)]


def at(streams: dict[str, Stream], as_of: date) -> Receivables:
    items, payments, allocations = (rows(streams, each) for each in (open_item.MODEL, payment.MODEL, allocation.MODEL))
    return receivables_at(items, payments, allocations, as_of, "USD")


def open_in_file(as_of: date) -> list[Invoice]:
    return [invoice for invoice in invoices() if invoice.issued_on <= as_of < invoice.settled_on]


def test_ageing_at_each_month_end_is_that_of_the_file_and_ties_to_the_balance(streams: dict[str, Stream]) -> None:
    for as_of in MONTH_ENDS:
        expected = [Decimal(0)] * 6
        for invoice in open_in_file(as_of):
            past_due = (as_of - invoice.due_on).days
            expected[0 if past_due <= 0 else min(5, (past_due - 1) // 30 + 1)] += invoice.amount
        found = at(streams, as_of)
        assert found.ageing.amounts == tuple(expected), as_of
        assert found.ageing.total - found.unallocated == found.balance
        assert found.balance > 0


def test_dso_at_each_month_end_is_that_of_the_file(streams: dict[str, Stream]) -> None:
    items = rows(streams, open_item.MODEL)
    for as_of in MONTH_ENDS[2:]:
        begin = as_of - timedelta(days=90)
        sold_in_file = sum(i.amount for i in invoices() if begin < i.issued_on <= as_of)
        owed = sum(i.amount for i in open_in_file(as_of))
        current = sum(i.amount for i in open_in_file(as_of) if i.due_on >= as_of)
        sales = sum((row["amount"] for row in items if begin < row["issued_on"] <= as_of), Decimal(0))
        found = at(streams, as_of).ageing
        assert dso.average(found.total, sales, 90) == owed / sold_in_file * 90
        assert dso.average(found.current, sales, 90) == current / sold_in_file * 90


def test_each_case_walked_the_steps_that_its_lateness_deserves(streams: dict[str, Stream]) -> None:
    by_customer: dict[str, list[Invoice]] = defaultdict(list)
    for invoice in invoices():
        by_customer[invoice.customer_id].append(invoice)
    walked = fell_back = 0
    for customer_id, stream in streams.items():
        strategies = [event.strategy for event in stream.events if isinstance(event, CollectionCaseOpened)]
        taken = [(event.step, event.taken_on) for event in stream.events if isinstance(event, CollectionStepTaken)]
        back = [
            (event.to_step, event.withdrawn_on) for event in stream.events if isinstance(event, CollectionStepWithdrawn)
        ]
        walk = Walk(iter(strategies))
        walk.through(by_customer[customer_id])
        assert (taken, back) == (walk.taken, walk.back), customer_id
        walked, fell_back = walked + len(taken), fell_back + len(back)
    assert walked > 1_000
    assert fell_back > 10


@dataclasses.dataclass
class Walk:
    """Day by day from the file: the next rung above the current one when the oldest unpaid invoice is late enough for it, one a
    day and once for an oldest invoice; what was paid on a day was still pursued on its morning. When an invoice is paid and none
    that is left deserves the current step, the case is back at the highest step taken that the oldest one deserves ("A case
    follows the oldest item that is still open"). Each case has the ladder of its strategy.
    """

    strategies: Iterator[Any]
    taken: list[tuple[str, date]] = dataclasses.field(default_factory=list)
    back: list[tuple[str | None, date]] = dataclasses.field(default_factory=list)
    rungs: tuple[Any, ...] = ()
    pace: str = ""
    steps: list[tuple[int, str]] = dataclasses.field(default_factory=list)
    """Of the open case: which rung was taken for which invoice."""
    at: int = -1
    """The rung that stands."""

    def through(self, owed: list[Invoice]) -> None:
        on = min(invoice.due_on for invoice in owed)
        while on < END.date():
            on += timedelta(days=1)
            unpaid = sorted(
                (i for i in owed if i.due_on < on <= i.settled_on), key=lambda i: (i.due_on, i.issued_on, i.invoice_id)
            )
            if unpaid and not self.rungs:
                self._open()
            self._step(unpaid, on)
            for paid in [invoice for invoice in owed if invoice in unpaid and invoice.settled_on == on]:
                unpaid.remove(paid)
                self._left(unpaid, on)

    def _open(self) -> None:
        strategy, policy = next(self.strategies), CollectionPolicy()
        self.rungs, self.pace = policy.rungs_of(strategy, None), policy.rule_of(strategy).pace
        self.steps, self.at = [], -1

    def _step(self, unpaid: list[Invoice], on: date) -> None:
        if not unpaid or (self.steps and self.taken[-1][1] == on):
            return
        invoice_id = unpaid[0].invoice_id
        reached = [n for n in self._reached(unpaid[0], on) if n > self.at and (n, invoice_id) not in self.steps]
        if reached:
            self.at = reached[-1] if self.pace == "straight" else reached[0]
            self.steps.append((self.at, invoice_id))
            self.taken.append((self.rungs[self.at].step, on))

    def _left(self, unpaid: list[Invoice], on: date) -> None:
        """One of them was paid just now."""
        if not unpaid:
            self.rungs = ()
        elif self.at >= 0 and not any(self._deserves(self.at, invoice, on) for invoice in unpaid):
            self.at = max((n for n, _ in self.steps if n <= self.at and self._deserves(n, unpaid[0], on)), default=-1)
            self.back.append((self.rungs[self.at].step if self.at >= 0 else None, on))
            self._step(unpaid, on)

    def _reached(self, invoice: Invoice, on: date) -> list[int]:
        return [n for n, rung in enumerate(self.rungs) if rung.after_days <= (on - invoice.due_on).days]

    def _deserves(self, number: int, invoice: Invoice, on: date) -> bool:
        return (number, invoice.invoice_id) in self.steps or number in self._reached(invoice, on)
