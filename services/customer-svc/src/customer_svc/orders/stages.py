"""Where an order stands: the stages of stream ``order-{order_id}``, folded from its events. Pure."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from immutables import Map

from contracts import Event, erp
from contracts.customer import (
    CreditDecisionNoted,
    HoldOverride,
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderEndRecorded,
    OrderHeld,
    OrderPlaced,
    OrderReturned,
    OrderReturnRefused,
)

# State


@dataclass(frozen=True, slots=True)
class Terms:
    """What was ordered, as far as later decisions need it."""

    customer_id: str
    ordered_on: date
    currency: str
    total: Decimal
    requested_on: date | None
    region: str | None = None
    lines: tuple[erp.OrderLine, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Closing:
    """The fact that ends an order. The latest counts; on the same day a cancellation overrules a delivery."""

    on: date
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Awaited:
    """The order itself has not arrived yet; its end may have."""

    closing: Closing | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Credit-svc has not decided yet."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class Held:
    terms: Terms
    reason: str
    releases_at: str


@dataclass(frozen=True, slots=True)
class Overridden:
    """Let through its hold by a person. It waits again when that ends before it was used; until then a hold that arrives later
    is an old one. ``releases_at`` is what would have released it, ``available_after`` as in OrderConfirmed.
    """

    terms: Terms
    override: HoldOverride
    releases_at: str
    available_after: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Approved by credit, or its override was used; that stands, and a hold that arrives later is an old one."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class Closed:
    """Delivered or cancelled; what credit-svc decides no longer matters."""

    terms: Terms
    closing: Closing


Stage = Awaited | Placed | Held | Overridden | Confirmed | Closed


@dataclass(frozen=True, slots=True)
class Order:
    """Where the order stands, every end of it that was recorded, and what came back: return id → the last event about it.

    ``arrived`` has the ids of the returns in the order in which they arrived.
    """

    stage: Stage = Awaited()
    returned: Map[str, OrderReturned] = field(default_factory=Map)
    arrived: tuple[str, ...] = ()
    ends: frozenset[Closing] = frozenset()
    decisions: tuple[CreditDecisionNoted, ...] = ()
    """Of credit-svc, about an order that has not arrived yet."""

    def worth_returned(self, currency: str) -> Decimal:
        """What of the order came back, in a currency."""
        return sum((each.amount for each in self.returned.values() if each.currency == currency), Decimal(0))

    @property
    def last_delivery(self) -> date | None:
        """The day of the last delivery, whether or not a cancellation came after it."""
        return max((end.on for end in self.ends if not end.cancelled), default=None)

    def with_return(self, event: OrderReturned) -> "Order":
        known = event.return_id in self.returned
        arrived = self.arrived if known else (*self.arrived, event.return_id)
        return replace(self, returned=self.returned.set(event.return_id, event), arrived=arrived)

    def without_return(self, return_id: str) -> "Order":
        arrived = tuple(each for each in self.arrived if each != return_id)
        return replace(self, returned=self.returned.delete(return_id), arrived=arrived)


# Evolve


def evolve(order: Order, event: Event) -> Order:
    match event:
        case OrderReturned():
            return order.with_return(event)
        case OrderReturnRefused():
            return order.without_return(event.return_id)
        case CreditDecisionNoted():
            return replace(order, decisions=(*order.decisions, event))
        case OrderEndRecorded():
            return replace(order, ends=order.ends | {Closing(event.ended_on, event.cancelled)})
        case OrderDelivered() | OrderCancelled():
            return replace(order, stage=_next_stage(order.stage, event), ends=order.ends | {closing_of(event)})
    return replace(order, stage=_next_stage(order.stage, event))


def _next_stage(order: Stage, event: Event) -> Stage:
    match event, order:
        case OrderPlaced(), _:
            return Placed(terms_of(event))
        case OrderConfirmed(override=HoldOverride(end=None) as override), Placed() | Held() | Overridden():
            releases_at = "" if isinstance(order, Placed) else order.releases_at
            return Overridden(order.terms, override, releases_at, event.available_after, event.currency)
        case OrderConfirmed(), Placed(terms) | Held(terms) | Overridden(terms):
            return Confirmed(terms)
        case OrderHeld(), Placed(terms) | Held(terms) | Overridden(terms):
            return Held(terms, event.reason, event.releases_at)
        case OrderDelivered() | OrderCancelled(), _:
            return _closed(order, closing_of(event))
    return order


def closing_of(event: OrderDelivered | OrderCancelled | erp.OrderDelivered | erp.OrderCancelled) -> Closing:
    if isinstance(event, OrderDelivered | erp.OrderDelivered):
        return Closing(event.delivered_on, cancelled=False)
    return Closing(event.cancelled_on, cancelled=True)


def _closed(order: Stage, closing: Closing) -> Stage:
    return Awaited(closing) if isinstance(order, Awaited) else Closed(order.terms, closing)


def terms_of(order: OrderPlaced | erp.OrderSubmitted) -> Terms:
    return Terms(
        order.customer_id, order.ordered_on, order.currency, order.total, order.requested_on, order.region, order.lines
    )
