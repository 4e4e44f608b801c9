"""Partners: businesses outside that work in the system with tokens of their own, and the policy of what they may read and do.

The claim ``jar-maker:J-7`` binds a token to one partner. It opens what the policy lists, of that partner alone, whatever roles it names.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field

from chassis.policies import Policy, PolicyBook
from chassis.roles import ME, Rights

CLAIM = re.compile(r"([a-z][a-z0-9-]{0,30}):([^\x00-\x1f]{1,100})")
SIGNED_MAX = 100
"""Characters of a signature, as of any id of a person."""

PartnerRight = Annotated[str, Field(pattern=r"^[a-z][a-z0-9.-]{0,99}$")]
"""A right by its name; no patterns, so that a new route is closed to partners until it is listed."""


@dataclass(frozen=True, slots=True)
class Partner:
    """The partner that a token is bound to: of which kind it is, and its id."""

    kind: str
    id: str

    @staticmethod
    def of_claim(claim: object) -> "Partner | None":
        """``jar-maker:J-7``; None for a claim of another form."""
        found = CLAIM.fullmatch(claim) if isinstance(claim, str) else None
        return Partner(found[1], found[2]) if found else None

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.id}"

    def own(self, field: str) -> str | None:
        """What a field that names partners holds for this one: its id where the field is of its kind, its name where it is of all kinds."""
        if field == f"{self.kind.replace('-', '_')}_id":
            return self.id
        return None if field.endswith("_id") else self.name

    def signature(self, contact: str) -> str:
        """How a contact of this partner signs: ``partner:jar-maker:J-7/ann``."""
        return f"partner:{self.name}/{contact}"


class PartnerAccess(Policy):
    """What partners may read and do with tokens of their own; a service names it in a subclass with its defaults."""

    NAME = "partner-access"

    enabled: bool = Field(default=False, description="off: no partner's token opens anything")
    reads: tuple[PartnerRight, ...] = Field(
        default=(), description="rights of what a partner may read, of its own only"
    )
    does: tuple[PartnerRight, ...] = Field(
        default=(), description="rights of what a partner may do, signed by its contact"
    )
    per_minute: int = Field(default=60, ge=1, le=6_000, description="requests of one partner in any minute")

    def rights(self) -> Rights:
        """What is open to partners; nothing while access is not switched on."""
        return self.offered() if self.enabled else _rights(())

    def offered(self) -> Rights:
        """What is open to partners once access is switched on."""
        return _rights((*self.reads, *self.does))

    @classmethod
    def shown(cls, answer: Any) -> Any:
        """What a partner sees of an answer, plain JSON: a subclass leaves out what is nobody's business outside."""
        return answer


def access_in(book: PolicyBook, on: Any) -> PartnerAccess:
    """The policy in force; one that is off where the service has none."""
    return book.at(PartnerAccess, on).document if PartnerAccess.NAME in book.kinds else PartnerAccess()


@lru_cache(maxsize=100)
def _rights(names: tuple[str, ...]) -> Rights:
    return Rights((ME, *names))
