"""What happens as the total limit of all customers is used up."""

from itertools import pairwise
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from chassis.policies import Policy


class TotalLimitPolicy(Policy):
    """What happens as the total limit of all customers is used up; while no total is set, nothing does."""

    NAME: ClassVar[str] = "total-limit"

    on_full: Literal["tell", "hold"] = "tell"
    """Whether an order for which there is no room in the total is only told, or held until there is some."""
    notice_percents: tuple[int, ...] = (80, 90, 100)
    """Use of the total, in percent, that is recorded when it is reached."""
    look_again_minutes: int = Field(default=15, ge=1, le=1440)
    """After so many minutes the accounts are added up again while orders wait for room; else after a day."""

    @model_validator(mode="after")
    def _notices_rise(self) -> "TotalLimitPolicy":
        if any(later <= earlier for earlier, later in pairwise((0, *self.notice_percents))):
            raise ValueError("notice_percents must rise, each above 0: 80, 90, 100")
        return self
