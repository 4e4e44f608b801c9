"""Merged customers on a real PostgreSQL: by both ids over HTTP, and decided by two replicas at once."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from chassis.commands import Accepted, Request
from chassis.handling.units import Message, UnitOfWork, WorkItem
from contracts.credit import AccountMerged, OrderCreditApproved
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.reactions import merge_accounts
from credit_svc.service import SERVICE

from .running import Running
from .test_concurrent_checks import Replicas, replicas  # noqa: F401
from .test_merges import invoice, merged, paid, split

JUNE, NOON = date(2024, 6, 1), datetime(2024, 6, 1, 12, tzinfo=UTC)


def check(customer: str, order: str, amount: str) -> Any:
    return {"order_id": order, "customer_id": customer, "amount": amount, "currency": "EUR"}


async def test_a_merged_id_answers_with_the_account_it_is_part_of_and_writes_there(running: Running) -> None:
    await running.move_to("2024-06-01")
    for customer_id in ("S", "A"):
        limit = {"limit": "1000", "currency": "EUR", "reason": "start", "approved_by": "head", "proposed_by": "seller"}
        await running.post(f"/v1/accounts/{customer_id}/limit", limit)
    first = await running.post("/v1/credit-checks", check("A", "O-1", "900"))
    assert first["approved"]
    await running.hear(invoice("A", "F-1", 50))
    await running.hear(merged("S", "A"))
    account = await running.get("/v1/accounts/A")
    assert (account["customer_id"], account["merged_ids"], account["exposure_amount"]) == ("S", ["A"], "950")
    assert [row["customer_id"] for row in (await running.get("/v1/accounts"))["items"]] == ["S"]
    held = await running.post("/v1/credit-checks", check("A", "O-2", "900"))
    assert (held["approved"], held["customer_id"]) == (False, "S")
    assert "850.00 EUR over the limit of 1,000.00 EUR" in held["holds"][0]["reason"]
    assert (await running.get("/v1/credit-checks/A/O-2"))["customer_id"] == "S"
    assert (await running.get("/v1/invoices/A/F-1"))["customer_id"] == "S"
    assert [row["invoice_id"] for row in (await running.get("/v1/invoices", customer_id="A"))["items"]] == ["F-1"]
    await running.post("/v1/accounts/A/limit", {
        "limit": "2000", "currency": "EUR", "reason": "one customer", "approved_by": "head", "proposed_by": "seller",
    })  # fmt: skip
    assert (await running.get("/v1/credit-checks/S/O-2"))["status"] == "approved"
    await running.hear(paid("A", "P-1", 50, of="F-1"))
    account = await running.get("/v1/accounts/S")
    assert (account["exposure_amount"], account["credit_limit"]) == ("1800", "2000")
    known = await running.get("/v1/accounts/A/known")
    assert (known["customer_id"], known["exposure"]["approved_orders"]) == ("S", "1800")
    await running.move_to("2024-09-01")
    await running.hear(split("S", "A"))
    await running.hear(invoice("A", "F-2", 70))
    account = await running.get("/v1/accounts/A")
    assert (account["customer_id"], account["merged_ids"], account["exposure_amount"]) == ("A", [], "70")
    assert (await running.get("/v1/accounts/S"))["exposure_amount"] == "1800"
    for model in SERVICE.read_models:
        compared = await running.post(f"/v1/admin/projections/{model.name}/comparisons")
        assert (compared["only_rebuilt"], compared["only_live"]) == (0, 0), model.name


def test_no_approval_goes_beyond_the_one_limit_while_two_replicas_merge_and_check(replicas: Replicas) -> None:  # noqa: F811
    for at in range(8):
        a, s = f"MA-{at}", f"MS-{at}"
        replicas.together(
            [SetCreditLimit(each, Decimal(100), "EUR", JUNE, "start", "head", JUNE) for each in (a, s)]
            + [CheckOrder(f"before-{each}", each, JUNE, Decimal(1), "EUR") for each in (a, s) * 2]
        )
        merge = tuple(Request(each, None, NOON, "test") for each in merge_accounts(merged(s, a)))
        both = UnitOfWork((WorkItem(merge, Message("test", 0, 1, "key", {}, b"{}")),))
        checks = [
            UnitOfWork(
                (
                    WorkItem(
                        (Request(CheckOrder(f"O-{at}-{n}", (a, s)[n % 2], JUNE, Decimal(30), "EUR"), None, NOON, "t"),)
                    ),
                )
            )
            for n in range(8)
        ]
        units = [*checks[:at], both, *checks[at:]]
        answers = replicas.loop.run_until_complete(_all_at_once(replicas, units))
        assert all(isinstance(reply, Accepted) for replies in answers for each in replies for reply in each)
        of_merged, of_survivor = replicas.events(a), replicas.events(s)
        assert isinstance(of_merged[-1], AccountMerged)
        approved = [each for each in (*of_merged, *of_survivor) if isinstance(each, OrderCreditApproved)]
        for each in approved:
            assert each.exposure.total + each.amount <= each.exposure.limit == 100
        account = replicas.loop.run_until_complete(replicas.executors[0].state(CheckOrder, a))
        assert account.orders.total == sum(each.amount for each in approved)
        assert len(account.orders.held) == 8 + 2 - len(approved)
        later = replicas.loop.run_until_complete(
            _all_at_once(
                replicas,
                [
                    UnitOfWork(
                        (WorkItem((Request(CheckOrder(f"L-{at}", a, JUNE, Decimal(101), "EUR"), None, NOON, "t"),)),)
                    )
                ],
            )
        )
        assert later[0][0][0].stream == f"account-{s}"


async def _all_at_once(replicas: Replicas, units: list[UnitOfWork]) -> list[Any]:  # noqa: F811
    """Each to the next replica."""
    return list(await asyncio.gather(*(replicas.executors[n % 2].execute(unit) for n, unit in enumerate(units))))
