"""One invoice with what paid it; one payment with what it paid."""

from typing import Any

from chassis.http import NotFound, Queries
from credit_svc.read_models import allocation, open_item, payment
from credit_svc.responses.receivables import InvoiceAnswer, PaidAnswer


async def invoice_page(queries: Queries, customer_id: str, invoice_id: str) -> InvoiceAnswer:
    """Raises NotFound."""
    row = await queries.one(open_item.invoice(customer_id, invoice_id))
    if row is None:
        raise NotFound("invoice", invoice_id)
    paid = await queries.rows(allocation.of_invoice(customer_id, invoice_id))
    return InvoiceAnswer.model_validate({**row, "payments": [PaidAnswer.model_validate(dict(each)) for each in paid]})


async def payment_page(queries: Queries, customer_id: str, payment_id: str, kind: payment.Kind) -> dict[str, Any]:
    """Raises NotFound."""
    row = await queries.one(payment.payment(customer_id, payment_id, kind))
    if row is None:
        raise NotFound(kind.replace("_", " "), payment_id)
    return {**row, "allocations": await queries.rows(allocation.of_payment(customer_id, payment_id, kind))}
