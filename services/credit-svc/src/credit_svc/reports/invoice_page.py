"""One invoice with what paid it."""

from chassis.http import NotFound, Queries
from credit_svc.read_models import allocation, open_item
from credit_svc.responses.receivables import InvoiceAnswer, PaidAnswer


async def invoice_page(queries: Queries, customer_id: str, invoice_id: str) -> InvoiceAnswer:
    """Raises NotFound."""
    row = await queries.one(open_item.invoice(customer_id, invoice_id))
    if row is None:
        raise NotFound("invoice", invoice_id)
    paid = await queries.rows(allocation.of_invoice(customer_id, invoice_id))
    return InvoiceAnswer.model_validate({**row, "paid": [PaidAnswer.model_validate(dict(each)) for each in paid]})
