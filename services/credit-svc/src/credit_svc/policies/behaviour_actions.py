"""What a behaviour class calls for. Source: the second rules page, "What a behaviour class asks for"."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from chassis.policies import Policy
from contracts.credit import BehaviourClass
from contracts.fields import Count, Percent


class BehaviourActionPolicy(Policy):
    """Which classes call for work with the customer, until when it is to be done, and what it pays in advance."""

    NAME: ClassVar[str] = "behaviour-actions"

    classes: tuple[BehaviourClass, ...] = ("B", "C", "D")
    """A change to one of these calls for it; of the others only a request does."""
    answer_days: int = Field(default=30, ge=1, le=366)
    """Days until it is to be done."""
    prospect_days: int = Field(default=30, ge=1, le=366)
    """Days in which a customer of class C is to be judged hopeful or not."""
    prospect_reminders: Count = 1
    """How often a person is reminded of that before the head of credit hears of it."""
    guard_prepayment_percent: Percent = Decimal(50)
    """What of each order of a hopeless customer of class C is proposed to be paid in advance."""
    guard_review_days: int = Field(default=30, ge=1, le=366)
    """The file of such a customer is reviewed after so many days each time."""
    end_prepayment_percent: Percent = Decimal(100)
    """What of each order a customer of class D pays in advance, where the policy credit lets it order at all."""
