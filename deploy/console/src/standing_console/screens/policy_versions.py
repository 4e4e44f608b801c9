"""A policy as its service tells of it: its versions with who published each and why, the candidate beside it, drafts of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from standing_console.faults import NotFound, Refused
from standing_console.visit import Visit

READ, PUBLISH, SHADOW = "policies.read", "policies.publish", "policies.shadow"
TEST, TESTS_READ, AUDIT = "backtests.run", "backtests.read", "audit.read"
BEGINNING = "0001-01-01"
"""From when on the version is in force that the service came with."""
SHOWN_MAX = 50
"""Versions that one page lists, the newest."""
DRAFTS_MAX = 20


@dataclass(frozen=True)
class Name:
    """A policy of a service."""

    service: str
    policy: str

    @property
    def page(self) -> str:
        return f"/policies/{quote(self.service, safe='')}/{quote(self.policy, safe='')}"

    @property
    def path(self) -> str:
        return f"/v1/policies/{quote(self.policy, safe='')}"


@dataclass
class Draft:
    """What somebody edits: the whole document, the version that it follows, and what is wrong with it. It lives as long as the session."""

    document: dict[str, Any]
    base: int
    origin: str = ""
    touched: str = ""
    text: str = ""
    """What was typed as JSON and is none yet."""
    errors: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Version:
    """A version, with who published it, when and why, as far as the viewer may read the audit."""

    number: int
    effective_from: str
    document: Mapping[str, Any]
    by: str = ""
    at: str = ""
    reason: str = ""

    @property
    def delivered(self) -> bool:
        """Whether it came with the program."""
        return self.effective_from == BEGINNING


def named(visit: Visit) -> Name:
    return Name(visit.services.check(visit.path("service")), visit.path("name"))


async def version(visit: Visit, name: Name, number: int | None = None) -> Version:
    """One version, the newest without a number. Raises Fault."""
    try:
        row = await visit.look(name.service, name.path, version=number)
    except Refused as refused:
        if refused.status == 404:
            raise NotFound(name.policy) from refused
        raise
    return Version(row["version"], row["effective_from"], row["document"])


async def versions(visit: Visit, name: Name, at_most: int = SHOWN_MAX) -> list[Version]:
    """The newest first."""
    newest = await version(visit, name)
    numbers = range(newest.number - 1, max(0, newest.number - at_most), -1)
    return [newest, *await asyncio.gather(*(version(visit, name, number) for number in numbers))]


async def with_reasons(visit: Visit, name: Name, found: list[Version]) -> tuple[list[Version], bool]:
    """The versions with who and why, and whether the viewer may read that."""
    if not await visit.may(name.service, AUDIT):
        return found, False
    thing = f"policies/{name.policy}"
    rows = await visit.look(name.service, "/v1/admin/actions", action="policy published", thing=thing, limit=500)
    by_version = {(row["after"] or {}).get("version"): row for row in rows["items"]}
    explained = [
        Version(
            each.number, each.effective_from, each.document, row["actor"], row["done_at"], row["reason"]
        ) if (row := by_version.get(each.number)) else each
        for each in found
    ]  # fmt: skip
    return explained, True


async def candidate(visit: Visit, name: Name) -> Mapping[str, Any] | None:
    """The document that runs beside the live one; None where none does."""
    try:
        found: Mapping[str, Any] = await visit.look(name.service, f"{name.path}/shadow")
    except Refused as refused:
        if refused.status == 404:
            return None
        raise
    return found


async def schema(visit: Visit, name: Name) -> Mapping[str, Any] | None:
    """The JSON schema of the policy's documents; None of a service that publishes none yet."""
    try:
        found: Mapping[str, Any] = await visit.look(name.service, f"{name.path}/schema")
    except Refused as refused:
        if refused.status == 404:
            return None
        raise
    return found


def draft_of(visit: Visit, name: Name) -> Draft | None:
    found: Draft | None = visit.session.drafts.get((name.service, name.policy))
    return found


def put(visit: Visit, name: Name, draft: Draft) -> None:
    """Remember a draft; the oldest gives way where a session has many."""
    drafts = visit.session.drafts
    drafts.pop((name.service, name.policy), None)
    while len(drafts) >= DRAFTS_MAX:
        del drafts[next(iter(drafts))]
    drafts[name.service, name.policy] = draft


def drop(visit: Visit, name: Name) -> None:
    visit.session.drafts.pop((name.service, name.policy), None)
