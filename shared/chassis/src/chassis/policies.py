"""Policies: versioned documents with an effective date; every decision is made under one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar

from immutables import Map
from pydantic import ConfigDict

from contracts.fields import STORED
from contracts.figures import PlainModel
from contracts.policy import PolicyEntryChanged, PolicyEvent, PolicyPublished, PolicyShadowed, PolicyShadowEnded


class Policy(PlainModel):
    """A rule document. The defaults of its fields are version 1, in force until another version is published.

    What a docstring below a field says is shown to whoever edits the document.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    NAME: ClassVar[str]

    @classmethod
    async def try_out(cls, document: Mapping[str, Any]) -> None:
        """Called before somebody's new version is decided on, outside of the write path: for checks that may take long.

        ``document`` is as it was sent. Raises a Refusal. A policy may remember what it found out, so that validating is quick.
        """

    @classmethod
    def entry_of(cls, entry: Mapping[str, Any]) -> Any:
        """What ``PolicyBook.entry`` answers for an entry of this policy, as its event holds it."""
        return entry


class PolicyPart(PlainModel):
    """A group of rules inside a policy."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True)
class PublishPolicy:
    """Publish the version after ``expected_version``, in force from a business date on.

    A document with personal texts is given as the policy that it makes: its texts are sealed before it is decided on.
    """

    name: str
    document: dict[str, Any] | Policy
    effective_from: date
    reason: str
    expected_version: int


P = TypeVar("P", bound=Policy)


@dataclass(frozen=True)
class PolicyVersion(Generic[P]):
    """One version of a policy and the business date on which it takes effect."""

    version: int
    effective_from: date
    document: P


@dataclass(frozen=True)
class PolicyBook:
    """All versions of all policies of a service, as a value; ``shadows`` are the running candidates by policy name.

    ``entries``: by policy name and key, the number and the content of what a policy says of one person or thing.
    """

    kinds: Mapping[str, type[Policy]]
    versions: Mapping[str, tuple[PolicyVersion[Any], ...]] = field(default_factory=dict)
    shadows: Mapping[str, PolicyVersion[Any]] = field(default_factory=dict)
    entries: "Map[tuple[str, str], tuple[int, Any]]" = field(default_factory=Map)

    @staticmethod
    def of(kinds: Iterable[type[Policy]]) -> "PolicyBook":
        """The defaults of each kind as version 1."""
        by_name = {kind.NAME: kind for kind in kinds}
        return PolicyBook(by_name, {name: (PolicyVersion(1, date.min, kind()),) for name, kind in by_name.items()})

    def at(self, kind: type[P], on: date) -> PolicyVersion[P]:
        """The version in force on a business date: of those that have taken effect, the newest."""
        versions: tuple[PolicyVersion[P], ...] = self.versions[kind.NAME]
        for version in reversed(versions):
            if version.effective_from <= on:
                return version
        raise LookupError(f"No version of {kind.NAME} is in force on {on}.")  # the defaults are, since ever

    def entry(self, kind: type[P], key: str) -> Any:
        """What a policy says of one person or thing, by the policy's ``entry_of``; None where nobody has changed it."""
        found = self.entries.get((kind.NAME, key))
        return found and found[1]

    def latest(self, name: str) -> PolicyVersion[Any]:
        return self.versions[name][-1]

    def shadow(self, kind: type[P]) -> PolicyVersion[P] | None:
        """The candidate that is evaluated beside the live policy without deciding; ``version`` is the candidate's number."""
        return self.shadows.get(kind.NAME)

    def with_only(self, document: Policy) -> "PolicyBook":
        """The book with this document as the only version its policy ever had: for replaying history under a candidate."""
        version = PolicyVersion(self.latest(document.NAME).version + 1, date.min, document)
        return replace(self, versions={**self.versions, document.NAME: (version,)})

    def after(self, event: PolicyEvent) -> "PolicyBook":
        """The book after a policy event; an event that it contains already changes nothing."""
        match event:
            case PolicyPublished():
                return self.with_published(event)
            case PolicyEntryChanged(name=name, key=key):
                known, _ = self.entries.get((name, key), (0, None))
                if event.entry_version <= known:
                    return self
                entry = (event.entry_version, self.kinds[name].entry_of(event.entry))
                return replace(self, entries=self.entries.set((name, key), entry))
            case PolicyShadowed(name=name):
                candidate = PolicyVersion(
                    event.shadow, date.min, self.kinds[name].model_validate(event.document, context=STORED)
                )
                return replace(self, shadows={**self.shadows, name: candidate})
            case PolicyShadowEnded(name=name):
                return replace(self, shadows={each: s for each, s in self.shadows.items() if each != name})
            case _:
                raise TypeError(f"{type(event).__name__} is not a policy event that a policy book handles.")

    def with_published(self, event: PolicyPublished) -> "PolicyBook":
        """The book with one more version; a version that it contains already changes nothing."""
        known = self.versions[event.name]
        is_next = event.policy_version > known[-1].version
        if not is_next and any(version.version == event.policy_version for version in known):
            return self
        document = self.kinds[event.name].model_validate(event.document, context=STORED)
        added = PolicyVersion(event.policy_version, event.effective_from, document)
        versions = (*known, added)
        if not is_next:
            versions = tuple(sorted(versions, key=lambda version: version.version))
        return replace(self, versions={**self.versions, event.name: versions})
