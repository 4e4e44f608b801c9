"""Streams: a thing's events in order, the state after any of them, what differs between two versions; as known now, or as known then."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from standing_console.exports import ROWS_MAX, exported
from standing_console.faults import Misused, Refused
from standing_console.languages import N_
from standing_console.screens.documents import changes, leaves
from standing_console.screens.message import readable
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.screens.steps import Step
from standing_console.visit import Visit

READ, PATH = "log.read", "/v1/admin/streams"
PAGE, WHOLE_PAGE = 100, 200
"""Events that are shown at once, and that are asked for at once where all are taken along."""
LINES_MAX, EVENT_LINES_MAX, CHANGES_MAX = 2_000, 60, 500
"""Of a state, of the data of an event, of a difference; what is beyond is counted."""
VERSION_MAX = 2**31 - 1
NAME_MAX = 500
router = APIRouter()


@dataclass(frozen=True)
class Place:
    """What the address chooses: a stream of a service, how far it was known, the page of its events, and the versions that are compared.

    Numbers are 0 where the address leaves them out: from the first event on, the newest version, the one before.
    """

    service: str
    stream: str = ""
    as_known_at: str = ""
    after: int = 0
    version: int = 0
    since: int = 0

    @property
    def kind(self) -> str:
        return self.stream.partition("-")[0]

    @property
    def identity(self) -> str:
        return self.stream.partition("-")[2]

    def address(self, **changed: Any) -> str:
        given = vars(replace(self, **changed))
        return "?" + urlencode({name: value for name, value in given.items() if value})

    def parameters(self, **others: Any) -> dict[str, Any]:
        """The parameters of a request to the service."""
        return {"stream": self.stream, "as_known_at": self.as_known_at, **others}


def href(service: str, stream: str, version: int = 0) -> str:
    """The address of a stream, at one of its versions."""
    return "/streams" + Place(service, stream, version=version).address()


def place_of(visit: Visit) -> Place:
    """Raises Misused for what no address of this page has, NotFound for a service that there is not."""
    service = visit.services.check(visit.query("service") or next(iter(visit.services)))
    kind, identity = visit.query("kind"), visit.query("id")
    stream = visit.query("stream") or (f"{kind}-{identity}" if kind and identity else "")
    if len(stream) > NAME_MAX or not stream.isprintable():
        raise Misused(N_("This cannot be the name of a stream."))
    after, version, since = (_number(visit, name) for name in ("after", "version", "since"))
    return Place(service, stream, _known_at(visit.query("as_known_at")), after, version, since)


def _number(visit: Visit, name: str) -> int:
    text = visit.query(name)
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or not (name != "after") <= int(text[:10]) <= VERSION_MAX:
        raise Misused(N_("There is no such version."))
    return int(text[:10])


def _known_at(text: str) -> str:
    """The instant as a service takes it, with its zone; a day means its end."""
    if not text:
        return ""
    try:
        if len(text) == len("2025-02-01"):
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Misused(N_("Write a day or a time as 2025-02-01 or 2025-02-01T08:00.")) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


async def events(visit: Visit) -> dict[str, Any]:
    place = place_of(visit)
    await visit.need(place.service, READ)
    kinds, (page, refused) = await asyncio.gather(_kinds(visit, place), _page(visit, place))
    return {
        "place": place, "services": list(visit.services), "kinds": kinds, "refused": refused, "newest": page.get("newest_version", 0),
        "steps": _steps(place, page), "next": int(page.get("next") or 0), "lines_max": EVENT_LINES_MAX,
        "before": max(0, place.after - PAGE), "shown": place.version or page.get("newest_version", 0),
    }  # fmt: skip


async def _kinds(visit: Visit, place: Place) -> list[str]:
    listed = await visit.look(place.service, f"{PATH}/kinds")
    kinds = [each["kind"] for each in listed["items"]]
    return kinds if place.kind in ("", *kinds) else [*kinds, place.kind]


async def _page(visit: Visit, place: Place) -> tuple[Mapping[str, Any], str]:
    """A page of events; or what the service says where it knows no such stream, beside which the form remains."""
    if not place.stream:
        return {}, ""
    try:
        found: Mapping[str, Any] = await visit.look(
            place.service, PATH, **place.parameters(after=place.after or None, limit=PAGE)
        )
    except Refused as refused:
        if refused.status not in (404, 422):
            raise
        return {}, refused.detail
    return found, ""


def _steps(place: Place, page: Mapping[str, Any]) -> list[Step]:
    return [Step(place.service, item["key"], item["headers"], item["data"]) for item in page.get("items", ())]


async def _folded(visit: Visit, place: Place, version: int) -> Mapping[str, Any]:
    await visit.need(place.service, READ)
    found: Mapping[str, Any] = await visit.look(
        place.service, f"{PATH}/state", **place.parameters(version=version or None)
    )
    return found


async def state(visit: Visit) -> dict[str, Any]:
    place = place_of(visit)
    if not place.stream:
        return {"place": place}
    found = await _folded(visit, place, place.version)
    lines = readable(json.dumps(found["folded"], ensure_ascii=False)).splitlines()
    return {"place": place, "found": found, "lines": lines, "lines_max": LINES_MAX}


async def difference(visit: Visit) -> dict[str, Any]:
    """Between the version that is shown and the one before it, or another one that the address names."""
    place = place_of(visit)
    if not place.stream:
        return {"place": place}
    if place.version and place.since:
        later, sooner = await asyncio.gather(*(_folded(visit, place, n) for n in (place.version, place.since)))
    else:
        later = await _folded(visit, place, place.version)
        since = place.since or later["version"] - 1
        sooner = await _folded(visit, place, since) if since else {}
    found = list(changes(sooner["folded"], later["folded"])) if sooner else []
    return {
        "place": place, "later": later, "sooner": sooner, "changes": found[:CHANGES_MAX], "more": max(0, len(found) - CHANGES_MAX),
        "cut": [*later["cut"], *sooner.get("cut", ())],
    }  # fmt: skip


@router.get("/streams/export.{kind}")
async def export(request: Request, kind: str) -> Response:
    """All events of a stream."""
    visit: Visit = request.app.state.console.visit(request)
    place = place_of(visit)
    await visit.need(place.service, READ)
    columns = (
        "version", "recorded_at", "happened_at", "position", "type", "actor", "correlation_id", "event_id", "caused_by", "data",
    )  # fmt: skip
    async with asyncio.timeout(60):
        table = [
            (
                step.version, step.recorded_at.isoformat(), step.happened_at.isoformat(), step.position, step.type, step.actor,
                step.correlation_id, step.id, step.cause, json.dumps(step.data, ensure_ascii=False),
            )
            async for step in _all(visit, place)
        ]  # fmt: skip
    return exported("stream", kind, columns, table)


async def _all(visit: Visit, place: Place) -> AsyncIterator[Step]:
    after: str | None = None
    for _ in range(ROWS_MAX // WHOLE_PAGE):
        page = await visit.look(place.service, PATH, **place.parameters(after=after, limit=WHOLE_PAGE))
        for step in _steps(place, page):
            yield step
        if (after := page["next"]) is None:
            return
    raise Misused(N_("There are more than {n} rows."), n=visit.words.number(ROWS_MAX))


@router.get("/streams/state.{kind}")
async def export_state(request: Request, kind: str) -> Response:
    """The state at a version, a value a row with the place where it stands."""
    visit: Visit = request.app.state.console.visit(request)
    place = place_of(visit)
    found = await _folded(visit, place, place.version)
    return exported("state", kind, ("place", "value"), leaves(found["folded"]))


SCREEN = Screen(
    "streams",
    N_("Streams"),
    "layers",
    (
        Page(
            "/streams",
            N_("Streams"),
            (
                Panel("events", N_("A thing's events in order"), events),
                Panel("state", N_("The state that they make"), state),
                Panel("difference", N_("What differs between two versions"), difference),
            ),
        ),
    ),
    router,
)
