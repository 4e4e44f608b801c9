"""A rule book changed: every service publishes the policies it decides under."""

from datetime import date
from typing import Any

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import Id


class PolicyPublished(Event):
    """A new version of a policy, in force from a business date on; the subclass of each service names the type."""

    name: Id
    policy_version: int = Field(ge=1)
    effective_from: date
    document: dict[str, Any]
    reason: str
