"""The audit: who did or saw what, on what, when and why, in all services; filtered by the address, to take along as a table."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from standing_console.exports import ROWS_MAX
from standing_console.faults import Fault, Misused
from standing_console.languages import N_
from standing_console.screens import streams
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.tables import Column, Table, paged, too_many
from standing_console.visit import Visit

FETCHED_MAX = 2_000
"""Rows of a service that one view looks through, the newest; older ones within the chosen time are said to be there."""
NEWEST_FIRST = "-operator_action_id"
DAYS = 7
FILTERS = ("person", "kind", "action", "thing")
PARKED = re.compile(r"parked/([0-9]{1,19})")
router = APIRouter()
Row = Mapping[str, Any]
TABLE = Table[Row](
    (
        Column("at", N_("At"), lambda row: row["at"]),
        Column("service", N_("Service"), lambda row: row["service"]),
        Column("actor", N_("Who"), lambda row: row["actor"]),
        Column("action", N_("What"), lambda row: row["action"]),
        Column("things", N_("On what"), lambda row: " ".join(row["things"])),
        Column("reason", N_("Why"), lambda row: row["reason"]),
        Column("address", N_("From where"), lambda row: row["address"]),
        *(Column(name, "", lambda row, name=name: row[name]) for name in ("kind", "subject", "client", "agent")),  # type: ignore[misc]
    ),
    "-at",
)


async def actions(visit: Visit) -> dict[str, Any]:
    rows, faults, cut = await _found(visit, FETCHED_MAX)
    order = TABLE.order(visit, "/audit")
    since, until = await _window(visit)
    chosen = {name: visit.query(name) for name in ("service", *FILTERS)}
    chosen |= {"since": _minutes(since), "until": _minutes(until) if visit.query("until") else ""}
    given = {name: value for name, value in chosen.items() if value}
    return {
        "shown": paged(visit, order.sorted(rows)),
        "order": order,
        "chosen": chosen,
        "faults": faults,
        "cut": cut,
        "services": list(visit.services),
        "earlier": urlencode({**given, "since": _minutes(since - timedelta(days=DAYS)), "until": _minutes(since)}),
    }


async def _found(visit: Visit, fetched_max: int) -> tuple[list[dict[str, Any]], list[Fault], list[str]]:
    """The rows, newest first; the faults; and the services that have more rows than were looked through."""
    since, until = await _window(visit)
    wanted = {name: visit.query(name) for name in FILTERS}
    wanted |= {"from_at": since.isoformat(), "before_at": until.isoformat() if until else ""}
    cut = list[str]()

    async def of(service: str) -> list[dict[str, Any]]:
        await visit.need(service, "audit.read")
        items, more = await visit.rows(service, "/v1/admin/actions", fetched_max, sort=NEWEST_FIRST, **wanted)
        cut.extend([service] * more)
        return [_row(service, item) for item in items]

    if chosen := visit.query("service"):
        found, faults = {chosen: await of(visit.services.check(chosen))}, list[Fault]()
    else:
        found, faults = await visit.of_each(of)
    rows = [row for each in found.values() for row in each]
    rows.sort(key=lambda row: (row["at"], row["operator_action_id"]), reverse=True)
    return rows, faults, cut


def _row(service: str, item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **item,
        "service": service,
        "at": datetime.fromisoformat(item["done_at"]),
        "links": _links(service, item["things"]),
    }


def _links(service: str, things: list[str]) -> list[tuple[str, str]]:
    """Each thing with the page that shows it, empty where there is none."""

    def page(thing: str) -> str:
        if found := PARKED.fullmatch(thing):
            return f"/parked/{service}/{found[1]}"
        kind, _, name = thing.partition("/")
        return streams.href(service, name) if kind == "streams" else ""

    return [(thing, page(thing)) for thing in things]


async def _window(visit: Visit) -> tuple[datetime, datetime | None]:
    """The time that is shown: as the address says, else the last days, by the clock of the services."""
    until = _instant(visit.query("until"))
    since = _instant(visit.query("since"))
    if since is None:
        since = (until or await _now(visit)) - timedelta(days=DAYS)
    return since, until


async def _now(visit: Visit) -> datetime:
    readings, _ = await visit.of_each(visit.reading)
    return max((reading.now for reading in readings.values()), default=datetime.now(UTC))


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Misused(N_("Write a day or a time as 2025-02-01 or 2025-02-01T08:00.")) from None
    if not 1900 < moment.year < 3000:
        raise Misused(N_("Write a day or a time as 2025-02-01 or 2025-02-01T08:00."))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _minutes(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M") if at else ""


@router.get("/audit/export.{kind}")
async def export(request: Request, kind: str) -> Response:
    visit: Visit = request.app.state.console.visit(request)
    rows, faults, cut = await _found(visit, ROWS_MAX)
    if faults:
        raise faults[0]  # a table with a service missing would look whole
    if cut:
        raise too_many(visit)
    return TABLE.export("audit", kind, TABLE.order(visit, "/audit").sorted(rows))


SCREEN = Screen(
    "audit",
    N_("Audit"),
    "scroll-text",
    (Page("/audit", N_("Audit"), (Panel("actions", N_("Who did and saw what"), actions),)),),
    router,
)
