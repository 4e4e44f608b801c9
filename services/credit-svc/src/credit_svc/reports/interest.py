"""Penalty interest of one invoice, charged or not."""

from datetime import date

from chassis.http import NotFound, Queries
from credit_svc.account.interest import accrued
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.policies.receivables import InterestPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.interest import total
from credit_svc.responses.receivables import InterestAnswer


async def interest_report(queries: Queries, customer_id: str, invoice_id: str, until: date) -> InterestAnswer:
    """Raises NotFound."""
    state: Account = await queries.state(CheckOrder, customer_id)
    currency = state.currency_of_invoice(invoice_id)
    if currency is None:
        raise NotFound("invoice", invoice_id)
    policy = queries.policies.at(InterestPolicy, until)
    found = accrued(state, invoice_id, currency, until, policy.document)
    _, charged = state.claims.charged.get(invoice_id, (until, NOTHING))
    return InterestAnswer(
        invoice_id=invoice_id,
        until=until,
        currency=currency,
        total=total(found, currency, policy.document),
        charged=charged,
        parts=[charge.part().model_dump() for charge in found],
        policy_version=policy.version,
    )
