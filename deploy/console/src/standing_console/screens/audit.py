"""The audit: who did or saw what, on what, when and why, in all services; filtered by the address, to take along as a table."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from standing_console.exports import ROWS_MAX, exported
from standing_console.faults import Fault, Misused
from standing_console.languages import N_
from standing_console.screens import streams
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.visit import Visit

PAGE = 200
FETCHED_MAX = 2_000
"""Rows of a service that one view looks through, the newest; older ones within the chosen time are said to be there."""
SERVICE_PAGE = 500
NEWEST_FIRST = "-operator_action_id"
DAYS = 7
FILTERS = ("person", "kind", "action", "thing")
PARKED = re.compile(r"parked/([0-9]{1,19})")
router = APIRouter()


async def actions(visit: Visit) -> dict[str, Any]:
    rows, faults, cut = await _found(visit, FETCHED_MAX)
    page = _page_number(visit)
    since, until = await _window(visit)
    chosen = {name: visit.query(name) for name in ("service", *FILTERS)}
    chosen |= {"since": _minutes(since), "until": _minutes(until) if visit.query("until") else ""}
    given = {name: value for name, value in chosen.items() if value}
    return {
        "rows": rows[(page - 1) * PAGE : page * PAGE], "total": len(rows), "page": page, "pages": max(1, -(-len(rows) // PAGE)),
        "chosen": chosen, "faults": faults, "cut": cut, "services": list(visit.services), "address": urlencode(given),
        "earlier": urlencode({**given, "since": _minutes(since - timedelta(days=DAYS)), "until": _minutes(since)}),
    }  # fmt: skip


async def _found(visit: Visit, fetched_max: int) -> tuple[list[dict[str, Any]], list[Fault], list[str]]:
    """The rows, newest first; the faults; and the services that have more rows than were looked through."""
    since, until = await _window(visit)
    wanted = {name: visit.query(name) for name in FILTERS}
    wanted |= {"from_at": since.isoformat(), "before_at": until.isoformat() if until else ""}
    cut = list[str]()

    async def of(service: str) -> list[dict[str, Any]]:
        await visit.need(service, "audit.read")
        rows, after = list[dict[str, Any]](), None
        while len(rows) < fetched_max:
            page = await visit.look(
                service, "/v1/admin/actions", limit=SERVICE_PAGE, after=after, sort=NEWEST_FIRST, **wanted
            )
            rows += [_row(service, item) for item in page["items"]]
            if (after := page["next"]) is None:
                return rows
        cut.append(service)
        return rows

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
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _minutes(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M") if at else ""


def _page_number(visit: Visit) -> int:
    text = visit.query("page") or "1"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= ROWS_MAX:
        raise Misused(N_("There is no such page."))
    return int(text[:9])


@router.get("/audit/export.{kind}")
async def export(request: Request, kind: str) -> Response:
    visit: Visit = request.app.state.console.visit(request)
    rows, faults, cut = await _found(visit, ROWS_MAX)
    if faults:
        raise faults[0]  # a table with a service missing would look whole
    if cut:
        raise Misused(N_("There are more than {n} rows; choose a shorter time."), n=visit.words.number(ROWS_MAX))
    columns = ("at", "service", "kind", "action", "actor", "subject", "client", "things", "reason", "address", "agent")
    table = ([_cell(row, column) for column in columns] for row in rows)
    return exported("audit", kind, columns, table)


def _cell(row: Mapping[str, Any], column: str) -> object:
    if column == "at":
        return row["at"].isoformat()
    return " ".join(row["things"]) if column == "things" else row[column] or ""


SCREEN = Screen(
    "audit",
    N_("Audit"),
    "scroll-text",
    (Page("/audit", N_("Audit"), (Panel("actions", N_("Who did and saw what"), actions),)),),
    router,
)
