"""What a customer may owe and does owe, and the vocabulary that the other modules share."""

from decimal import Decimal, localcontext
from typing import Annotated, Literal

from pydantic import Field

from contracts.currencies import rounded_to
from contracts.envelope import Part
from contracts.fields import Amount, Currency, Day, Id

Number = Annotated[Decimal, Field(max_digits=28, decimal_places=10)]
"""A figure that is not money: points, days, percentages, rates. Never NaN, never infinite."""

CreditStatus = Literal["ok", "watch", "hold", "stop"]
CreditClass = Literal["AAA", "AA", "A", "BBB", "BB", "B"]
BehaviourClass = Literal["A", "B", "C", "D"]
Strategy = Literal["large", "general", "high_risk", "low_risk"]
"""How a customer's debts are pursued: large and long-standing, general, high risk, low risk."""

CollectionStep = Literal[
    "reminder",
    "call",
    "letter_1",
    "letter_2",
    "visit",
    "stop_supply",
    "cancel_limit",
    "delegate",
    "arbitration",
    "litigation",
]


class Exposure(Part):
    """What a customer may owe and does owe: exposure = receivable + approved orders, for what is not invoiced − security."""

    currency: Currency
    limit: Amount
    receivable: Amount
    approved_orders: Amount
    security: Amount
    overdue: Amount

    @property
    def total(self) -> Amount:
        return self.receivable + self.approved_orders - self.security

    @property
    def available(self) -> Amount:
        return self.limit - self.total


class Factor(Part):
    """One input of a decision: its value, the threshold it is compared with, and its contribution.

    Money among them is in the currency of the decision.
    """

    name: Id
    value: Number
    threshold: Number | None = None
    weight: Number | None = None
    points: Number | None = None


class Rate(Part):
    """One unit of ``currency`` is ``rate`` units of ``into``, as quoted on ``quoted_on``."""

    currency: Currency
    into: Currency
    rate: Annotated[Number, Field(gt=0)]
    quoted_on: Day
    places: Annotated[int, Field(ge=0, le=6)] = 2
    """Of amounts at this rate, after the point: those of ``into``. Old events say nothing of it: theirs have two, whatever the currency."""

    def converted(self, amount: Decimal) -> Decimal:
        """An amount of ``currency`` in ``into``."""
        with localcontext(
            prec=60
        ):  # the sums of an account have more digits than the usual 28 once they are multiplied
            return rounded_to(self.places, amount * self.rate)
