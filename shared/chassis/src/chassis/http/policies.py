"""Policies over HTTP: read any version, publish the next one with If-Match."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, Field

from chassis.http.commands import Answered, Commands
from chassis.http.problems import NotFound, Problem
from chassis.policies import Dated
from chassis.policy_stream import PublishPolicy

router = APIRouter(prefix="/v1/policies", tags=["policies"])


class PolicyVersion(BaseModel):
    """One version of a policy."""

    name: str
    version: int
    effective_from: date
    document: dict[str, Any]


class NewVersion(BaseModel):
    """The next version: the whole document, from when it holds, and why."""

    document: dict[str, Any]
    effective_from: date
    reason: Annotated[str, Field(min_length=3, max_length=500, pattern=r"^[^\x00-\x1f]+$")]


def _shown(name: str, dated: Dated[Any]) -> PolicyVersion:
    return PolicyVersion(
        name=name,
        version=dated.version,
        effective_from=dated.effective_from,
        document=dated.document.model_dump(mode="json"),
    )


@router.get("")
async def policies(request: Request) -> list[PolicyVersion]:
    """The newest version of every policy."""
    book = request.app.state.runtime.executor.policies
    return [_shown(name, book.latest(name)) for name in sorted(book.kinds)]


@router.get("/{name}")
async def policy(request: Request, response: Response, name: str, version: int | None = None) -> PolicyVersion:
    """One policy: the newest version, or the one asked for. Its ETag is the version."""
    book = request.app.state.runtime.executor.policies
    versions = book.versions.get(name)
    if versions is None:
        raise NotFound("policy", name)
    found = [dated for dated in versions if dated.version == (version or versions[-1].version)]
    if not found:
        raise NotFound("version of this policy", str(version))
    response.headers["ETag"] = f'"{found[0].version}"'
    return _shown(name, found[0])


@router.put("/{name}", status_code=201)
async def publish(
    name: str, new: NewVersion, commands: Commands, if_match: Annotated[str | None, Header()] = None
) -> Answered:
    """Publish the next version. If-Match must name the version that was read."""
    number = (if_match or "").strip().strip('"')
    if not number.isdigit():
        raise Problem(
            428,
            "if-match-needed",
            'Send If-Match with the ETag of the version that you changed, for example If-Match: "1".',
        )
    return await commands.do(PublishPolicy(name, new.document, new.effective_from, new.reason, int(number)))
