"""Policies over HTTP: read any version, publish the next one with If-Match, run a candidate beside the live policy."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.handling.policy_stream import EndShadow, RunShadow
from chassis.http.commands import Answered, Commands
from chassis.http.parameters import IfMatch, Name, Version
from chassis.http.problems import NotFound, Problem
from chassis.http.running import Running
from chassis.policies import PolicyBook, PolicyVersion, PublishPolicy
from chassis.runtime import Runtime
from contracts.fields import NO_CONTROLS, Day
from contracts.figures import PlainModel

router = APIRouter(prefix="/v1/policies", tags=["policies"])

Reason = Annotated[str, Field(min_length=3, max_length=500, pattern=NO_CONTROLS)]


class PublishedVersion(PlainModel):
    """One version of a policy."""

    name: str
    version: int
    effective_from: date
    document: dict[str, Any]


class PolicyPage(PlainModel):
    """All policies in one page."""

    items: list[PublishedVersion]
    next: None = None


class NewVersion(PlainModel):
    """The next version: the whole document, the business date on which it takes effect, and the reason."""

    document: dict[str, Any]
    effective_from: Day
    reason: Reason


class Candidate(PlainModel):
    """A document to run beside the live policy, and the reason."""

    document: dict[str, Any]
    reason: Reason


class Shadow(PlainModel):
    """The candidate beside a policy; ``shadow`` is its number."""

    name: str
    shadow: int
    document: dict[str, Any]


def _shown(name: str, published: PolicyVersion[Any]) -> PublishedVersion:
    return PublishedVersion(
        name=name,
        version=published.version,
        effective_from=published.effective_from,
        document=published.document.model_dump(mode="json"),
    )


def _book(running: Runtime) -> PolicyBook:
    return running.executor.policies


@router.get("")
async def list_policies(running: Running) -> PolicyPage:
    """The newest version of every policy."""
    book = _book(running)
    return PolicyPage(items=[_shown(name, book.latest(name)) for name in sorted(book.kinds)])


@router.get("/{name}")
async def show_policy(running: Running, response: Response, name: Name, version: Version = None) -> PublishedVersion:
    """One policy: the newest version, or the one requested. The ETag is the version."""
    versions = _book(running).versions.get(name)
    if versions is None:
        raise NotFound("policy", name)
    found = [each for each in versions if each.version == (versions[-1].version if version is None else version)]
    if not found:
        raise NotFound("version of this policy", str(version))
    response.headers["ETag"] = f'"{found[0].version}"'
    return _shown(name, found[0])


@router.put("/{name}")
async def publish_policy(
    name: Name, new: NewVersion, commands: Commands, running: Running, if_match: IfMatch = None
) -> Answered:
    """Publish the next version. If-Match must name the version that was edited."""
    if if_match is None:
        raise Problem(
            428,
            "if-match-needed",
            'Send If-Match with the ETag of the version that you changed, for example If-Match: "1".',
        )
    await _try_out(running, name, new.document)
    return await commands.do(PublishPolicy(name, new.document, new.effective_from, new.reason, if_match))


@router.get("/{name}/shadow")
async def show_shadow(running: Running, name: Name) -> Shadow:
    """The candidate that runs beside the live policy."""
    candidate = _book(running).shadows.get(name)
    if candidate is None:
        raise NotFound("candidate beside policy", name)
    return Shadow(name=name, shadow=candidate.version, document=candidate.document.model_dump(mode="json"))


@router.put("/{name}/shadow")
async def run_shadow(name: Name, candidate: Candidate, commands: Commands, running: Running) -> Answered:
    """Run a candidate beside the live policy from the next decision on; it decides nothing, and its results are compared."""
    _offers_shadows(running, RunShadow)
    await _try_out(running, name, candidate.document)
    return await commands.do(RunShadow(name, candidate.document, candidate.reason))


@router.delete("/{name}/shadow")
async def end_shadow(name: Name, commands: Commands, running: Running, reason: Annotated[Reason, Query()]) -> Answered:
    """End the candidate that runs beside the live policy."""
    _offers_shadows(running, EndShadow)
    return await commands.do(EndShadow(name, reason))


async def _try_out(running: Runtime, name: str, document: dict[str, Any]) -> None:
    kind = _book(running).kinds.get(name)
    if kind is not None:
        await kind.try_out(document)


def _offers_shadows(running: Runtime, command: type[Any]) -> None:
    service = running.executor.service
    if command not in service.deciders_by_command:
        raise Problem(409, "no-shadows", f"{service.name} runs no candidates beside its policies.")
