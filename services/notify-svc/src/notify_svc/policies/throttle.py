"""Policy ``throttle``: how many notices a recipient gets by a channel."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from chassis.policies import Policy
from contracts.notify import Channel


def _usual_most() -> Mapping[Channel, int]:
    return {"email": 100, "chat": 60, "sms": 10}


class ThrottlePolicy(Policy):
    """At most ``most`` notices to a recipient by a channel within ``window_minutes``; further ones wait. Urgent ones pass."""

    NAME: ClassVar[str] = "throttle"
    window_minutes: int = Field(default=60, ge=1, le=24 * 60)
    most: Mapping[Channel, Annotated[int, Field(ge=1)]] = Field(default_factory=_usual_most)
