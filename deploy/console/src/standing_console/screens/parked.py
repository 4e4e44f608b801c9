"""Parked messages: groups by service, topic, type and code; the messages of a group; one message as it came and as edited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from standing_console.faults import Fault
from standing_console.languages import N_
from standing_console.screens import parked_acts
from standing_console.screens.message import Message
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.visit import Visit

EVERY_S = 10
READ = "admin.parked.read"
PAGE = 200
FILTERS = ("source", "type", "code", "key")
STATUSES = ("parked", "retried", "discarded")


async def groups(visit: Visit) -> dict[str, Any]:
    chosen = visit.query("service")
    if chosen:
        visit.services.check(chosen)
        found: dict[str, list[dict[str, Any]]] = {chosen: await _groups(visit, chosen)}
        faults: list[Fault] = []
    else:
        found, faults = await visit.of_each(lambda service: _groups(visit, service))
    rows = [row for each in found.values() for row in each]
    rows.sort(key=lambda row: (-row["message_count"], row["first_parked_at"]))
    total = sum(row["message_count"] for row in rows)
    return {"rows": rows, "total": total, "faults": faults, "chosen": chosen, "services": list(visit.services)}


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
    service = visit.services.check(visit.path("service"))
    chosen = _chosen(visit)
    status = visit.query("status") or "parked"
    page = await visit.look(
        service, "/v1/admin/parked", limit=PAGE, status=status, after=visit.query("after"), **chosen
    )
    return {
        "service": service,
        "rows": page["items"],
        "chosen": {name: chosen.get(name, "") for name in FILTERS},
        "status": status,
        "statuses": STATUSES,
        "next": page["next"] and urlencode({**chosen, "status": status, "after": page["next"]}),
    }


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
    return {"service": service, "message": Message(found), "rights": rights}


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
    parked_acts.router,
)
