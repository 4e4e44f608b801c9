"""One thing by itself, ``/v1/admin/streams``: its events in order, and the state that they make, at any version."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from typing_extensions import TypedDict

from chassis.domain import Decider
from chassis.http.acting import Reasoned
from chassis.http.fast_json import json_response
from chassis.http.identity import needs
from chassis.http.parameters import After, Limit, Version, number_in
from chassis.http.plain_states import plain_state
from chassis.http.problems import NotFound, Problem
from chassis.http.queries import KnownAt
from chassis.http.running import Running
from chassis.http.shapes import answers
from chassis.http.steps import Step, as_step
from chassis.policies import PublishPolicy
from chassis.runtime import Runtime
from chassis.storage.streams import events_of, known_version
from contracts.fields import NO_CONTROLS

PAGE_MAX = 200
POLICIES = "policy"
router = APIRouter(prefix="/v1/admin/streams", tags=["admin"])

StreamName = Annotated[
    str,
    Query(
        min_length=1, max_length=500, pattern=NO_CONTROLS,
        description="the kind of a thing and its id, such as policy-roles",
    ),
]  # fmt: skip


class StreamPart(TypedDict):
    """Events of one stream; ``newest_version`` is how many of it are known, ``next`` the number of the event to go on after."""

    stream: str
    kind: str
    newest_version: int
    items: list[Step]
    next: str | None


class CutPlace(TypedDict):
    """A list, a map or a text of a state of which only so many entries or characters are shown."""

    place: str
    shown_count: int
    whole_count: int


class FoldedStream(TypedDict):
    """``folded`` is what the decider of the stream knows after the event of this version; ``cut`` is what is too large to be shown."""

    stream: str
    kind: str
    version: int
    newest_version: int
    folded: Any
    cut: list[CutPlace]


class StreamKind(TypedDict):
    """The name of a stream is its kind, a hyphen and the id of a thing."""

    kind: str


class StreamKinds(TypedDict):
    items: list[StreamKind]
    next: None


@router.get("", responses=answers(StreamPart), dependencies=[needs("log.read")])
async def read_stream(
    running: Running,
    looking: Reasoned,
    stream: StreamName,
    after: After = None,
    limit: Limit = PAGE_MAX,
    as_known_at: KnownAt = None,
) -> Response:
    """The events of one thing in order, as they were known at an instant or are now; at most 200 in a page."""
    newest, since, most = await _known(running, stream, as_known_at), number_in(after), min(limit, PAGE_MAX)
    found = await events_of(running.log, stream, min(since, newest), newest, most)
    versions = [each.envelope.version for each in found]
    await looking.looked(
        "stream read", f"streams/{stream}", first=min(versions, default=None), last=max(versions, default=None)
    )
    return json_response(
        {
            "stream": stream,
            "kind": _kind_of(stream),
            "newest_version": newest,
            "items": [as_step(each, running.service.sentences) for each in found],
            "next": str(versions[-1]) if versions and versions[-1] < newest else None,
        }
    )


@router.get("/kinds", responses=answers(StreamKinds), dependencies=[needs("log.read")])
async def list_stream_kinds(running: Running) -> Response:
    """The kinds of things that this service decides about, each with streams of its own."""
    return json_response({"items": [{"kind": kind} for kind in _kinds(running)], "next": None})


@router.get("/state", responses=answers(FoldedStream), dependencies=[needs("log.read")])
async def fold_stream(
    running: Running, looking: Reasoned, stream: StreamName, version: Version = None, as_known_at: KnownAt = None
) -> Response:
    """The state of one thing after any of its events, the newest one without ``version``, as its decider folds it.

    Texts that tell of persons stand sealed; those that an old event holds in clear are not shown. What is too large is cut, and ``cut``
    names it.
    """
    newest = await _known(running, stream, as_known_at)
    if version is not None and version > newest:
        raise NotFound("version", f"{version} of {stream}; the newest that is known is {newest}")
    at = newest if version is None else version
    decider = _decider_of(running, stream)
    if decider is None:
        raise Problem(
            404, "no-state", f"No state is made of {stream}: this service folds {', '.join(_kinds(running))}."
        )
    await looking.looked("state of a stream read", f"streams/{stream}", version=at)
    folded, cuts = plain_state(await running.replay.at_version(decider, stream, at))
    cut = [each._asdict() for each in cuts]
    return json_response(
        {
            "stream": stream, "kind": decider.category, "version": at, "newest_version": newest, "folded": folded,
            "cut": cut,
        }
    )  # fmt: skip


async def _known(running: Runtime, stream: str, known_at: datetime | None) -> int:
    """The number of the newest event that is known. Raises Problem (404) where there is none, or was none then."""
    newest = await known_version(running.log, stream, known_at)
    if newest is None:
        kinds = ", ".join(_kinds(running))
        detail = f"There is no stream {stream}. Write its kind, a hyphen and the id; the kinds are {kinds}."
        raise Problem(404, "not-found", detail)
    if newest == 0:
        assert known_at is not None
        raise Problem(404, "not-found", f"Nothing of {stream} was known at {known_at.isoformat()}.")
    return newest


def _kinds(running: Runtime) -> list[str]:
    return list(dict.fromkeys(decider.category for decider in running.executor.service.deciders))


def _kind_of(stream: str) -> str:
    return stream.partition("-")[0]


def _decider_of(running: Runtime, stream: str) -> Decider | None:
    """The decider whose stream it is. What a policy says of one person or thing has a stream, and a decider, beside the policy's own."""
    kind, _, identity = stream.partition("-")
    found = [each for each in running.executor.service.deciders if each.category == kind]
    if kind == POLICIES:
        whole = identity in running.executor.policies.kinds
        found = [each for each in found if (PublishPolicy in each.commands) == whole]
    return found[0] if found else None
