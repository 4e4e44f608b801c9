"""Orders, from the ERP's fact to their end."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from contracts.envelope import Event, Part
from contracts.erp import OrderLine
from contracts.fields import Amount, Count, Currency, Day, Id, Text, formerly

CreditStandingKind = Literal["overdue", "deliveries_stopped", "deliveries_resumed", "behaviour_class", "account_merged"]


class OrderPlaced(Event):
    """A customer ordered; credit-svc answers with an approval or a hold."""

    TYPE: ClassVar[str] = "customer.OrderPlaced"
    order_id: Id
    customer_id: Id
    ordered_on: Day
    currency: Currency
    lines: tuple[OrderLine, ...]
    total: Amount
    requested_on: Day | None = None
    region: Id | None = None


class HoldOverride(Part):
    """Who released a held order, why, and until which day (included); ``end`` is None while the override is in force."""

    by: Text
    reason: Text
    held_because: Text
    ends_on: Day
    end: Literal["used", "expired", "withdrawn"] | None = None
    ended_on: Day | None = None


class OrderConfirmed(Event):
    """Credit approved the order, or a person released it from its hold (``override``).

    Published again when the override was used: the order can no longer be held.
    """

    TYPE: ClassVar[str] = "customer.OrderConfirmed"
    order_id: Id
    customer_id: Id
    available_after: Amount
    currency: Currency
    override: HoldOverride | None = None


class OrderHeld(Event):
    """Credit holds the order; ``reason`` and ``releases_at`` are credit-svc's sentences.

    ``override`` is the one that ended, where that is why the order is held again.
    """

    TYPE: ClassVar[str] = "customer.OrderHeld"
    order_id: Id
    customer_id: Id
    reason: Text
    releases_at: Text
    override: HoldOverride | None = None


class CreditDecisionNoted(Event):
    """Credit-svc decided about an order that is not known here yet; the decision waits in the order's own stream and holds up
    nothing else. It counts when the order comes with the ``amount`` that was decided on.
    """

    TYPE: ClassVar[str] = "customer.CreditDecisionNoted"
    order_id: Id
    decision: Literal["confirmed", "held", "overridden", "override_ended"]
    amount: Amount | None = None
    order_currency: Currency | None = None
    available_after: Amount | None = None
    currency: Currency | None = None
    reason: Text = ""
    releases_at: Text = ""
    override: HoldOverride | None = None
    end: Literal["used", "expired", "withdrawn"] | None = None
    ended_on: Day | None = None


class OrderDelivered(Event):
    """The order reached the customer; ``days_late`` counts from the requested date, 0 when there is none.

    ``total`` is None when the delivery came before its order; it is then published again, complete, right after OrderPlaced.
    ``was_cancelled``: the order counted as cancelled until now, and counts again with its ``lines``, less what of it had
    ``returned``. ``replaces``: the day of delivery published before.
    """

    TYPE: ClassVar[str] = "customer.OrderDelivered"
    order_id: Id
    customer_id: Id
    delivered_on: Day
    requested_on: Day | None = None
    days_late: Count = 0
    total: Amount | None = None
    currency: Currency | None = None
    ordered_on: Day | None = None
    region: Id | None = None
    was_cancelled: bool = False
    replaces: Day | None = None
    returned: Amount = Decimal(0)
    lines: tuple[OrderLine, ...] = ()


class OrderCancelled(Event):
    """The order was cancelled; ``total`` is None, and the fact published again, as for OrderDelivered.

    ``was_cancelled``: it counted as cancelled already and only the day changed; else it no longer counts with its
    ``lines``, less what of it had ``returned``.
    """

    TYPE: ClassVar[str] = "customer.OrderCancelled"
    order_id: Id
    customer_id: Id
    cancelled_on: Day
    total: Amount | None = None
    currency: Currency | None = None
    ordered_on: Day | None = None
    region: Id | None = None
    was_cancelled: bool = False
    returned: Amount = Decimal(0)
    lines: tuple[OrderLine, ...] = ()


class OrderReturned(Event):
    """Goods of an order were returned; ``total`` is the value of all its returns in this currency so far.

    ``ordered_on`` is None, and the fact published again, as for OrderDelivered. ``of_cancelled``: the order counts as
    cancelled.
    """

    TYPE: ClassVar[str] = "customer.OrderReturned"
    return_id: Id
    order_id: Id
    customer_id: Id
    returned_on: Day
    amount: Amount
    currency: Currency
    total: Amount
    reason: Text
    ordered_on: Day | None = None
    region: Id | None = None
    of_cancelled: bool = False


class OrderReturnRefused(Event):
    """A return that came before its order does not fit it, as it would not have after it: it counts no more."""

    TYPE: ClassVar[str] = "customer.OrderReturnRefused"
    return_id: Id
    order_id: Id
    customer_id: Id
    returned_on: Day
    amount: Amount
    currency: Currency
    because: Text


class OrderEndRecorded(Event):
    """A delivery or cancellation arrived after a later one of the same order: that one stands, this one counted until its day.

    ``is_last_delivery``: only a cancellation came after it, so it counts as the delivery of the order against
    ``requested_on``, and that on ``replaces`` no more.
    """

    TYPE: ClassVar[str] = "customer.OrderEndRecorded"
    order_id: Id
    customer_id: Id
    ended_on: Day
    cancelled: bool
    is_last_delivery: bool = False
    requested_on: Day | None = None
    replaces: Day | None = None


class GoodsReturned(Event):
    """A customer returned goods of an order that nobody named; it lowers what the customer is worth from its day on."""

    TYPE: ClassVar[str] = "customer.GoodsReturned"
    return_id: Id
    customer_id: Id
    returned_on: Day
    amount: Amount
    currency: Currency
    reason: Text


class CustomerCreditStandingNoted(Event):
    """The customer's credit standing changed: overdue, deliveries stopped or resumed, or its behaviour class.

    Of overdue also what of one currency is overdue now; ``is_over``: nothing of it any more, or without a currency nothing at all.
    """

    TYPE: ClassVar[str] = "customer.CustomerCreditStandingNoted"
    FORMER_TYPES = ("customer.CustomerCreditStood",)
    customer_id: Id
    what: CreditStandingKind
    summary: Annotated[Text, formerly("summary", "told")]
    since: Day
    order_id: Id | None = None
    is_over: bool = False
    currency: Currency | None = None
    overdue_amount: Amount | None = None
    overdue_invoices: Count | None = None


EVENTS: tuple[type[Event], ...] = (
    OrderPlaced,
    OrderConfirmed,
    OrderHeld,
    CreditDecisionNoted,
    OrderDelivered,
    OrderCancelled,
    OrderReturned,
    OrderReturnRefused,
    OrderEndRecorded,
    GoodsReturned,
    CustomerCreditStandingNoted,
)
