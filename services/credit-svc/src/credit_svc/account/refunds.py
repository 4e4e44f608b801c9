"""Refunds: money that was paid too much is paid back, and no longer counts for the customer."""

from dataclasses import dataclass
from datetime import date

from chassis.differences import difference, fields_of
from contracts import erp
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.paying_back import pay_back
from credit_svc.account.refusals import FactDiffers

REFUND = ("payment_id", "amount", "currency", "refunded_on", "reason")
"""What makes a refund another one under the same id."""


@dataclass(frozen=True, slots=True)
class RecordRefund:
    fact: erp.PaymentRefunded

    @property
    def customer_id(self) -> str:
        return self.fact.customer_id

    @property
    def on(self) -> date:
        return self.fact.refunded_on


def _record(decision: AccountDecision, command: RecordRefund) -> None:
    """A refund that waits for its money has changed nothing yet, so that it may come again with other contents. Raises FactDiffers
    for other contents under the id of one that is recorded.
    """
    account, refund = decision.state, command.fact
    known = account.facts.get(("refund", refund.refund_id))
    if known is not None:
        given = {**fields_of(refund, REFUND), "reason": refund.reason or ""}
        differs = difference(fields_of(known, REFUND), given)
        if differs and refund.refund_id not in account.waiting_refunds:
            advice = "Give the new one an id of its own, or send what is known."
            raise FactDiffers(what="Refund", id=refund.refund_id, difference=differs, advice=advice)
        if not differs:
            return
    if pay_back(decision, refund):
        follow(decision, refund.refunded_on)


DECIDE: Handlers = {RecordRefund: _record}
