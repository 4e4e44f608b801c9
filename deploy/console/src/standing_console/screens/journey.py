"""A journey: everything that one fact or person caused, in all services, as a waterfall, a tree or a table; and each step of it."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response

from standing_console.exports import exported
from standing_console.faults import Fault, Misused, NotFound
from standing_console.languages import N_
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.screens.steps import Journey, Step
from standing_console.screens.waterfall import Waterfall
from standing_console.visit import Visit

READ = "log.read"
PAGE = 200
VIEWS = ("waterfall", "tree", "table")
FILTERS = ("service", "type", "failed")
PARKED_PAGE, PARKED_MAX = 200, 1_000
"""Of each service, the parked messages that one view looks through for those of a journey."""
ID_MAX = 200
router = APIRouter()


def id_of(visit: Visit) -> str:
    """The correlation id of the address; empty where there is none yet. Raises Misused for what cannot be one."""
    found = visit.query("id")
    if len(found) > ID_MAX or not found.isprintable() or "/" in found:
        raise Misused(N_("This cannot be the id of a journey."))
    return found


async def load(visit: Visit, correlation_id: str) -> tuple[Journey, list[Fault]]:
    """What each service has of a journey, and the faults of those that do not answer. Raises RightLacking where all refuse."""

    async def of(service: str) -> list[Mapping[str, Any]]:
        await visit.need(service, READ)
        answer = await visit.look(service, f"/v1/admin/journey/{quote(correlation_id, safe='')}")
        items: list[Mapping[str, Any]] = answer["items"]
        return items

    found, faults = await visit.of_each(of)
    return Journey.of(found), faults


async def steps(visit: Visit) -> dict[str, Any]:
    correlation_id = id_of(visit)
    if not correlation_id:
        return {"id": ""}
    journey, faults = await load(visit, correlation_id)
    view = visit.query("view") or VIEWS[0]
    if view not in VIEWS:
        raise Misused(N_("There is no such view."))
    chosen = {name: value for name in FILTERS if (value := visit.query(name))}
    happened, unfolded = visit.query("axis") == "happened", visit.query("noise") == "shown"
    shown = _chosen(journey, chosen)
    rows = journey.rows(shown, fold=not unfolded and not chosen)
    page = _page_number(visit, len(rows))
    part = rows[(page - 1) * PAGE : page * PAGE]
    at = (lambda step: step.happened_at) if happened else (lambda step: step.recorded_at)
    given = {"id": correlation_id, "view": view, **chosen}
    given |= {"axis": "happened"} if happened else {}
    given |= {"noise": "shown"} if unfolded else {}
    return {
        "id": correlation_id, "journey": journey, "faults": faults, "view": view, "views": VIEWS, "rows": part, "total": len(rows),
        "folded": sum(sum(row.folded.values()) for row in rows), "unfolded": unfolded, "happened": happened,
        "waterfall": Waterfall.of(part, rows, at) if view == "waterfall" and rows else None,
        "chosen": {name: chosen.get(name, "") for name in FILTERS}, "filtered": bool(chosen),
        "services": sorted({step.service for step in journey.steps}, key=list(visit.services).index),
        "order": list(visit.services), "types": sorted({step.type for step in journey.steps}),
        "failed": sum(step.failed for step in journey.steps), "page": page, "pages": max(1, -(-len(rows) // PAGE)),
        "address": lambda **changes: _address(given, changes),
    }  # fmt: skip


def _chosen(journey: Journey, chosen: Mapping[str, str]) -> list[Step]:
    return [
        step
        for step in journey.steps
        if step.service == chosen.get("service", step.service)
        and step.type == chosen.get("type", step.type)
        and (step.failed or not chosen.get("failed"))
    ]


def _address(given: Mapping[str, str], changes: Mapping[str, object]) -> str:
    """The page with some of its parameters changed; those that are set to nothing are left out."""
    changed = {**given, **{name: str(value) if value else "" for name, value in changes.items()}}
    return "?" + urlencode({name: value for name, value in changed.items() if value})


def _page_number(visit: Visit, rows: int) -> int:
    text = visit.query("page") or "1"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= max(1, -(-rows // PAGE)):
        raise Misused(N_("There is no such page."))
    return int(text[:9])


async def waiting(visit: Visit) -> dict[str, Any]:
    """The messages of the journey that are parked: what it waits for."""
    correlation_id = id_of(visit)

    async def of(service: str) -> tuple[list[Mapping[str, Any]], bool]:
        await visit.need(service, "admin.parked.read")
        found, after, seen = list[Mapping[str, Any]](), None, 0
        while seen < PARKED_MAX:
            page = await visit.look(service, "/v1/admin/parked", limit=PARKED_PAGE, status="parked", after=after)
            seen += len(page["items"])
            found += [row for row in page["items"] if row["headers"].get("ce_correlationid") == correlation_id]
            if (after := page["next"]) is None:
                return found, False
        return found, True

    if not correlation_id:
        return {"id": ""}
    found, faults = await visit.of_each(of)
    return {
        "id": correlation_id,
        "faults": faults,
        "rows": [{**row, "service": service} for service, (rows, _) in found.items() for row in rows],
        "cut": [service for service, (_, more) in found.items() if more],
        "looked_through": PARKED_MAX,
    }


async def event(visit: Visit) -> dict[str, Any]:
    """One step: what was decided and why, what caused it, what it caused, and where it stands in the log."""
    correlation_id, event_id = id_of(visit), visit.query("event")
    journey, faults = await load(visit, correlation_id) if correlation_id else (Journey(()), list[Fault]())
    step = journey.find(event_id)
    if step is None:
        if faults:
            raise faults[0]
        raise NotFound(event_id)
    settings = visit.request.app.state.console.settings
    cause = journey.find(step.cause) if step.cause else None
    elsewhere = cause is not None and cause.span is not None and (not step.span or cause.span[0] != step.span[0])
    return {
        "id": correlation_id,
        "step": step,
        "faults": faults,
        "cause": cause,
        "effects": journey.effects(step),
        "viewer": settings.trace(step.span.trace_id, step.span.span_id) if step.span else "",
        "trace_of_cause": settings.trace(cause.span.trace_id, cause.span.span_id)
        if cause and cause.span and cause.span.sampled and elsewhere
        else "",
    }


@router.get("/journey/export.{kind}")
async def export(request: Request, kind: str) -> Response:
    """All steps of the filter, none folded."""
    visit: Visit = request.app.state.console.visit(request)
    async with asyncio.timeout(60):
        journey, faults = await load(visit, id_of(visit))
    if faults:
        raise faults[0]  # a table with a service missing would look whole
    columns = (
        "recorded_at", "happened_at", "service", "position", "type", "stream", "version", "event_id", "caused_by", "actor", "trace_id",
    )  # fmt: skip
    chosen = {name: value for name in FILTERS if (value := visit.query(name))}
    table = (
        (
            step.recorded_at.isoformat(), step.happened_at.isoformat(), step.service, step.position, step.type, step.stream,
            step.version, step.id, step.cause, step.actor, step.span.trace_id if step.span else "",
        )
        for step in _chosen(journey, chosen)
    )  # fmt: skip
    return exported("journey", kind, columns, table)


SCREEN = Screen(
    "journey",
    N_("Journey"),
    "chart-gantt",
    (
        Page(
            "/journey",
            N_("Journey"),
            (Panel("steps", N_("What one fact caused"), steps), Panel("waiting", N_("What of it is parked"), waiting)),
        ),
        Page("/journey/event", N_("A step of a journey"), (Panel("event", N_("Event"), event),)),
    ),
    router,
)
