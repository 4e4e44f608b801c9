"""What is claimed for a nonconformance. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.currencies import rounded
from contracts.erp import Severity
from contracts.fields import WHOLE_DIGITS
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.sentences import Sentences
from supplier_svc.supplier.state.facts import Facts, Lot


@dataclass(frozen=True, slots=True)
class Defective:
    """What was found: how severe, of which lot, how much, and how long a line stood still where that is claimed with it."""

    severity: Severity
    item_id: str
    lot_id: str
    quantity: Decimal
    line_stop_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    """An amount to claim; 0 where nothing is claimed."""

    amount: Decimal
    currency: str
    unit_price: Decimal | None = None
    delivery_id: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why there is no price, as a sentence."""

    because: str


def price(found: Defective, delivered: tuple[str, Lot] | None, policy: SupplierIncentives) -> Price | Unknown:
    """Percent of quantity × unit price of the lot's delivery, plus what is fixed; rounded once, to the currency's places, half to even.

    ``delivered`` is the id of the delivery with its lot. What comes to less than the smallest claim is 0.
    """
    percent = policy.claim_percents.of(found.severity) if policy.claim_percents else Decimal(0)
    fixed = policy.claim(found.severity) + policy.line_stop_per_minute * found.line_stop_minutes
    if not percent or not found.quantity:
        return _at_least(policy, fixed, policy.currency)
    if delivered is None:
        return Unknown(Sentences.LOT_WITHOUT_PRICE(item_id=found.item_id, lot_id=found.lot_id))
    delivery_id, lot = delivered
    if fixed and lot.currency != policy.currency:
        return Unknown(Sentences.CURRENCIES_DIFFER(currency=policy.currency, delivery_id=delivery_id, of=lot.currency))
    worth = found.quantity * lot.unit_price * percent / 100
    if worth.adjusted() >= WHOLE_DIGITS:
        return Unknown(Sentences.WORTH_IMPLAUSIBLE(quantity=found.quantity, delivery_id=delivery_id))
    return _at_least(policy, worth + fixed, lot.currency, lot.unit_price, delivery_id)


def _at_least(
    policy: SupplierIncentives,
    exact: Decimal,
    currency: str,
    unit_price: Decimal | None = None,
    delivery_id: str | None = None,
) -> Price:
    amount = rounded(exact, currency)
    amount = amount if amount >= policy.smallest_claim else Decimal(0)
    return Price(amount, currency, unit_price, delivery_id)


def delivery_of(facts: Facts, item_id: str, lot_id: str, on: date) -> tuple[str, Lot] | None:
    """The delivery that a lot's price is of: the latest one up to the day, else the first after it; a reversed one is none."""
    counting = sorted(
        ((delivery_id, lot) for delivery_id, lot in facts.of_lot(item_id, lot_id) if lot.quantity),
        key=lambda each: (each[1].received_on, each[0]),
    )
    before = [each for each in counting if each[1].received_on <= on]
    return before[-1] if before else counting[0] if counting else None


def received_of(facts: Facts, item_id: str, lot_id: str) -> Decimal:
    """How much of a lot was received with all of its deliveries; 0 where none is known."""
    return sum((lot.quantity for _, lot in facts.of_lot(item_id, lot_id)), Decimal(0))
