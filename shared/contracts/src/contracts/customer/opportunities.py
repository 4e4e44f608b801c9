"""Opportunities: possible sales."""

from typing import ClassVar, Literal

from contracts.envelope import Event, Part
from contracts.fields import Count, Currency, Day, Id, Percent, PositiveAmount, Text


class DecisionMaker(Part):
    """A person at the customer who has a say, and their attitude to us."""

    contact_id: Id
    role: Literal["decider", "influencer", "user", "buyer", "gatekeeper"]
    attitude: Literal["supporter", "neutral", "opponent"]


class OpportunityOpened(Event):
    """A possible sale; its present value is amount × probability."""

    TYPE: ClassVar[str] = "customer.OpportunityOpened"
    opportunity_id: Id
    customer_id: Id
    name: Text
    owner_id: Id
    stage: Id
    amount: PositiveAmount
    currency: Currency
    probability: Percent
    expected_on: Day
    opened_on: Day
    decision_makers: tuple[DecisionMaker, ...] = ()
    policy_version: int


class OpportunityStageChanged(Event):
    """An opportunity moved to another stage; ``dwell_days`` is how long it was in the previous one."""

    TYPE: ClassVar[str] = "customer.OpportunityStageChanged"
    opportunity_id: Id
    customer_id: Id
    stage: Id
    previous: Id
    probability: Percent
    changed_on: Day
    dwell_days: Count
    because: Text
    by: Id
    policy_version: int


class OpportunityChanged(Event):
    """The amount, the expected day or the decision makers of an opportunity changed."""

    TYPE: ClassVar[str] = "customer.OpportunityChanged"
    opportunity_id: Id
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    expected_on: Day
    decision_makers: tuple[DecisionMaker, ...] = ()
    changed_on: Day
    by: Id


EVENTS: tuple[type[Event], ...] = (OpportunityOpened, OpportunityStageChanged, OpportunityChanged)
