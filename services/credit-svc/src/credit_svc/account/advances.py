"""What of an order must be paid in advance, and what of it has come to the account."""

from datetime import date
from decimal import Decimal

from chassis.policies import PolicyBook
from credit_svc.account.state import Account
from credit_svc.orders.advance import Advance, needed, share_in_advance
from credit_svc.orders.order_book import Amounted
from credit_svc.policies.behaviour_actions import BehaviourActionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.credit_standard import CreditStandardPolicy
from credit_svc.receivables.advances import paid_for
from credit_svc.receivables.facts import EMPTY, NOTHING


def advance_of(account: Account, order: Amounted, on: date, policies: PolicyBook) -> Advance | None:
    """None where nothing is to be paid in advance."""
    terms = account.file.terms_on(on)
    share = share_in_advance(
        terms.prepayment_percent if terms else NOTHING,
        account.file.credit_class,
        account.behaviour.current,
        policies.at(CreditStandardPolicy, on).document,
        policies.at(BehaviourActionPolicy, on).document,
        policies.at(CreditPolicy, on).document,
    )
    if not share.percent:
        return None
    return Advance(
        order.order_id,
        needed(order.amount, order.currency, share.percent),
        _come(account, order.order_id, order.currency),
        order.currency,
        share.because,
    )


def _come(account: Account, order_id: str, currency: str) -> Decimal:
    """Money that names the order, and money on account less what other approved orders rely on."""
    ledger, orders = account.ledger(currency), account.orders
    free = sum(ledger.on_account.values(), NOTHING)
    if free:
        for other_id in orders.approved:
            other = orders.ordered.get(other_id)
            if other is not None and other.in_advance and other_id != order_id and other.currency == currency:
                invoiced = sum((each.amount for each in orders.invoiced.get(other_id, EMPTY).values()), NOTHING)
                free -= max(NOTHING, other.in_advance - paid_for(ledger, other_id) - invoiced)
    return paid_for(ledger, order_id) + max(NOTHING, free)
