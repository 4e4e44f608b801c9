"""A rule book changed: every service publishes the policies it decides under."""

from typing import Any

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import Day, Id, Text


class PolicyPublished(Event):
    """A new version of a policy, in force from a business date on; the subclass of each service names the type."""

    name: Id
    policy_version: int = Field(ge=1)
    effective_from: Day
    document: dict[str, Any]
    reason: Text
