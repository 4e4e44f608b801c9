"""Parked messages: groups by service, topic, type and code; the messages of a group; one message as it came and as edited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from standing_console.exports import ROWS_MAX
from standing_console.faults import Fault
from standing_console.languages import N_
from standing_console.screens import parked_acts
from standing_console.screens.message import Message
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.tables import PAGE, Column, Table, paged, too_many
from standing_console.visit import Visit

EVERY_S = 10
READ, LIST = "admin.parked.read", "/v1/admin/parked"
SORTED_MAX = 2_000
"""Messages that one view looks through to put them in another order than that in which they came."""
FILTERS = ("source", "type", "code", "key")
STATUSES = ("parked", "retried", "discarded")
Row = Mapping[str, Any]


def _of(name: str, title: str = "", numeric: bool = False) -> Column[Row]:
    return Column(name, title, lambda row: row[name], numeric)


GROUPS = Table[Row](
    (
        _of("service", N_("Service")),
        _of("source", N_("Topic")),
        _of("type", N_("Type")),
        _of("code", N_("Error")),
        _of("message_count", N_("Messages"), numeric=True),
        _of("key_count", N_("Keys"), numeric=True),
        _of("first_parked_at", N_("Since")),
    ),
    "-message_count",
)
MESSAGES = Table[Row](
    (
        _of("parked_id", N_("Number"), numeric=True),
        _of("parked_at", N_("Parked at")),
        _of("type", N_("Type")),
        _of("key", N_("Key")),
        Column("code", N_("Why"), lambda row: (row["code"], row["reason"])),
        _of("attempt_count", N_("Tries"), numeric=True),
    ),
    "parked_id",
)
TAKEN = Table[Row](
    (*(_of(name) for name in (
        "parked_id", "status", "parked_at", "source", "partition", "position", "type", "key", "code", "reason", "attempt_count",
        "repeat_count", "resolved_at", "resolved_by", "resolution",
    )),),
    "parked_id",
)  # fmt: skip
"""A message as one takes it along; what is in it stays here, where a look is on record and by right."""
exporting = APIRouter()


async def groups(visit: Visit) -> dict[str, Any]:
    rows, faults = await _all_groups(visit)
    order = GROUPS.order(visit, "/parked")
    return {
        "rows": order.sorted(rows), "total": sum(row["message_count"] for row in rows), "order": order, "faults": faults,
        "chosen": visit.query("service"), "services": list(visit.services),
    }  # fmt: skip


async def _all_groups(visit: Visit) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Those of the service that is chosen, else of all; those that wait longest first."""
    if chosen := visit.query("service"):
        found, faults = {chosen: await _groups(visit, visit.services.check(chosen))}, list[Fault]()
    else:
        found, faults = await visit.of_each(lambda service: _groups(visit, service))
    rows = [row for each in found.values() for row in each]
    return sorted(rows, key=lambda row: str(row["first_parked_at"])), faults


async def _groups(visit: Visit, service: str) -> list[dict[str, Any]]:
    await visit.need(service, READ)
    summary = await visit.look(service, "/v1/admin/parked/summary")
    return [
        {
            **row,
            "service": service,
            "first": datetime.fromisoformat(row["first_parked_at"]),
            "href": f"/parked/{service}?{urlencode({name: row[name] for name in FILTERS[:3] if row[name]})}",
        }
        for row in summary["items"]
    ]


async def messages(visit: Visit) -> dict[str, Any]:
    """A page as the service gives it, from number to number; in another order the first SORTED_MAX, put in that order here."""
    service = visit.services.check(visit.path("service"))
    order = MESSAGES.order(visit, f"/parked/{service}")
    shown, after, cut = None, None, False
    if order.sort == MESSAGES.usual:
        page = await visit.look(service, LIST, limit=PAGE, after=visit.query("after"), **_wanted(visit))
        rows, after = page["items"], page["next"]
    else:
        found, cut = await visit.rows(service, LIST, SORTED_MAX, **_wanted(visit))
        shown = paged(visit, order.sorted(found))
        rows = shown.rows
    return {
        "service": service,
        "rows": rows,
        "shown": shown,
        "cut": visit.words.number(SORTED_MAX) if cut else "",
        "order": order,
        "chosen": {name: visit.query(name) for name in FILTERS},
        "status": visit.query("status") or "parked",
        "statuses": STATUSES,
        "next": after and urlencode({**order.given, "after": after}),
    }


def _wanted(visit: Visit) -> dict[str, str]:
    return {**_chosen(visit), "status": visit.query("status") or "parked"}


@exporting.get("/parked/export.{kind}")
async def export_groups(request: Request, kind: str) -> Response:
    visit: Visit = request.app.state.console.visit(request)
    rows, faults = await _all_groups(visit)
    if faults:
        raise faults[0]  # a table with a service missing would look whole
    return GROUPS.export("parked-groups", kind, GROUPS.order(visit, "/parked").sorted(rows))


@exporting.get("/parked/{service}/export.{kind}")
async def export_messages(request: Request, service: str, kind: str) -> Response:
    """All messages of the filter, and not only those of a page."""
    visit: Visit = request.app.state.console.visit(request)
    rows, more = await visit.rows(visit.services.check(service), LIST, ROWS_MAX, **_wanted(visit))
    if more:
        raise too_many(visit)
    return TAKEN.export(f"parked-{service}", kind, MESSAGES.order(visit, f"/parked/{service}").sorted(rows))


async def bulk(visit: Visit) -> dict[str, Any]:
    """All messages of the filter at once: how many there are, as of the service's own now."""
    service = visit.services.check(visit.path("service"))
    chosen = _chosen(visit)
    reading = await visit.reading(service)
    rights = {act: await visit.may(service, f"admin.parked.{act}") for act in parked_acts.BULK}
    return {
        "service": service,
        "chosen": chosen,
        "count": await parked_acts.counted(visit, service, chosen),
        "seen_at": reading.now.isoformat(),
        "rights": rights,
        "open": (visit.query("status") or "parked") == "parked",
    }


def _chosen(visit: Visit) -> dict[str, str]:
    return {name: value for name in FILTERS if (value := visit.query(name))}


async def message(visit: Visit) -> dict[str, Any]:
    service = visit.services.check(visit.path("service"))
    number = parked_acts.number_of(visit.path("number"))
    found: Mapping[str, Any] = await visit.look(service, f"/v1/admin/parked/{number}")
    rights = {act: await visit.may(service, f"admin.parked.{act}") for act in ("edit", "retry", "discard")}
    refused, visit.session.refused = visit.session.refused, None
    typed = refused[1] if refused and refused[0] == f"/parked/{service}/{number}" else None
    return {"service": service, "message": Message(found), "rights": rights, "refused": typed}


routes = APIRouter()
routes.include_router(exporting)
routes.include_router(parked_acts.router)
SCREEN = Screen(
    "parked",
    N_("Parked"),
    "octagon-pause",
    (
        Page(
            "/parked", N_("Parked messages"), (Panel("groups", N_("What waits, by type and error"), groups, EVERY_S),)
        ),
        Page(
            "/parked/{service}",
            N_("Parked messages of {service}"),
            (
                Panel("messages", N_("Messages"), messages),
                Panel("bulk", N_("All of them at once"), bulk),
            ),
        ),
        Page(
            "/parked/{service}/{number}",
            N_("Parked message {number} of {service}"),
            (Panel("message", N_("Message"), message),),
        ),
    ),
    routes,
)
