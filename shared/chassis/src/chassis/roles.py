"""Which rights each role has: a policy, so that a change is dated, explained and in force from one second to the next."""

from collections.abc import Iterable, Mapping
from fnmatch import translate
from functools import cached_property, lru_cache
from re import Pattern, compile
from typing import Annotated, Self

from pydantic import Field, model_validator

from chassis.policies import Policy

ACT_AS = "act-as"
"""The right to make requests in the name of another person: of a system whose own users are known to it alone."""


class Rights:
    """What roles grant: names of rights, ``jars.labels.print``, and patterns, ``jars.*`` or ``*.read``."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(sorted(set(patterns)))

    @cached_property
    def _matching(self) -> Pattern[str]:
        return compile("|".join(map(translate, self.patterns)) or r"(?!)")

    def __contains__(self, right: object) -> bool:
        if right == ACT_AS:  # by its name only: it lifts four eyes, so no pattern gives it along with others
            return ACT_AS in self.patterns
        return isinstance(right, str) and self._matching.fullmatch(right) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rights) and self.patterns == other.patterns

    def __hash__(self) -> int:
        return hash(self.patterns)


EVERYTHING = Rights(["*"])

OPERATE, ME, PUBLISH = "operate", "me.read", "policies.publish"
RULES = ("backtests.read", "policies.read", "schemas.read")
"""What whoever reads decisions may read besides: the rules by which they were made."""
PARTNER = "partner"
"""The role of people of business partners; their tokens are bound to their ids besides."""

RightName = Annotated[str, Field(pattern=r"^[a-z*][a-z0-9.*-]{0,99}$")]
"""A right, or a pattern of them: ``*`` stands for any text."""
RoleName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")]

Granted = Annotated[Mapping[RoleName, tuple[RightName, ...]], Field(max_length=200)]

RUNNING: Mapping[str, tuple[str, ...]] = {
    "administrator": ("*",),
    "auditor": ("*.read",),
    "operator": (
        OPERATE,
        "admin.*",
        "audit.read",
        "backtests.*",
        "log.read",
        "metrics.read",
        "policies.read",
        "schemas.read",
    ),
    "service": ("log.read", "schemas.read"),
    "monitor": (OPERATE, "metrics.read"),
    "delegate": (ACT_AS,),
}
"""The roles of running an installation. ``service`` is another service that reads the feed; a system whose own users are known to it
alone is a ``delegate`` besides what else it is."""


class Roles(Policy):
    """Which rights each role has. A token names roles; what none of them grants is refused.

    A right is granted by its name or by a pattern. A service adds the roles of its business in a subclass:
    ``roles: Granted = ROLES``, where they are those of RUNNING and its own.
    """

    NAME = "roles"

    roles: Granted = RUNNING

    def rights_of(self, roles: Iterable[str]) -> Rights:
        """What these roles grant together; a role that the policy does not name grants nothing."""
        return _together(tuple(self.roles.get(role, ()) for role in sorted(roles)))

    def granting(self, right: str) -> list[str]:
        """The roles that grant a right."""
        return [role for role in sorted(self.roles) if right in self.rights_of([role])]

    @model_validator(mode="after")
    def _somebody_may_change_it(self) -> Self:
        if not self.granting(PUBLISH):
            raise ValueError(f"no role grants {PUBLISH}: nobody could change this policy any more")
        return self


@lru_cache(maxsize=1_000)
def _together(granted: tuple[tuple[str, ...], ...]) -> Rights:
    return Rights([ME, *(pattern for patterns in granted for pattern in patterns)])
