"""Credit decisions on orders."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from contracts.credit.exposure import CreditStatus, Exposure, Rate
from contracts.envelope import Event
from contracts.fields import Amount, AmountNotNegative, Count, Currency, Day, Id, Text, formerly


class OrderCreditApproved(Event):
    """The order fits the limit; the exposure is the one before the order. ``after_hold`` when it was held before.

    ``amount`` and ``currency`` are the order's; with a ``rate`` the exposure grows by amount × rate. ``rest``: what of the amount
    is not invoiced already, and alone counts; None: all of it.
    """

    TYPE: ClassVar[str] = "credit.OrderCreditApproved"
    order_id: Id
    customer_id: Id
    amount: Amount
    currency: Currency
    exposure: Exposure
    status: CreditStatus
    after_hold: bool
    policy_version: int
    rate: Rate | None = None
    rest: AmountNotNegative | None = None
    decided_on: Day | None = None
    """The business day where the customer is; older events do not say it."""
    in_advance: AmountNotNegative = Decimal(0)
    """What of the amount had to be paid before, and was."""
    plan_id: Id | None = None
    """The payment plan whose support let it through although something is overdue."""


class OrderCreditHeld(Event):
    """The order is held; ``releases_at`` is a sentence, with figures, on what would release it.

    ``total_room``: it fits the customer's own limit, and room within the total of all customers is requested for it, or it waits
    for some. ``priority``: of orders that wait for room the higher one is first.
    """

    TYPE: ClassVar[str] = "credit.OrderCreditHeld"
    order_id: Id
    customer_id: Id
    amount: Amount
    currency: Currency
    exposure: Exposure
    status: CreditStatus
    reason: Text
    releases_at: Text
    policy_version: int
    rate: Rate | None = None
    decided_on: Day | None = None
    """The business day where the customer is; older events do not say it."""
    total_room: Literal["requested", "waiting"] | None = None
    priority: Count = 0


class OrderCreditOverridden(Event):
    """A person released a held order, with a reason and a last day (``ends_on``)."""

    TYPE: ClassVar[str] = "credit.OrderCreditOverridden"
    order_id: Id
    customer_id: Id
    amount: Amount
    currency: Currency
    exposure: Exposure
    reason: Text
    overridden_by: Text
    ends_on: Day
    held_because: Text
    policy_version: int
    rate: Rate | None = None
    rest: AmountNotNegative | None = None


class OverrideEnded(Event):
    """An override no longer counts: the order was invoiced, delivered or cancelled, or its last day passed before that."""

    TYPE: ClassVar[str] = "credit.OverrideEnded"
    order_id: Id
    customer_id: Id
    ended_on: Day
    cause: Annotated[Literal["expired", "withdrawn", "used"], formerly("cause", "because")]


class OrderExposureChanged(Event):
    """What an order takes of the limit changed: a part of it was invoiced, its invoice was corrected, or a held order was delivered.

    ``rest`` is what of the order is not invoiced yet, in its own currency; ``counted`` is the same in the account's currency.
    """

    TYPE: ClassVar[str] = "credit.OrderExposureChanged"
    order_id: Id
    customer_id: Id
    cause: Literal["invoiced", "corrected", "delivered"]
    rest: AmountNotNegative
    currency: Currency
    counted: AmountNotNegative


class OrderDeliveryNoted(Event):
    """An order was delivered; what of it is not invoiced yet goes on taking its part of the limit, until it is invoiced."""

    TYPE: ClassVar[str] = "credit.OrderDeliveryNoted"
    order_id: Id
    customer_id: Id
    delivered_on: Day


class OrderExposureReleased(Event):
    """An approved or held order no longer counts: it was invoiced in full, cancelled, closed by a person (``closed``, with its
    ``reason`` and ``released_by``), or it was placed with another amount than was asked about before (``restated``) and is
    checked anew. ``delivered`` stands in old logs, where a delivery alone released an order.
    """

    TYPE: ClassVar[str] = "credit.OrderExposureReleased"
    order_id: Id
    customer_id: Id
    cause: Annotated[Literal["invoiced", "delivered", "cancelled", "closed", "restated"], formerly("cause", "because")]
    reason: Text | None = None
    released_by: Text | None = None


class CreditShadowChecked(Event):
    """What the candidate beside the live policy would have decided on an order; it decided nothing."""

    TYPE: ClassVar[str] = "credit.CreditShadowChecked"
    order_id: Id
    customer_id: Id
    amount: Amount
    currency: Currency
    live_status: CreditStatus
    shadow_status: CreditStatus
    live_approves: bool
    shadow_approves: bool
    reason: Text
    exposure: Exposure
    policy_version: int
    shadow: int
