"""Changes of policies: every service publishes the policies it decides under and the candidates it runs beside them."""

from typing import Annotated, Any

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import NO_CONTROLS, Day, Id, Text


class PolicyEvent(Event):
    """Something happened to the policy ``name``; the subclasses of each service have the types."""

    name: Id


class PolicyPublished(PolicyEvent):
    """A new version of a policy, in force from a business date on."""

    policy_version: int = Field(ge=1)
    effective_from: Day
    document: dict[str, Any]
    reason: Text


class PolicyEntryChanged(PolicyEvent):
    """What a policy says of one person or thing changed; ``entry`` replaces what it said of ``key`` before.

    Each key is a stream of its own, so that thousands may change theirs without writing a document of all of them.
    """

    key: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_CONTROLS)]
    entry_version: int = Field(ge=1, description="number of the entry, counted per key")
    entry: dict[str, Any]


class PolicyShadowed(PolicyEvent):
    """A candidate runs beside the live policy from now on and decides nothing; it replaces the previous candidate."""

    shadow: int = Field(ge=1, description="number of the candidate, counted per policy")
    document: dict[str, Any]
    reason: Text


class PolicyShadowEnded(PolicyEvent):
    """The candidate no longer runs beside the live policy."""

    shadow: int = Field(ge=1)
    reason: Text
