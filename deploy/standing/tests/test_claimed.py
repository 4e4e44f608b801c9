"""Verify recomputes whose each document is, and names the first one that is claimed for another one than the log says."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.claims import NO_CLAIMS
from chassis.clock import WallClock
from chassis.commands import Accepted, Refused, Request
from chassis.handling.executor import Executor
from chassis.settings import Settings
from chassis.storage.database import Database
from chassis.storage.log import Log
from contracts import erp
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.merges import AbsorbAccount, MergeAccount
from credit_svc.account.orders import CheckOrder, CloseOrder
from credit_svc.account.payments import RecordPayment
from credit_svc.service import SERVICE
from standing.claimed import claims_hold
from standing_parts import Postgres

NOW = datetime(2024, 5, 1, 8, tzinfo=UTC)


def invoice(id: str, customer_id: str) -> RecordInvoice:
    fact = erp.InvoiceIssued(
        invoice_id=id, customer_id=customer_id, issued_on=NOW.date(), due_on=NOW.date(), amount=Decimal(100), currency="EUR"
    )  # fmt: skip
    return RecordInvoice(fact)


def payment(id: str, customer_id: str) -> RecordPayment:
    fact = erp.PaymentReceived(
        payment_id=id, customer_id=customer_id, paid_on=NOW.date(), amount=Decimal(10), currency="EUR", method="transfer"
    )  # fmt: skip
    return RecordPayment(fact)


@pytest.fixture
async def credit(database: Database, postgres: Postgres) -> AsyncIterator[Executor]:
    """Documents that were recorded, moved with an account, and freed."""
    settings = Settings(postgres=SecretStr(postgres.dsn("").rstrip("/")), kafka="unused:9092")
    executor, day = Executor(SERVICE, Log(database, SERVICE.name), WallClock(), settings), NOW.date()
    await executor.start()
    commands: list[Any] = [
        invoice("I-1", "C-1"), payment("P-1", "C-1"), invoice("I-2", "C-2"), invoice("I-1", "C-3"),
        CheckOrder("O-1", "C-1", day, Decimal(5), "EUR"), CheckOrder("O-2", "C-3", day, Decimal(5), "EUR"),
        CloseOrder("C-3", "O-2", "asked in a wrong name", "ann", day),
        MergeAccount("C-1", "C-2", day, "one firm"), AbsorbAccount("C-2", "C-1", day), invoice("I-1", "C-1"), invoice("I-1", "C-3"),
    ]  # fmt: skip
    replies = [await executor.submit(Request(command, None, NOW, "c")) for command in commands]
    assert [n for n, reply in enumerate(replies) if isinstance(reply, Refused)] == [3, 10], replies
    yield executor
    await executor.stop()


@pytest.fixture
async def connection(credit: Executor) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(credit.log.database.dsn)
    yield connection
    await connection.close()


async def test_claims_are_what_the_log_says_also_of_accounts_that_became_part_of_others(
    connection: asyncpg.Connection,
) -> None:
    rows = {(row["kind"], row["id"]): row["stream"] for row in await connection.fetch("SELECT * FROM claim")}
    assert rows == {
        ("invoice", "I-1"): "account-C-2", ("invoice", "I-2"): "account-C-2", ("payment", "P-1"): "account-C-2",
        ("order", "O-1"): "account-C-2",
    }  # fmt: skip
    check = await claims_hold(SERVICE, connection)
    assert (check.ok, check.subject, check.detail) == (True, "credit-svc documents", "4 documents, each of one stream")


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE claim SET stream = 'account-C-9' WHERE id = 'I-1'", "invoice I-1 is of account-C-2, and claimed for account-C-9"),
        ("DELETE FROM claim WHERE id = 'P-1'", "payment P-1 is of account-C-2, and not claimed"),
        (
            "INSERT INTO claim VALUES ('invoice', 'I-7', 'account-C-2', gen_random_uuid())",
            "invoice I-7 is of nobody, and claimed for account-C-2",
        ),
    ],
)  # fmt: skip
async def test_a_claim_that_the_log_does_not_say_is_a_finding(
    connection: asyncpg.Connection, tampering: str, found: str
) -> None:
    await connection.execute(tampering)
    check = await claims_hold(SERVICE, connection)
    assert (check.ok, check.detail) == (False, found)


async def test_claims_that_are_noted_afresh_from_the_log_are_the_same_ones(
    credit: Executor, connection: asyncpg.Connection
) -> None:
    before = await connection.fetch("SELECT kind, id, stream, also FROM claim ORDER BY 1, 2")
    await connection.execute("DELETE FROM claim; INSERT INTO claim_gap SELECT partition, 0 FROM log_partition")
    await credit.claim_gaps.close()
    assert await connection.fetch("SELECT kind, id, stream, also FROM claim ORDER BY 1, 2") == before
    # Noted a second time, from the middle of the log: nothing is of two because of it.
    await connection.execute("INSERT INTO claim_gap SELECT partition, head / 2 FROM log_partition")
    await credit.claim_gaps.close()
    assert await connection.fetch("SELECT kind, id, stream, also FROM claim ORDER BY 1, 2") == before
    assert (await claims_hold(SERVICE, connection)).ok


async def test_what_an_earlier_release_has_written_beside_is_said_and_no_finding(
    connection: asyncpg.Connection,
) -> None:
    await connection.execute("INSERT INTO claim_gap VALUES (0, 0)")
    check = await claims_hold(SERVICE, connection)
    assert check.ok
    assert "those of 1 partitions are noted with the next one" in check.detail


async def test_a_document_that_an_old_log_has_of_two_is_named_and_no_finding_and_both_go_on(
    credit: Executor, connection: asyncpg.Connection
) -> None:
    before = replace(SERVICE, deciders=tuple(replace(each, claims=NO_CLAIMS) for each in SERVICE.deciders))
    earlier = Executor(before, credit.log, WallClock(), credit.settings)
    await earlier.start()
    assert isinstance(await earlier.submit(Request(invoice("I-1", "C-9"), None, NOW, "c")), Accepted)
    await earlier.stop()
    replies = [
        await credit.submit(Request(command, None, NOW, "c"))
        for command in (payment("P-9", "C-9"), invoice("I-1", "C-9"), invoice("I-1", "C-2"), invoice("I-1", "C-3"))
    ]
    assert [isinstance(reply, Accepted) for reply in replies] == [True, True, True, False]
    check = await claims_hold(SERVICE, connection)
    found = "5 documents, 1 of them of several from before ids were claimed: invoice I-1 of account-C-2, account-C-9"
    assert (check.ok, check.detail) == (True, found)
    assert "invoice I-1 (account-C-2, account-C-9)" in credit.claim_gaps.notices["claims"]
