"""How much all customers together may be granted and may owe."""

from typing import ClassVar

from contracts.credit.exposure import Number
from contracts.envelope import Event, Part
from contracts.fields import Amount, AmountNotNegative, Count, Currency, Day, Id, Text


class TotalEvent(Event):
    """Something happened to the total limit, in its own stream; there is one total, of all customers."""

    total_id: Id = "all"


class TotalAmount(Part):
    """What the accounts in one currency have together: the limits in force, and the exposures above 0."""

    currency: Currency
    granted: AmountNotNegative
    used: AmountNotNegative


class TotalLimitProposed(TotalEvent):
    """One person proposed what all customers together may owe; another one sets it."""

    TYPE: ClassVar[str] = "credit.TotalLimitProposed"
    amount: AmountNotNegative
    currency: Currency
    overbook_percent: Number
    valid_from: Day
    reason: Text
    proposed_by: Text


class TotalLimitSet(TotalEvent):
    """What all customers together may owe, from a day on; the limits of all of them may make ``overbook_percent`` of it."""

    TYPE: ClassVar[str] = "credit.TotalLimitSet"
    amount: AmountNotNegative
    currency: Currency
    overbook_percent: Number
    valid_from: Day
    reason: Text
    proposed_by: Text
    approved_by: Text


class TotalLimitMeasured(TotalEvent):
    """The accounts were added up. ``granted`` and ``used`` are in ``currency``, that of the total, at the rates of the day.

    ``had_claims`` and ``had_orders``: claims of limits and orders with room that are in the amounts now, and count for themselves no
    more. ``reached_percent``: the highest watched percentage below which the use has not fallen, 0 below the first.
    ``look_again_minutes``: after this they are added up again. ``unquoted``: currencies that are left out for want of a rate.
    """

    TYPE: ClassVar[str] = "credit.TotalLimitMeasured"
    amounts: tuple[TotalAmount, ...]
    granted: AmountNotNegative
    used: AmountNotNegative
    currency: Currency
    measured_on: Day
    reached_percent: Count
    look_again_minutes: Count
    had_claims: tuple[Id, ...] = ()
    had_orders: tuple[Id, ...] = ()
    unquoted: tuple[Currency, ...] = ()


class TotalLimitUseReached(TotalEvent):
    """What all customers owe came to a percentage of the total that is watched; one event for each, at each crossing upwards."""

    TYPE: ClassVar[str] = "credit.TotalLimitUseReached"
    percent: Count
    used: AmountNotNegative
    amount: AmountNotNegative
    currency: Currency
    reached_on: Day


class TotalLimitClaimed(TotalEvent):
    """A limit that is about to be set takes ``rise`` of the total, in the account's currency; 0 where it is lowered."""

    TYPE: ClassVar[str] = "credit.TotalLimitClaimed"
    claim_id: Id
    customer_id: Id
    rise: AmountNotNegative
    currency: Currency
    claimed_on: Day


class TotalLimitClaimSettled(TotalEvent):
    """The limit of a claim was set, in the event ``version`` of the account, or was refused for another reason and takes nothing.

    ``frees``: the limit is lower than before, so that the accounts are added up at once.
    """

    TYPE: ClassVar[str] = "credit.TotalLimitClaimSettled"
    claim_id: Id
    customer_id: Id
    version: Count | None = None
    frees: bool = False


class TotalRoomGranted(TotalEvent):
    """An order has room within the total: what it takes counts there from now on."""

    TYPE: ClassVar[str] = "credit.TotalRoomGranted"
    order_id: Id
    customer_id: Id
    amount: AmountNotNegative
    currency: Currency
    granted_on: Day


class TotalRoomAwaited(TotalEvent):
    """There is no room for an order within the total; it waits by its ``priority``, a higher one first, then by age.

    ``used`` of ``total`` is in use, and ``free`` is left, in ``total_currency``.
    """

    TYPE: ClassVar[str] = "credit.TotalRoomAwaited"
    order_id: Id
    customer_id: Id
    amount: AmountNotNegative
    currency: Currency
    priority: Count
    used: AmountNotNegative
    total: AmountNotNegative
    free: Amount
    total_currency: Currency
    awaited_on: Day


class TotalRoomAnswered(TotalEvent):
    """The account of the customer has heard whether its order has room."""

    TYPE: ClassVar[str] = "credit.TotalRoomAnswered"
    order_id: Id
    customer_id: Id
