"""Payment in advance: what must have come before an order is approved. Pure.

Source: the second rules page, "Payment in advance": in a contract of both sides the goods may be kept back until the other side
has paid its part.
"""

from dataclasses import dataclass
from decimal import Decimal

from contracts.credit import BehaviourClass, CreditClass
from contracts.currencies import money, rounded
from credit_svc.policies.behaviour_actions import BehaviourActionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.credit_standard import CreditStandardPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Share:
    """What of each order is paid in advance, in percent; ``because``: why, where the terms do not say it."""

    percent: Decimal = NOTHING
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """What of an order must have come, and has: money that names it, or money on account that no other order relies on; in the
    order's currency. ``order_id`` is empty for an order that is only thought of.
    """

    order_id: str
    needed: Decimal
    come: Decimal
    currency: str
    because: str | None = None

    @property
    def missing(self) -> Decimal:
        return max(NOTHING, self.needed - self.come)

    @property
    def reason(self) -> str:
        needed, come = money(self.needed, self.currency), money(self.come, self.currency)
        found = Sentences.ORDER_NEEDS_ADVANCE(order_id=self.order_id, needed=needed, come=come)
        if not self.order_id:
            found = Sentences.NEEDS_ADVANCE(needed=needed, come=come)
        return found if self.because is None else f"{self.because} {found}"

    @property
    def releases_at(self) -> str:
        return Sentences.RELEASED_BY_ADVANCE(missing=money(self.missing, self.currency))


def share_in_advance(
    of_terms: Decimal,
    credit_class: CreditClass | None,
    behaviour: BehaviourClass,
    standard: CreditStandardPolicy,
    actions: BehaviourActionPolicy,
    credit: CreditPolicy,
) -> Share:
    """The largest of what the terms say, what the credit class asks for, and what class D does where it may order at all."""
    found = Share(of_terms)
    if not standard.admits(credit_class):
        found = Share(Decimal(100), _because(credit_class))
    is_ended = behaviour == "D" and behaviour not in credit.stop_behaviour
    if is_ended and actions.end_prepayment_percent > found.percent:
        return Share(actions.end_prepayment_percent, Sentences.BEHAVIOUR_CLASS(behaviour=behaviour))
    return found


def needed(amount: Decimal, currency: str, percent: Decimal) -> Decimal:
    """30 % of 10,000 are 3,000."""
    return rounded(amount * percent / 100, currency)


def _because(credit_class: CreditClass | None) -> str:
    if credit_class is None:
        return Sentences.UNRATED_GETS_NO_CREDIT()
    return Sentences.CLASS_GETS_NO_CREDIT(credit_class=credit_class)
