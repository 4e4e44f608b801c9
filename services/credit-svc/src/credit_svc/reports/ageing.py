"""Ageing out of the read models, as it is now or as it was known."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chassis.http import Queries
from contracts.currencies import rounded
from credit_svc.figures.ageing import NAMES, Ageing, ageing, allowance
from credit_svc.figures.receivables import receivables_at
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.read_models import allocation, item_sums, open_item, payment
from credit_svc.responses.reports import AgeingAnswer


async def ageing_at(queries: Queries, as_of: date, currency: str, customer_id: str | None = None) -> Ageing:
    """Open invoices of one customer or of all at the end of a day; debit notes are no sales."""
    return (await ageing_with_notes(queries, as_of, currency, customer_id))[0]


async def ageing_with_notes(
    queries: Queries, as_of: date, currency: str, customer_id: str | None = None
) -> tuple[Ageing, Decimal]:
    """The same, and what was open of debit notes."""
    rows = await queries.rows(allocation.open_by_due_date(as_of, currency, customer_id))
    notes = sum((row["open_amount"] for row in rows if row["is_note"]), Decimal(0))
    return ageing(((row["due_on"], row["open_amount"]) for row in rows if not row["is_note"]), as_of), notes


async def ageing_report(queries: Queries, as_of: date, currency: str, customer_id: str | None) -> AgeingAnswer:
    found, notes = await ageing_with_notes(queries, as_of, currency, customer_id)
    money = await queries.one(allocation.unallocated_at(as_of, currency, customer_id))
    sold = await queries.one(item_sums.invoiced_until(as_of, currency, customer_id))
    lost = await queries.one(allocation.given_up_at(as_of, currency, customer_id))
    assert money is not None
    assert sold is not None
    assert lost is not None
    balance = sold["invoiced"] - money["received"] - lost["given_up"]
    return _answer(queries, as_of, currency, found, notes, money["received"] - money["allocated"], balance)


async def known_ageing_report(
    queries: Queries, as_of: date, known_at: datetime, currency: str, customer_id: str | None
) -> AgeingAnswer:
    """The same from what was recorded until an instant; reads the log, or one stream of it."""

    async def rows(model: Any) -> list[dict[str, Any]]:
        if customer_id is not None:
            return await queries.known(model, f"account-{customer_id}", known_at)
        return await queries.known_all(model, known_at)

    items, money, met = await rows(open_item.MODEL), await rows(payment.MODEL), await rows(allocation.MODEL)
    found = receivables_at(items, money, met, as_of, currency)
    return _answer(queries, as_of, currency, found.ageing, found.debit_notes, found.unallocated, found.balance)


def _answer(
    queries: Queries, as_of: date, currency: str, found: Ageing, notes: Decimal, unallocated: Decimal, balance: Decimal
) -> AgeingAnswer:
    policy = queries.policies.at(ReceivablesPolicy, as_of)
    return AgeingAnswer(
        as_of=as_of,
        currency=currency,
        buckets=found.by_name(),
        debit_notes=notes,
        total=found.total + notes,
        unallocated=unallocated,
        balance=balance,
        allowance=rounded(allowance(found.amounts, policy.document.allowance_percents), currency),
        allowance_percents=dict(zip(NAMES, policy.document.allowance_percents, strict=True)),
        policy_version=policy.version,
    )
