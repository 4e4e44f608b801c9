"""Find: any id in one field; every service is looked through at once, and one lands on the thing or on the choice between things."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from standing_console.faults import Fault, Misused, NotFound, Refused, RightLacking, ServiceAway, TooSlow
from standing_console.languages import N_, Words
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.screens.steps import Journey
from standing_console.visit import EACH_S, Visit

READ = "log.read"
ID_MAX = 200
INDEXED_S = 0.8
LOOKS_S = EACH_S - INDEXED_S - 0.1
"""Of the time of a panel, what the look by the index takes at most, and what is left for reading logs through."""
TOO_SLOW = "lookup-too-slow"
router = APIRouter()


class StillReading(ServiceAway):
    """A service reads its log through for an id, and takes longer than a panel waits."""

    passes = False

    def sentence(self, words: Words) -> str:
        return words(
            "{service} was still reading its log through when the time was over. What it knows of this id is not listed here: paste"
            " the correlation id, which is found at once.",
            service=self.service,
        )


@dataclass(frozen=True)
class Found:
    """What one service knows of an id."""

    journeys: tuple[Mapping[str, Any], ...] = ()
    parked: tuple[Mapping[str, Any], ...] = ()
    more: bool = False


@dataclass(frozen=True)
class JourneyHit:
    """A journey of the id: how many events of it each service has, and what the id is in them."""

    correlation_id: str
    found_by: frozenset[str]
    counts: Mapping[str, int]
    first_at: datetime
    first_type: str

    @property
    def href(self) -> str:
        return f"/journey?{urlencode({'id': self.correlation_id})}"


@dataclass(frozen=True)
class Answer:
    """What all services know of an id. ``lacking`` are those that had no answer, so that it may be more than this."""

    journeys: tuple[JourneyHit, ...]
    parked: tuple[Mapping[str, Any], ...]
    more: tuple[str, ...]
    lacking: tuple[Fault, ...]

    @property
    def only(self) -> str:
        """The address of the one thing that it can be; empty where there are several, none, or a service had no answer."""
        hits = [*(hit.href for hit in self.journeys), *(row["href"] for row in self.parked)]
        return hits[0] if len(hits) == 1 and not self.more and not self.lacking else ""


def id_of(visit: Visit) -> str:
    """Raises Misused for what no id can be."""
    found = visit.query("id")
    if len(found) > ID_MAX or not found.isprintable():
        raise Misused(N_("An id has at most 200 characters, on one line."))
    return found


async def look_up(visit: Visit, id: str) -> Answer:
    """``SOURCE#ID`` is the message of that source and id. Every service is looked through at the same time.

    A correlation id is found by the index of the logs; for any other the services read them through.
    """
    if "/" not in id and (journey := await _by_correlation(visit, id)) is not None:
        return Answer((journey,), (), (), ())
    source, _, message = id.rpartition("#")

    async def of(service: str) -> Found:
        await visit.need(service, READ)
        async with asyncio.timeout(LOOKS_S):
            own = await _look(visit, service, message, source) if source else Found()
            return own if own.journeys or own.parked else await _look(visit, service, id)

    async def within(service: str) -> Found:
        try:
            return await of(service)
        except (TimeoutError, TooSlow):
            raise StillReading(service) from None
        except Refused as refused:
            raise (StillReading(service) if refused.problem == TOO_SLOW else refused) from None

    found, faults = await visit.of_each(within)
    by_id: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for service, each in found.items():
        for hit in each.journeys:
            by_id.setdefault(hit["correlation_id"], []).append((service, hit))
    parked = tuple(
        {**row, "service": service, "href": f"/parked/{service}/{row['parked_id']}"}
        for service, each in found.items()
        for row in each.parked
    )
    hits = sorted(
        (_hit(correlation_id, parts) for correlation_id, parts in by_id.items()), key=lambda hit: hit.first_at
    )
    return Answer(tuple(hits), parked, tuple(service for service, each in found.items() if each.more), tuple(faults))


async def _by_correlation(visit: Visit, id: str) -> JourneyHit | None:
    """The journey of exactly this correlation id. Its own page says which services do not answer."""

    async def of(service: str) -> list[Mapping[str, Any]]:
        await visit.need(service, READ)
        try:
            async with asyncio.timeout(INDEXED_S):
                answer = await visit.look(service, f"/v1/admin/journey/{quote(id, safe='')}")
        except TimeoutError:
            raise TooSlow(service) from None
        items: list[Mapping[str, Any]] = answer["items"]
        return items

    found, _ = await visit.of_each(of)
    steps = Journey.of(found).steps
    if not steps:
        return None
    counts = {service: len(items) for service, items in found.items() if items}
    return JourneyHit(id, frozenset({"correlation id"}), counts, steps[0].happened_at, steps[0].type)


async def _look(visit: Visit, service: str, id: str, source: str = "") -> Found:
    answer = await visit.look(service, "/v1/admin/lookup", id=id, ce_source=source)
    return Found(tuple(answer["journeys"]), tuple(answer["parked_messages"]), answer["more"])


def _hit(correlation_id: str, parts: list[tuple[str, Mapping[str, Any]]]) -> JourneyHit:
    first = min((part for _, part in parts), key=lambda part: datetime.fromisoformat(part["first_at"]))
    return JourneyHit(
        correlation_id,
        frozenset(part["found_by"] for _, part in parts),
        {service: part["event_count"] for service, part in parts},
        datetime.fromisoformat(first["first_at"]),
        first["first_type"],
    )


async def found(visit: Visit) -> dict[str, Any]:
    id = id_of(visit)
    if not id:
        return {"id": ""}
    return {"id": id, "answer": await look_up(visit, id), "services": list(visit.services)}


async def exact(visit: Visit) -> dict[str, Any]:
    """Things that a service knows by exactly this id, as far as the viewer may see them."""
    id = id_of(visit)
    if not id or "/" in id:
        return {"id": id, "things": [], "faults": [], "lacking": []}

    async def of(place: tuple[str, str, str]) -> tuple[str, str] | Fault | None:
        service, path, name = place
        try:
            async with asyncio.timeout(LOOKS_S):
                await visit.look(service, path + quote(id, safe=""))
        except TimeoutError:
            return TooSlow(service)
        except Refused as refused:
            return None if refused.status in (404, 422) else refused
        except Fault as fault:
            return fault
        return service, name

    places = [place for place in THINGS if place[0] in list(visit.services)]
    answers = await asyncio.gather(*(of(place) for place in places))
    faults = [each for each in answers if isinstance(each, Fault)]
    away = {each.service: each for each in faults if isinstance(each, ServiceAway)}
    return {
        "id": id,
        "things": [each for each in answers if isinstance(each, tuple)],
        "faults": [*away.values(), *(each for each in faults if isinstance(each, Refused))],
        "lacking": [
            (place[2], answer.right)
            for place, answer in zip(places, answers, strict=True)
            if isinstance(answer, RightLacking)
        ],
    }


THINGS = (
    ("supplier-svc", "/v1/suppliers/", N_("Supplier")),
    ("customer-svc", "/v1/customers/", N_("Customer")),
    ("customer-svc", "/v1/orders/", N_("Order")),
    ("customer-svc", "/v1/complaints/", N_("Complaint")),
    ("customer-svc", "/v1/opportunities/", N_("Opportunity")),
    ("credit-svc", "/v1/accounts/", N_("Credit account")),
    ("credit-svc", "/v1/collections/", N_("Collection case")),
    ("notify-svc", "/v1/notifications/", N_("Notice")),
)
"""Service, route and kind of each thing that is got by its id alone."""


@router.get("/find/go")
async def go(request: Request) -> RedirectResponse:
    """To the thing itself where there is but one, else to the choice."""
    visit: Visit = request.app.state.console.visit(request)
    id = id_of(visit)
    choice = f"/find?{urlencode({'id': id})}"
    if not id:
        raise NotFound
    try:
        only = (await look_up(visit, id)).only
    except Fault:
        only = ""  # the page of the choice says what hinders it
    return RedirectResponse(only or choice, 303)


SCREEN = Screen(
    "find",
    N_("Find"),
    "search",
    (
        Page(
            "/find",
            N_("Find"),
            (Panel("found", N_("Any id"), found), Panel("exact", N_("What has exactly this id"), exact)),
        ),
    ),
    router,
)
