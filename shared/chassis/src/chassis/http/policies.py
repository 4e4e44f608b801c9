"""Policies over HTTP: read any version, publish the next one with If-Match, run a candidate beside the live policy."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.handling.policy_stream import EndShadow, RunShadow, document_of, to_record
from chassis.http.acting import Act
from chassis.http.commands import Answered, Commands
from chassis.http.identity import needs
from chassis.http.identity.granting import refuse_others_rights
from chassis.http.identity.rights import refuse_unknown_rights
from chassis.http.parameters import IfMatch, Name, Version
from chassis.http.problems import NotFound, Problem
from chassis.http.running import Running
from chassis.policies import Policy, PolicyBook, PolicyVersion, PublishPolicy
from chassis.roles import Roles
from chassis.runtime import Runtime
from contracts.data_subjects import with_each
from contracts.fields import NO_CONTROLS, Day
from contracts.figures import PlainModel
from contracts.personal import IN_CLEAR, Clear, Sealed

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
        document=_written(published.document),
    )


def _written(document: Policy) -> dict[str, Any]:
    """As it stands in the log: personal texts sealed, or in clear in a version that was published before they were sealed."""
    return document.model_dump(mode="json", context=IN_CLEAR)


def _for_the_audit(document: dict[str, Any] | Policy) -> dict[str, Any]:
    """Without the personal texts that are not sealed yet: the event has them sealed."""
    if not isinstance(document, Policy):
        return document
    return with_each(document, lambda text, _: text if isinstance(text, Sealed) else Clear("")).model_dump(mode="json")


def _refuse_roles(new: NewVersion, commands: Commands, book: PolicyBook) -> None:
    """Raises Problem for rights that there are not, and for a change of such as the caller lacks.

    Compared with the newest version, and with the one in force on that day: what is yet to come is not brought forward so either.
    """
    app = commands.request.app
    refuse_unknown_rights(new.document, app)
    after = document_of(Roles.NAME, new.document, book)
    assert isinstance(after, Roles)
    for before in (book.latest(Roles.NAME).document, book.at(Roles, new.effective_from).document):
        refuse_others_rights(after, before, commands.caller, app)


def _book(running: Runtime) -> PolicyBook:
    return running.executor.policies


@router.get("", dependencies=[needs("policies.read")])
async def list_policies(running: Running) -> PolicyPage:
    """The newest version of every policy."""
    book = _book(running)
    return PolicyPage(items=[_shown(name, book.latest(name)) for name in sorted(book.kinds)])


@router.get("/{name}", dependencies=[needs("policies.read")])
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


@router.put("/{name}", dependencies=[needs("policies.publish")])
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
    if name == Roles.NAME:
        _refuse_roles(new, commands, _book(running))
    document = to_record(name, new.document, _book(running))
    after = {
        "version": if_match + 1,
        "effective_from": new.effective_from.isoformat(),
        "document": _for_the_audit(document),
    }
    act = Act("policy published", f"policies/{name}", new.reason, _before(running, name), after)
    return await commands.do(PublishPolicy(name, document, new.effective_from, new.reason, if_match), act=act)


@router.get("/{name}/shadow", dependencies=[needs("policies.read")])
async def show_shadow(running: Running, name: Name) -> Shadow:
    """The candidate that runs beside the live policy."""
    candidate = _book(running).shadows.get(name)
    if candidate is None:
        raise NotFound("candidate beside policy", name)
    return Shadow(name=name, shadow=candidate.version, document=_written(candidate.document))


@router.put("/{name}/shadow", dependencies=[needs("policies.shadow")])
async def run_shadow(name: Name, candidate: Candidate, commands: Commands, running: Running) -> Answered:
    """Run a candidate beside the live policy from the next decision on; it decides nothing, and its results are compared."""
    _offers_shadows(running, RunShadow)
    await _try_out(running, name, candidate.document)
    document = to_record(name, candidate.document, _book(running))
    act = Act(
        "candidate begun",
        f"policies/{name}",
        candidate.reason,
        _beside(running, name),
        {"document": _for_the_audit(document)},
    )
    return await commands.do(RunShadow(name, document, candidate.reason), act=act)


@router.delete("/{name}/shadow", dependencies=[needs("policies.shadow")])
async def end_shadow(name: Name, commands: Commands, running: Running, reason: Annotated[Reason, Query()]) -> Answered:
    """End the candidate that runs beside the live policy."""
    _offers_shadows(running, EndShadow)
    act = Act("candidate ended", f"policies/{name}", reason, _beside(running, name))
    return await commands.do(EndShadow(name, reason), act=act)


def _before(running: Runtime, name: str) -> dict[str, Any] | None:
    """The newest version, which a publication follows; None for a policy that there is not."""
    book = _book(running)
    if name not in book.versions:
        return None
    latest = book.latest(name)
    return {**_shown(name, latest).model_dump(mode="json"), "document": _for_the_audit(latest.document)}


def _beside(running: Runtime, name: str) -> dict[str, Any] | None:
    candidate = _book(running).shadows.get(name)
    return None if candidate is None else {"document": _for_the_audit(candidate.document)}


async def _try_out(running: Runtime, name: str, document: dict[str, Any]) -> None:
    kind = _book(running).kinds.get(name)
    if kind is not None:
        await kind.try_out(document)


def _offers_shadows(running: Runtime, command: type[Any]) -> None:
    service = running.executor.service
    if command not in service.deciders_by_command:
        raise Problem(409, "no-shadows", f"{service.name} runs no candidates beside its policies.")
