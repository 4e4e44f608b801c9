"""A rule book changed: every service publishes the policies it decides under, and the candidates it runs beside them."""

from typing import Any

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import Day, Id, Text


class PolicyEvent(Event):
    """What happened to the policy ``name``; the subclasses of each service name the types."""

    name: Id


class PolicyPublished(PolicyEvent):
    """A new version of a policy, in force from a business date on."""

    policy_version: int = Field(ge=1)
    effective_from: Day
    document: dict[str, Any]
    reason: Text


class PolicyShadowed(PolicyEvent):
    """A candidate runs beside the live policy from now on and decides nothing; it replaces the one before it."""

    shadow: int = Field(ge=1, description="number of the candidate, counted per policy")
    document: dict[str, Any]
    reason: Text


class PolicyShadowEnded(PolicyEvent):
    """No candidate runs beside the live policy any more."""

    shadow: int = Field(ge=1)
    reason: Text
