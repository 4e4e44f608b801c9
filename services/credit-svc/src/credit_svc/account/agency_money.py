"""Money that a collection agency passes on: the settlement with it has told the debtor's payment already, so it pays nothing once more."""

from chassis.differences import difference, fields_of
from contracts import erp
from contracts.credit import AgencyMoneyReceived
from credit_svc.account.decision import AccountDecision
from credit_svc.account.refusals import FactDiffers

CONTENTS = ("agency_payment_id", "amount", "currency", "received_on")
METHOD = "agency"
"""Of the payments that settlements tell."""
OWN_ID = "Give the new one an id of its own, or send what is known."


def passed_on(decision: AccountDecision, fact: erp.PaymentReceived) -> bool:
    """Whether a payment is the money of a settlement: it names that, or comes under the id that the settlement gave it.

    Naming a settlement that is not known, it is a payment like any other. Raises FactDiffers for other contents under a known id.
    """
    received = AgencyMoneyReceived(
        payment_id=fact.payment_id,
        agency_payment_id=fact.agency_payment_id or fact.payment_id,
        customer_id=decision.id,
        amount=fact.amount,
        currency=fact.currency,
        received_on=fact.paid_on,
    )
    known = decision.state.facts.get(("agency money", fact.payment_id))
    if known is not None:
        if differs := difference(fields_of(known, CONTENTS), fields_of(received, CONTENTS)):
            raise FactDiffers(what="Payment", id=fact.payment_id, difference=differs, advice=OWN_ID)
        return True
    settled = decision.state.facts.get(("agency settlement", received.agency_payment_id))
    if settled is None or settled.currency != fact.currency or _is_known(decision, fact):
        return False
    decision.emit(received)
    return True


def _is_known(decision: AccountDecision, fact: erp.PaymentReceived) -> bool:
    """Whether another system's payment was recorded under this id before the settlement, which may have named it."""
    known = decision.state.facts.get(("payment", fact.payment_id))
    return known is not None and known.method != METHOD
