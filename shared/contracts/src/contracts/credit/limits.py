"""How much a customer may owe: proposed by one person, approved by another, raised temporarily."""

from typing import Annotated, ClassVar, Literal

from contracts.credit.exposure import Exposure, Factor
from contracts.envelope import Event
from contracts.fields import Amount, AmountNotNegative, Currency, Day, Id, Text, formerly


class CreditLimitProposed(Event):
    """A limit was proposed; ``factors`` are the results of the policy's methods and caps for the credit file.

    With ``ends_on`` it is a temporary increase, whose last day that is. ``assessed_net_assets``: what a person assessed them at,
    where the net working capital is insufficient.
    """

    TYPE: ClassVar[str] = "credit.CreditLimitProposed"
    customer_id: Id
    proposal_id: Id
    limit: AmountNotNegative
    currency: Currency
    valid_from: Day
    reason: Text
    proposed_by: Text
    suggested: AmountNotNegative | None = None
    factors: tuple[Factor, ...] = ()
    policy_version: int
    ends_on: Day | None = None
    assessed_net_assets: AmountNotNegative | None = None


class CreditLimitSet(Event):
    """The customer's limit from a date on; ``proposal_id`` where it was proposed and approved."""

    TYPE: ClassVar[str] = "credit.CreditLimitSet"
    customer_id: Id
    limit: Amount
    currency: Currency
    valid_from: Day
    reason: Text
    approved_by: Text
    proposed_by: Text | None = None
    proposal_id: Id | None = None


class CreditLimitRejected(Event):
    """A proposed limit was not approved."""

    TYPE: ClassVar[str] = "credit.CreditLimitRejected"
    customer_id: Id
    proposal_id: Id
    reason: Text
    rejected_by: Text


class TemporaryLimitRaised(Event):
    """From ``valid_from`` to ``ends_on``, both included, the limit is at least ``limit``.

    ``proposal_id`` where it was proposed and approved.
    """

    TYPE: ClassVar[str] = "credit.TemporaryLimitRaised"
    customer_id: Id
    raise_id: Id
    limit: AmountNotNegative
    currency: Currency
    valid_from: Day
    ends_on: Day
    reason: Text
    proposed_by: Text
    approved_by: Text
    proposal_id: Id | None = None


class TemporaryLimitEnded(Event):
    """A temporary increase no longer counts: its last day passed, somebody ended it, or the credit line was cancelled."""

    TYPE: ClassVar[str] = "credit.TemporaryLimitEnded"
    customer_id: Id
    raise_id: Id
    ended_on: Day
    cause: Annotated[Literal["expired", "withdrawn", "cancelled"], formerly("cause", "because")]


class LimitUseReached(Event):
    """The exposure reached a percentage of the limit that the policy watches; published at each crossing upwards."""

    TYPE: ClassVar[str] = "credit.LimitUseReached"
    customer_id: Id
    percent: int
    exposure: Exposure
    reached_on: Day


class CapEvent(Event):
    """Something happened to the cap ``cap_id``, in the cap's own stream."""

    cap_id: Id


class CapSet(CapEvent):
    """The most that may be granted to several customers together: a group of companies, or all of them."""

    TYPE: ClassVar[str] = "credit.CapSet"
    name: Text
    amount: AmountNotNegative
    currency: Currency
    reason: Text
    approved_by: Text


class CapShareGranted(CapEvent):
    """A customer may use ``share`` of a cap. The shares of a cap never add up to more than the cap."""

    TYPE: ClassVar[str] = "credit.CapShareGranted"
    customer_id: Id
    share: AmountNotNegative
    currency: Currency
    granted_on: Day


class CapShareAsked(CapEvent):
    """A smaller share was requested; the rest is free once the customer's account has accepted it."""

    TYPE: ClassVar[str] = "credit.CapShareAsked"
    customer_id: Id
    share: AmountNotNegative
    currency: Currency
    asked_on: Day


class CapShareTaken(Event):
    """The account of a customer keeps within a share of a cap from now on.

    ``share`` has the shares of all ids of the customer; ``holder_id`` and ``holder_share``: that of one that was merged into it.
    """

    TYPE: ClassVar[str] = "credit.CapShareTaken"
    customer_id: Id
    cap_id: Id
    share: AmountNotNegative
    currency: Currency
    taken_on: Day
    holder_id: Id | None = None
    holder_share: AmountNotNegative | None = None


class CapShareReturned(CapEvent):
    """The account keeps within the smaller share, so the rest of the cap is free."""

    TYPE: ClassVar[str] = "credit.CapShareReturned"
    customer_id: Id
    share: AmountNotNegative
    currency: Currency
    returned_on: Day
