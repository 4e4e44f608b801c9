"""When a recall has reached its end, and how often customers are reminded of it."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from chassis.policies import Policy
from contracts.fields import Percent


class RecallPolicy(Policy):
    """The recall of lots from customers 召回; in force on the day of its opening, and for a reminder on the day of that."""

    NAME: ClassVar[str] = "recalls"

    target_percent: Percent = Field(default=Decimal(95), description="what has to come back until the recall is closed")
    remind_days: int = Field(default=7, ge=1, le=365, description="days between two reminders of a customer")
    due_days: int = Field(default=14, ge=1, le=365, description="days of a recall that a person opens without its day")
