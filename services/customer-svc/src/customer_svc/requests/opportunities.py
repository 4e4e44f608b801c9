"""Request bodies about an opportunity."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.customer import DecisionMaker
from contracts.fields import Currency, Day, Id, Percent, PositiveAmount, Text

Words = Annotated[Text, Field(min_length=3, max_length=2_000)]


class Dated(Body):
    on: Day


class NewOpportunity(Dated):
    opportunity_id: Id
    customer_id: Id
    name: Words
    owner_id: Id
    amount: PositiveAmount
    currency: Currency
    expected_on: Day
    decision_makers: tuple[DecisionMaker, ...] = ()
    stage: Id | None = None
    probability: Percent | None = None


class Move(Dated):
    """``probability`` that is left out is that of the stage."""

    stage: Id
    probability: Percent | None = None
    because: Words


class Terms(Dated):
    amount: PositiveAmount
    currency: Currency
    expected_on: Day
    decision_makers: tuple[DecisionMaker, ...] = ()
