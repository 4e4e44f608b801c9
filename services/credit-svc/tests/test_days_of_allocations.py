"""A payment that met its invoice on two days: each past day knows what had met by then."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from chassis.testing import replay
from contracts import Event
from contracts.credit import Allocation, AllocationWithdrawn, PaymentAllocated, PaymentRecorded
from credit_svc.figures.met import met_by_day
from credit_svc.read_models import allocation

from .running import Running

FIFTH, SEVENTH, NINTH = (date(2024, 1, day) for day in (5, 7, 9))


def part(amount: int) -> Allocation:
    return Allocation(invoice_id="I-1", amount=Decimal(amount))


RECORDED = PaymentRecorded(
    payment_id="P-1", customer_id="C-1", amount=Decimal(100), currency="EUR", paid_on=FIFTH, method="transfer",
    allocations=(part(60),), unallocated=Decimal(40),
)  # fmt: skip
ALLOCATED = PaymentAllocated(
    payment_id="P-1", customer_id="C-1", allocation=part(40), currency="EUR", allocated_on=NINTH
)


def withdrawn(amount: int, on: date | None) -> AllocationWithdrawn:
    return AllocationWithdrawn(
        payment_id="P-1", customer_id="C-1", allocation=part(amount), currency="EUR", because_of="I-0", allocated_on=on
    )


def days_after(*events: Event) -> dict[date, Decimal]:
    return dict(day for row in replay(allocation.MODEL, events).values() for day in met_by_day(asdict(row)))


def test_a_payment_that_meets_its_invoice_twice_counts_on_each_day_what_had_met_by_then() -> None:
    assert days_after(RECORDED, ALLOCATED) == {FIFTH: 60, NINTH: 40}


def test_what_is_withdrawn_is_taken_off_the_day_on_which_it_met() -> None:
    assert days_after(RECORDED, ALLOCATED, withdrawn(60, FIFTH)) == {NINTH: 40}
    assert days_after(RECORDED, ALLOCATED, withdrawn(40, NINTH)) == {FIFTH: 60}
    assert days_after(RECORDED, ALLOCATED, withdrawn(60, FIFTH), withdrawn(40, NINTH)) == {}


def test_an_older_event_that_tells_no_day_takes_from_the_last_ones() -> None:
    assert days_after(RECORDED, ALLOCATED, withdrawn(50, None)) == {FIFTH: 50}


@pytest.mark.parts
async def test_the_database_counts_the_days_like_the_rows_of_the_log(running: Running) -> None:
    (row,) = replay(allocation.MODEL, [RECORDED, ALLOCATED]).values()
    table = allocation.MODEL.table
    async with running.runtime.database.engine.begin() as connection:
        await connection.execute(table.insert().values(**asdict(row), partition=0))
        for on, expected in ((date(2024, 1, 4), 0), (FIFTH, 60), (SEVENTH, 60), (NINTH, 100)):
            assert (await connection.execute(select(allocation.met_by(on)))).scalar_one() == expected
