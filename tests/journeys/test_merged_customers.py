"""Two customers are found to be one: customer-svc merges them, and credit-svc has one account, one exposure and one limit for them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from contracts import Event, erp
from standing.driver import Driver
from standing.facts.fact import TOPIC_OF, Fact
from standing.installation import Installation
from standing.kafka_rules import ERP
from standing.publisher import Publisher
from standing.run import verify

from .conftest import running

pytestmark = pytest.mark.parts
MARCH = datetime(2024, 3, 4, 9, tzinfo=UTC)


def ordered(order_id: str, customer_id: str) -> erp.OrderSubmitted:
    return erp.OrderSubmitted(
        order_id=order_id, customer_id=customer_id, ordered_on=MARCH.date(), currency="EUR", total=Decimal(900)
    )


def fact(event: Any, hours: int) -> Fact:
    id = getattr(event, "invoice_id", None) or event.order_id
    return Fact(
        TOPIC_OF[event.TYPE], f"{event.TYPE}:{id}", "/erp", event.TYPE, event.customer_id, MARCH + timedelta(hours=hours),
        event.model_dump_json().encode(),
    )  # fmt: skip


class Company:
    """The installation, and the ERP that sends to it."""

    def __init__(self, installation: Installation, publisher: Publisher) -> None:
        self.credit, self.customers = installation.client("credit-svc"), installation.client("customer-svc")
        self.driver = Driver(installation.clients, publisher)

    async def hears(self, *events: Event, hours: int) -> None:
        facts = [fact(event, hours) for event in events]
        await self.driver.run(facts, until=facts[-1].time)

    async def sets_limit(self, customer_id: str) -> None:
        limit = {"limit": "1000", "currency": "EUR", "valid_from": "2024-01-01", "reason": "start"}
        path = f"/v1/accounts/{customer_id}/limit-proposals"
        await self.credit.act("POST", path, limit, "seller", f"limit {customer_id}")
        await self.credit.act("POST", f"{path}/{customer_id}-L1/approval", {}, "head", f"approve {customer_id}")

    async def says(self, path: str, body: dict[str, str]) -> None:
        await self.customers.act("POST", path, body, "li", path)
        await self.driver.quiet()

    async def order_statuses(self) -> dict[str, str]:
        rows = await self.customers.pages("/v1/orders")
        return {row["order_id"]: row["status"] for row in rows}


async def test_two_customers_who_are_merged_may_owe_one_limit_together(tmp_path: Path, console: Console) -> None:
    async with running(tmp_path / "home") as installation:
        publisher = Publisher(installation.kafka.bootstrap, installation.kafka.security_of(ERP))
        await publisher.start()
        try:
            await _merged(Company(installation, publisher))
        finally:
            await publisher.stop()
        assert await verify(installation, console)


async def _merged(company: Company) -> None:
    await company.hears(ordered("O-0", "C-2").model_copy(update={"total": Decimal(50)}), hours=0)
    for customer_id in ("C-1", "C-2"):
        await company.sets_limit(customer_id)
    merge = {"merged_id": "C-2", "because": "one company under two names", "merged_on": "2024-03-04"}
    await company.says("/v1/customers/C-1/merges", merge)

    await company.hears(ordered("O-1", "C-1"), ordered("O-2", "C-2"), hours=2)
    account = await company.credit.get("/v1/accounts/C-2")
    assert (account["customer_id"], account["merged_ids"]) == ("C-1", ["C-2"])
    assert (account["credit_limit"], account["exposure_amount"], account["held_order_count"]) == ("1000", "950", 1)
    statuses = await company.order_statuses()
    assert statuses["O-0"] == "confirmed"
    assert sorted(statuses[order_id] for order_id in ("O-1", "O-2")) == ["confirmed", "held"]
    held = next(order_id for order_id in ("O-1", "O-2") if statuses[order_id] == "held")

    late = erp.InvoiceIssued(
        invoice_id="F-1", customer_id="C-2", issued_on=date(2024, 1, 2), due_on=date(2024, 2, 1), amount=Decimal(40),
        currency="EUR",
    )  # fmt: skip
    await company.hears(late, hours=4)
    account = await company.credit.get("/v1/accounts/C-1")
    assert (account["exposure_amount"], account["overdue"]) == ("990", "40")
    standing = (await company.customers.get("/v1/customers/C-1"))["credit"]
    assert standing["overdue_by_currency"]["EUR"]["amount"] == "40"

    await company.says("/v1/customers/C-2/split", {"because": "they share a name", "split_on": "2024-03-04"})
    await company.hears(ordered("O-3", "C-2"), hours=6)
    assert (await company.credit.get("/v1/accounts/C-2"))["exposure_amount"] == "900"
    assert (await company.credit.get("/v1/accounts/C-1"))["exposure_amount"] == "990"
    statuses = await company.order_statuses()
    assert (statuses[held], statuses["O-3"]) == ("held", "confirmed")
