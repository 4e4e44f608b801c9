"""One invoice with what paid it; one payment with what it paid."""

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.http import NotFound, Queries
from credit_svc.figures.met import met_by_day
from credit_svc.read_models import allocation, open_item, payment
from credit_svc.responses.receivables import InvoiceAnswer, PaidAnswer
from credit_svc.timers import limitation_due


async def invoice_page(queries: Queries, customer_id: str, invoice_id: str) -> InvoiceAnswer:
    """Raises NotFound."""
    row = await queries.one(limitation_due.beside(open_item.invoice(customer_id, invoice_id)))
    if row is None:
        raise NotFound("invoice", invoice_id)
    paid = _each_day(await queries.rows(allocation.of_invoice(customer_id, invoice_id)))
    return InvoiceAnswer.model_validate({**row, "payments": [PaidAnswer.model_validate(each) for each in paid]})


async def payment_page(queries: Queries, customer_id: str, payment_id: str, kind: payment.Kind) -> dict[str, Any]:
    """Raises NotFound."""
    row = await queries.one(payment.payment(customer_id, payment_id, kind))
    if row is None:
        raise NotFound(kind.replace("_", " "), payment_id)
    met = _each_day(await queries.rows(allocation.of_payment(customer_id, payment_id, kind)))
    return {**row, "allocations": met}


def _each_day(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A line for each day on which a payment met an invoice, the earliest first."""
    lines = [
        {**{name: row[name] for name in row if name != "earlier"}, "allocated_on": day, "amount": amount}
        for row in rows
        for day, amount in met_by_day(row)
    ]
    return sorted(lines, key=lambda line: line["allocated_on"])
