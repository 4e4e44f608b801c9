"""Changes of policies: every service publishes the policies it decides under and the candidates it runs beside them."""

from typing import Any

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import Day, Id, Text


class PolicyEvent(Event):
    """Something happened to the policy ``name``; the subclasses of each service have the types."""

    name: Id


class PolicyPublished(PolicyEvent):
    """A new version of a policy, in force from a business date on."""

    policy_version: int = Field(ge=1)
    effective_from: Day
    document: dict[str, Any]
    reason: Text


class PolicyShadowed(PolicyEvent):
    """A candidate runs beside the live policy from now on and decides nothing; it replaces the previous candidate."""

    shadow: int = Field(ge=1, description="number of the candidate, counted per policy")
    document: dict[str, Any]
    reason: Text


class PolicyShadowEnded(PolicyEvent):
    """The candidate no longer runs beside the live policy."""

    shadow: int = Field(ge=1)
    reason: Text
