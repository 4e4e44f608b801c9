"""The order check's thresholds."""

from decimal import Decimal
from itertools import pairwise
from typing import ClassVar

from pydantic import Field, model_validator

from chassis.policies import Policy
from contracts.credit import BehaviourClass, CreditClass
from contracts.fields import Count, Percent, Quantity


class CreditPolicy(Policy):
    """How much a customer may owe, and when new credit stops."""

    NAME: ClassVar[str] = "credit"

    default_limit: Quantity = Decimal(100_000)
    """Limit of a customer for whom none was set, in the account's currency."""
    watch_above_percent: Percent = Decimal(90)
    """Use of the limit above which an account is watched."""
    stop_after_days: Count = 45
    """Days past due of the oldest open invoice above which every new order is stopped; of customers without a class."""
    stop_after_days_by_class: dict[CreditClass, Count] = Field(
        default={"AAA": 60, "AA": 60, "A": 45, "BBB": 45, "BB": 30, "B": 15}
    )
    stop_behaviour: tuple[BehaviourClass, ...] = ("D",)
    """Customers of these classes get no new credit."""
    notice_percents: tuple[int, ...] = (80, 100)
    """Use of the limit, in percent, that is recorded when it is reached."""

    @model_validator(mode="after")
    def _notices_rise(self) -> "CreditPolicy":
        if any(later <= earlier for earlier, later in pairwise((0, *self.notice_percents))):
            raise ValueError("notice_percents must rise, each above 0: 80, 100")
        return self

    def stops_after(self, credit_class: CreditClass | None) -> int:
        """Days past due above which new credit stops."""
        if credit_class is None:
            return self.stop_after_days
        return self.stop_after_days_by_class.get(credit_class, self.stop_after_days)
