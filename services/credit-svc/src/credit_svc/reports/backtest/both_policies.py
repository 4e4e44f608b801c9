"""A policy read for both sides of a back-test at once: the live document, which notes when the candidate says otherwise.

Most decisions ask a policy for what live and candidate agree on. They come out the same on both sides, and need not be made twice.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import FunctionType, MethodType
from typing import Any, Literal

from chassis.policies import P, Policy, PolicyBook, PolicyVersion


@dataclass
class Reading:
    """``differs``: something was read since it was reset that the candidate says otherwise."""

    differs: bool = False


class BothDocuments:
    """The live document as it reads to whoever decides under it. Its methods and properties run on this one, so that what they read
    is noted too."""

    __slots__ = ("_candidate", "_live", "_reading")

    def __init__(self, live: Policy, candidate: Policy, reading: Reading) -> None:
        self._live, self._candidate, self._reading = live, candidate, reading

    def __getattr__(self, name: str) -> Any:
        kind, found = _kind_of(type(self._live), name)
        if kind == "method":
            return MethodType(found, self)
        if kind == "property":
            return found.fget(self)
        value = getattr(self._live, name)
        if value != getattr(self._candidate, name):
            self._reading.differs = True
        return value


@cache
def _kind_of(policy: type[Policy], name: str) -> tuple[Literal["field", "method", "property"], Any]:
    for owner in policy.__mro__:
        found = owner.__dict__.get(name)
        if isinstance(found, FunctionType):
            return "method", found
        if isinstance(found, property):
            return "property", found
    return "field", None


@dataclass(frozen=True)
class BothPolicies(PolicyBook):
    """The live book, in which each version of the policy on trial is read beside the candidate."""

    name: str = ""
    reading: Reading = field(default_factory=Reading)
    read: dict[int, PolicyVersion[Any]] = field(default_factory=dict)

    @classmethod
    def reading_both(cls, live: PolicyBook, candidate: PolicyBook, name: str) -> "BothPolicies":
        (other,), reading = candidate.versions[name], Reading()
        read: dict[int, PolicyVersion[Any]] = {
            version.version: PolicyVersion(
                version.version,
                version.effective_from,
                BothDocuments(version.document, other.document, reading),
            )
            for version in live.versions[name]
        }
        return cls(live.kinds, live.versions, live.shadows, live.entries, name, reading, read)

    def at(self, kind: type[P], on: date) -> PolicyVersion[P]:
        found = PolicyBook.at(self, kind, on)
        return self.read[found.version] if self.name == kind.NAME else found
