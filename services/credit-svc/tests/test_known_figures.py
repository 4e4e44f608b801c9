"""DSO, months, gates and segments as they were known: folded from what was recorded until an instant."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from chassis.policies import PolicyBook
from chassis.processors.replay import rows_from
from chassis.testing import Given, envelope
from contracts import Envelope, Event
from credit_svc.account.decision import Command
from credit_svc.account.files import NoteTier
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.figures.segments import segments_at
from credit_svc.reports.dso import dso_report
from credit_svc.reports.months import months_report, standard_report
from credit_svc.reports.segments import known_segments_report
from credit_svc.service import SERVICE
from credit_svc.testing import CUSTOMER, account, invoice, payment, until
from credit_svc.timers import behaviour_due, invoice_due

TODO = (invoice_due.TODO, behaviour_due.TODO)


def end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


@dataclass
class TimerContext:
    """A log of one account; queried like the service's own."""

    log: list[tuple[Event, Envelope]]
    policies: PolicyBook = field(default_factory=lambda: PolicyBook.of(SERVICE.policies))

    async def known_all(
        self, model: Any, known_at: datetime, where: Callable[[Event], bool] | None = None
    ) -> list[dict[str, Any]]:
        return rows_from(
            model, [(e, at) for e, at in self.log if at.recorded_at <= known_at and (where is None or where(e))]
        )


def context(*recorded: tuple[date, Command]) -> Any:
    """What each command told is recorded on its day."""
    history, log = account(), list[tuple[Event, Envelope]]()
    for day, command in recorded:
        history = history.when(command)
        log += [(fact, envelope(n, at=end_of(day))) for n, fact in enumerate(history.facts[len(log) :], len(log) + 1)]
    return TimerContext(log)


def of(history: Given) -> Any:
    return TimerContext([(fact, envelope(n)) for n, fact in enumerate(history.facts, start=1)])


JANUARY, FEBRUARY, MARCH = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
PAID_BUT_TOLD_IN_MARCH = (
    (date(2024, 1, 1), invoice(1, 100, due_on=JANUARY)),
    (date(2024, 3, 5), payment(1, 60, date(2024, 2, 10), of=1)),
)


async def test_a_payment_told_late_is_in_the_dso_of_its_day_only_for_those_who_know_of_it() -> None:
    reader = context(*PAID_BUT_TOLD_IN_MARCH)
    then = await dso_report(reader, FEBRUARY, 90, "EUR", end_of(FEBRUARY))
    assert (then.receivable, then.average, then.collection_effectiveness) == (100, 90, 0)
    now = await dso_report(reader, FEBRUARY, 90, "EUR", end_of(MARCH))
    assert (now.receivable, now.average, now.collection_effectiveness) == (40, 36, 60)
    assert (now.best_possible, now.delinquent, now.count_back_exhausted) == (0, 36, False)


async def test_the_months_are_those_that_were_known() -> None:
    reader = context(*PAID_BUT_TOLD_IN_MARCH)
    then = await months_report(reader, FEBRUARY, 2, "EUR", end_of(FEBRUARY))
    assert [(m.month, m.receivable, m.sales, m.collection_effectiveness) for m in then] == [
        ("2024-02", 100, 0, 0), ("2024-01", 100, 100, None),
    ]  # fmt: skip
    now = await months_report(reader, FEBRUARY, 2, "EUR", end_of(MARCH))
    assert [(m.month, m.receivable, m.collection_effectiveness) for m in now] == [
        ("2024-02", 40, 60),
        ("2024-01", 100, None),
    ]
    assert (now[0].overdue, now[0].overdue_percent) == (40, 100)


GIVEN_UP = (
    (date(2024, 3, 1), invoice(1, 100, due_on=MARCH)),
    (date(2024, 3, 12), ProposeWriteOff(CUSTOMER, "I-1", "bankrupt", "collector", date(2024, 3, 10))),
    (date(2024, 3, 12), ApproveWriteOff(CUSTOMER, "I-1", "head of credit", date(2024, 3, 12))),
)


async def test_what_was_given_up_is_a_loss_of_its_month_from_when_it_was_known() -> None:
    reader = context(*GIVEN_UP)
    (before,) = await months_report(reader, MARCH, 1, "EUR", end_of(date(2024, 3, 11)))
    (after,) = await months_report(reader, MARCH, 1, "EUR", end_of(MARCH))
    assert (before.receivable, before.written_off, before.bad_debt_percent) == (100, 0, 0)
    assert (after.receivable, after.written_off, after.bad_debt_percent) == (0, 100, 100)


async def test_the_gates_of_the_credit_standard_are_held_against_what_was_known() -> None:
    reader = context(*GIVEN_UP)
    before = await standard_report(reader, MARCH, "EUR", end_of(date(2024, 3, 11)))
    after = await standard_report(reader, MARCH, "EUR", end_of(MARCH))
    assert (before.bad_debt_percent, before.bad_debt_holds) == (0, True)
    assert (before.dso, before.dso_max, before.dso_holds) == (360, 45, False)
    assert (after.bad_debt_percent, after.bad_debt_holds) == (100, False)
    assert (after.dso, after.dso_holds) == (0, True)


async def test_a_customer_counts_in_the_class_that_it_had_on_the_day() -> None:
    """21 of 100 are overdue from 1 February: class B from then on, class C from the 31st day after the due date."""
    history = until(
        date(2024, 3, 5), account(invoice(1, 21), invoice(2, 79, date(2024, 12, 31), date(2024, 1, 1))), TODO
    )

    async def on(day: date) -> list[tuple[Any, ...]]:
        found = await known_segments_report(of(history), "behaviour", day, None, "EUR")
        return [tuple(row.values()) for row in found]

    assert await on(JANUARY) == [("A", 1, Decimal(100), Decimal(0), Decimal(0))]
    assert await on(FEBRUARY) == [("B", 1, Decimal(100), Decimal(21), Decimal(21))]
    assert await on(MARCH) == [("C", 1, Decimal(100), Decimal(21), Decimal(21))]
    assert await on(date(2023, 12, 31)) == []


async def test_a_tier_is_the_one_noted_last_of_what_was_known() -> None:
    reader = context((JANUARY, invoice(1, 100)), (FEBRUARY, NoteTier(CUSTOMER, tier="gold")))
    for known_on, tier in ((JANUARY, None), (FEBRUARY, "gold")):
        (row,) = await known_segments_report(reader, "tier", JANUARY, end_of(known_on), "EUR")
        assert (row["segment"], row["open_amount"]) == (tier, 100)


def test_segments_count_a_customer_once_and_those_of_no_kind_come_last() -> None:
    item = {"currency": "EUR", "issued_on": JANUARY, "overdue_from": MARCH, "amount": Decimal(8), "note": None}
    items = [
        {**item, "customer_id": c, "invoice_id": i} for c, i in (("C-9", "1"), ("C-1", "2"), ("C-1", "3"), ("C-2", "4"))
    ]
    met = [
        {"customer_id": "C-1", "invoice_id": "2", "allocated_on": FEBRUARY, "earlier": {}, "amount": Decimal(7)},
        {"customer_id": "C-2", "invoice_id": "4", "allocated_on": FEBRUARY, "earlier": {}, "amount": Decimal(8)},
    ]
    kinds = {"C-1": "gold", "C-2": "silver"}
    found = segments_at(items, met, kinds.get, FEBRUARY, "EUR")
    assert [(row["segment"], row["customer_count"], row["open_amount"], row["overdue"]) for row in found] == [
        ("gold", 1, 9, 0), (None, 1, 8, 0),
    ]  # fmt: skip
