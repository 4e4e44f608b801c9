"""Two replicas of the write path on one PostgreSQL: exposure never exceeds the limit through concurrent approvals."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pydantic import SecretStr

from chassis.clock import WallClock
from chassis.commands import Accepted, Request
from chassis.handling.executor import Executor
from chassis.settings import Settings
from chassis.storage.database import Database
from chassis.storage.log import Log
from contracts import Event, erp
from contracts.credit import (
    CreditLimitSet,
    InvoiceRecorded,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderExposureChanged,
    OrderExposureReleased,
    PaymentRecorded,
)
from credit_svc.account.decision import Command
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder, ReleaseOrder
from credit_svc.account.payments import RecordPayment
from credit_svc.service import SERVICE
from standing_parts import Postgres

JUNE = date(2024, 6, 1)
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
AMOUNTS = st.lists(st.integers(1, 60), min_size=1, max_size=6)
_customers = count(1)


class Replicas:
    """Two executors with caches of their own, as two processes have, on the log of one database."""

    def __init__(self, loop: asyncio.AbstractEventLoop, database: Database, plain: Settings) -> None:
        self.loop, self.database = loop, database
        self.log = Log(database, SERVICE.name)
        self.executors = [Executor(SERVICE, Log(database, SERVICE.name), WallClock(), plain) for _ in range(2)]

    def together(self, commands: Sequence[Command]) -> list[Any]:
        """All at once, each to the next replica."""
        return self.loop.run_until_complete(self._together(commands))

    async def _together(self, commands: Sequence[Command]) -> list[Any]:
        requests = [Request(command, None, NOON, "test") for command in commands]
        submitted = (self.executors[n % 2].submit(request) for n, request in enumerate(requests))
        return list(await asyncio.gather(*submitted))

    def events(self, customer_id: str) -> list[Event]:
        stored = self.loop.run_until_complete(self.log.read_streams([f"account-{customer_id}"]))
        assert [row.envelope.version for row in stored] == list(range(1, len(stored) + 1))
        return [row.event(SERVICE.event_types) for row in stored]


class Account(RuleBasedStateMachine):
    """One customer with a limit of 100, checked from two sides."""

    replicas: Replicas

    def __init__(self) -> None:
        super().__init__()
        self.customer_id = f"C-{next(_customers)}"
        self.number = (f"{self.customer_id}-{n}" for n in count(1))  # a document is one customer's
        self.orders: list[str] = []
        self.do(SetCreditLimit(self.customer_id, Decimal(100), "EUR", JUNE, "start", "head", JUNE))

    def do(self, *commands: Command) -> None:
        for reply in self.replicas.together(commands):
            assert isinstance(reply, Accepted), reply

    @rule(amounts=AMOUNTS)
    def many_orders_at_once(self, amounts: list[int]) -> None:
        checks = [
            CheckOrder(f"O-{next(self.number)}", self.customer_id, JUNE, Decimal(amount), "EUR") for amount in amounts
        ]
        self.orders += [each.order_id for each in checks]
        self.do(*checks)

    @rule(amounts=AMOUNTS, which=st.integers(0, 30))
    def orders_while_another_is_invoiced_and_a_payment_comes(self, amounts: list[int], which: int) -> None:
        number = next(self.number)
        order_id = self.orders[which % len(self.orders)] if self.orders else None
        invoice = erp.InvoiceIssued(
            invoice_id=f"I-{number}", customer_id=self.customer_id, order_id=order_id, issued_on=JUNE, due_on=JUNE,
            amount=Decimal(20), currency="EUR",
        )  # fmt: skip
        payment = erp.PaymentReceived(
            payment_id=f"P-{number}", customer_id=self.customer_id, amount=Decimal(30), currency="EUR", paid_on=JUNE,
            method="transfer",
        )  # fmt: skip
        checks = [
            CheckOrder(f"O-{next(self.number)}", self.customer_id, JUNE, Decimal(amount), "EUR") for amount in amounts
        ]
        self.orders += [each.order_id for each in checks]
        self.do(*checks[:3], RecordInvoice(invoice), *checks[3:], RecordPayment(payment))

    @rule(which=st.integers(0, 30), limit=st.integers(0, 200))
    def a_cancellation_while_the_limit_changes(self, which: int, limit: int) -> None:
        changes: list[Command] = [
            SetCreditLimit(self.customer_id, Decimal(limit), "EUR", JUNE, f"change {next(self.number)}", "head", JUNE)
        ]
        if self.orders:
            order_id = self.orders[which % len(self.orders)]
            changes.append(ReleaseOrder(order_id, self.customer_id, JUNE, "cancelled"))
        self.do(*changes)

    @invariant()
    def no_approval_went_beyond_the_limit(self) -> None:
        """Counted here from the events alone, not by the account."""
        limit, receivable, approved = Decimal(0), Decimal(0), dict[str, Decimal]()
        events = self.replicas.events(self.customer_id)
        for event, following in zip(events, [*events[1:], None], strict=True):
            match event:
                case CreditLimitSet():
                    limit = event.limit
                case InvoiceRecorded():
                    receivable += event.amount
                case PaymentRecorded():
                    receivable -= event.amount
                case OrderExposureReleased():
                    approved.pop(event.order_id, None)
                case OrderExposureChanged():
                    approved[event.order_id] = event.counted
                case OrderCreditApproved():
                    approved[event.order_id] = event.amount if event.rest is None else event.rest
                    if not isinstance(following, OrderExposureReleased) or following.order_id != event.order_id:
                        assert receivable + sum(approved.values()) <= limit, event
        answered = {
            e.order_id for e in events if isinstance(e, (OrderCreditApproved, OrderCreditHeld, OrderExposureReleased))
        }
        assert answered >= set(self.orders)


@pytest.fixture
def replicas(postgres: Postgres) -> Any:
    loop = asyncio.new_event_loop()
    name = "t_concurrent_checks"

    async def opened() -> Replicas:
        await postgres.create_database(name)
        database = await Database.open(postgres.dsn(name), 4, "test")
        found = Replicas(
            loop, database, Settings(postgres=SecretStr(postgres.dsn("").rstrip("/")), kafka="unused:9092")
        )
        for executor in found.executors:
            await executor.start()
        return found

    replicas = loop.run_until_complete(opened())
    yield replicas

    async def closed() -> None:
        for executor in replicas.executors:
            await executor.stop()
        await replicas.database.close()

    loop.run_until_complete(closed())
    loop.close()


def test_exposure_never_exceeds_the_limit_through_concurrent_approvals(replicas: Replicas) -> None:
    bounded = settings(max_examples=15, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(type("Machine", (Account,), {"replicas": replicas}), settings=bounded)


def test_of_500_checks_on_50_accounts_at_once_exactly_what_fits_is_approved(replicas: Replicas) -> None:
    customers = [f"K-{n}" for n in range(50)]
    replicas.together([SetCreditLimit(c, Decimal(50), "EUR", JUNE, "start", "head", JUNE) for c in customers])
    checks = [CheckOrder(f"O-{n}", customers[n % 50], JUNE, Decimal(10), "EUR") for n in range(500)]
    assert all(isinstance(reply, Accepted) for reply in replicas.together(checks))
    for customer_id in customers:
        events = replicas.events(customer_id)
        assert sum(isinstance(event, OrderCreditApproved) for event in events) == 5
        assert sum(isinstance(event, OrderCreditHeld) for event in events) == 5
