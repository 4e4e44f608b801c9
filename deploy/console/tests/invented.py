"""Invented services: what each knows of journeys, ids and parked messages, answered as the routes of a service answer it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

BEGAN = datetime(2025, 2, 1, 8, 30, tzinfo=UTC)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
RIGHTS = ("log.read", "admin.parked.read", "admin.progress.read", "admin.projections.read", "audit.read")


def event(
    id: str,
    type: str,
    stream: str,
    after: timedelta = timedelta(),
    cause: str = "",
    data: dict[str, Any] | None = None,
    journey: str = "J-1",
    version: int = 1,
    position: int = 1,
    sampled: bool = True,
) -> dict[str, Any]:
    """As ``/v1/log`` and ``/v1/admin/journey/{id}`` list it; it happened a second before it was recorded."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": id,
        "ce_source": f"/{type.partition('.')[0]}-svc",
        "ce_type": type,
        "ce_time": (BEGAN + after - timedelta(seconds=1)).isoformat(),
        "ce_recordedtime": (BEGAN + after).isoformat(),
        "ce_subject": stream,
        "ce_position": str(position),
        "ce_version": str(version),
        "ce_correlationid": journey,
        "ce_actor": "system",
        "traceparent": f"00-{TRACE}-{SPAN}-{'01' if sampled else '00'}",
    }
    return {
        "key": stream,
        "headers": headers | ({"ce_causationid": cause} if cause else {}),
        "data": data or {"id": id},
    }


class Broken(Exception):
    """A service fails."""


def progress(**said: Any) -> dict[str, Any]:
    """As ``/v1/admin/progress`` answers of a service with one event and nobody behind, with what is given instead."""
    return {
        "now": "2025-03-01T09:00:00+00:00", "heads": {"0": 1}, "relay": {"0": 1}, "inbox": {}, "halted": None,
        "read_models": {}, "stuck": {}, "set_aside": [], "parked": 0, "parked_since": None, "look_alikes": 0,
        "building": {}, **said,
    }  # fmt: skip


@dataclass
class Invented:
    """One service; ``taken`` has the path and the parameters of every request."""

    events: list[dict[str, Any]] = field(default_factory=list)
    parked: list[dict[str, Any]] = field(default_factory=list)
    things: dict[str, Any] = field(default_factory=dict)
    """Path → what is answered there, once whoever asks has the right; a string is a right that is lacking."""
    rights: tuple[str, ...] = RIGHTS
    cut: list[dict[str, Any]] = field(default_factory=list)
    """What of every state is said to be too large."""
    reads_for_ever: bool = False
    """Whether a look-up never ends."""
    unread_event_count: int = 0
    broken: bool = False
    """Whether everything is answered by a failure."""
    taken: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        return Starlette(
            exception_handlers={Broken: lambda _, __: JSONResponse({"title": "Broken"}, 500)},
            routes=[
                Route("/v1/me", self._me),
                Route("/v1/admin/journey/{id}", self._journey),
                Route("/v1/admin/lookup", self._look_up),
                Route("/v1/admin/parked", self._parked),
                Route("/v1/admin/streams", self._stream),
                Route("/v1/admin/streams/kinds", self._kinds),
                Route("/v1/admin/streams/state", self._state),
                Route("/{path:path}", self._thing),
            ],
        )

    def _note(self, request: Request) -> None:
        assert request.method == "GET"
        assert request.headers["authorization"].startswith("Bearer ")
        self.taken.append((request.url.path, dict(request.query_params)))
        if self.broken:
            raise Broken

    async def _me(self, request: Request) -> Response:
        self._note(request)
        return JSONResponse({"rights": list(self.rights)})

    async def _journey(self, request: Request) -> Response:
        self._note(request)
        id = request.path_params["id"]
        found = [each for each in self.events if each["headers"]["ce_correlationid"] == id]
        return JSONResponse({"items": found, "next": None})

    async def _look_up(self, request: Request) -> Response:
        self._note(request)
        if self.reads_for_ever:
            await asyncio.Event().wait()
        id = request.query_params["id"]
        journeys: dict[str, dict[str, Any]] = {}
        for each in self.events:
            found_by = "named in an event" if id in map(str, each["data"].values()) else None
            found_by = "id of an event" if each["headers"]["ce_id"] == id else found_by
            found_by = "correlation id" if each["headers"]["ce_correlationid"] == id else found_by
            if found_by is not None:
                entry = journeys.setdefault(
                    each["headers"]["ce_correlationid"],
                    {
                        "correlation_id": each["headers"]["ce_correlationid"],
                        "found_by": found_by,
                        "stream": each["key"],
                        "event_count": 0,
                        "first_at": each["headers"]["ce_time"],
                        "first_type": each["headers"]["ce_type"],
                    },
                )
                entry["event_count"] += 1
        parked = [
            {name: each[name] for name in ("parked_id", "source", "status", "code", "reason")}
            for each in self.parked
            if id in (each["key"], each["headers"].get("ce_id"))
        ]
        return JSONResponse(
            {
                "journeys": list(journeys.values()),
                "parked_messages": parked,
                "more": False,
                "unread_event_count": self.unread_event_count,
            }
        )

    async def _parked(self, request: Request) -> Response:
        self._note(request)
        asked = request.query_params
        found = [
            each
            for each in self.parked
            if each["parked_id"] > int(asked.get("after", 0))
            and all(each[name] == asked[name] for name in ("source", "type", "code", "key", "status") if name in asked)
        ]
        page = found[: int(asked.get("limit", 50))]
        return JSONResponse({"items": page, "next": str(page[-1]["parked_id"]) if len(page) < len(found) else None})

    def _known(self, request: Request) -> list[dict[str, Any]]:
        """The events of a stream that were known at the instant that is asked for."""
        stream, known_at = request.query_params["stream"], request.query_params.get("as_known_at")
        events = [each for each in self.events if each["key"] == stream]
        if known_at is not None:
            then = datetime.fromisoformat(known_at)
            events = [each for each in events if datetime.fromisoformat(each["headers"]["ce_recordedtime"]) <= then]
        return sorted(events, key=lambda each: int(each["headers"]["ce_version"]))

    async def _stream(self, request: Request) -> Response:
        self._note(request)
        if not (events := self._known(request)):
            return JSONResponse({"type": "/problems/not-found", "detail": "There is no such stream."}, 404)
        after, limit = int(request.query_params.get("after", 0)), int(request.query_params["limit"])
        page = events[after : after + limit]
        more = str(after + limit) if len(events) > after + limit else None
        named = {"stream": request.query_params["stream"], "kind": "any", "newest_version": len(events)}
        return JSONResponse({**named, "items": page, "next": more})

    async def _kinds(self, request: Request) -> Response:
        self._note(request)
        kinds = dict.fromkeys(each["key"].partition("-")[0] for each in self.events)
        return JSONResponse({"items": [{"kind": kind} for kind in kinds], "next": None})

    async def _state(self, request: Request) -> Response:
        """Folded by putting the data of each event over that of those before."""
        self._note(request)
        events = self._known(request)
        version = int(request.query_params.get("version", len(events)))
        if not 0 < version <= len(events):
            return JSONResponse({"type": "/problems/not-found", "detail": f"There is no version {version}."}, 404)
        folded: dict[str, Any] = {}
        for each in events[:version]:
            folded |= each["data"]
        named = {"stream": request.query_params["stream"], "kind": "any", "version": version}
        return JSONResponse({**named, "newest_version": len(events), "folded": folded, "cut": self.cut})

    async def _thing(self, request: Request) -> Response:
        self._note(request)
        found = self.things.get(request.url.path)
        if isinstance(found, str):
            return JSONResponse({"type": "/problems/no-right", "right": found}, 403)
        if found is None:
            return JSONResponse({"type": "/problems/not-found", "detail": "There is none."}, 404)
        return JSONResponse(found)


def parked_message(number: int, key: str, journey: str = "J-1", **said: Any) -> dict[str, Any]:
    return {
        "parked_id": number,
        "source": "a.events",
        "status": "parked",
        "key": key,
        "code": "unknown-currency",
        "reason": "There is no currency XXX.",
        "type": "a.Paid",
        "headers": {"ce_id": f"m-{number}", "ce_correlationid": journey},
        "parked_at": BEGAN.isoformat(),
        "partition": 0,
        "position": number,
        "attempt_count": 1,
        "repeat_count": 0,
        **dict.fromkeys(("resolved_at", "resolved_by", "resolution")),
        **said,
    }


DAY = timedelta(days=1)
MS = timedelta(milliseconds=1)
INVOICE = {"invoice_id": "I-1", "customer_id": "K-1"}
OVERDUE = {"invoice_id": "I-1", "because": "due on 2025-03-04"}
REFUSED = {"reason": "550 no such mailbox"}
GRADED = {
    "supplier_id": "S-1007",
    "grading": {"grade": "C", "because": ["Two critical defects in 48 lots.", "<b>Late</b> twice."]},
    "policy_version": 3,
}


def a_year_of_dunning() -> dict[str, Invented]:
    """An invoice: its credit, then reminders weeks apart, one of which could not be sent; a message of it is parked."""
    a = [
        event("e-1", "a.InvoiceRecorded", "invoice-I-1", cause="fact-1", data=INVOICE, position=11),
        event("e-2", "a.ExposureChanged", "account-K-1", 4 * MS, "e-1", position=12),
        event("e-3", "a.PaymentOverdue", "invoice-I-1", 31 * DAY, "e-1", OVERDUE, version=2, position=13),
        event("e-6", "a.CaseStageReached", "case-1", 45 * DAY, "e-3", {"stage": 2}, position=14),
    ]  # fmt: skip
    b = [
        event("e-4", "b.NotificationRequested", "notice-1", 31 * DAY + 40 * MS, "e-3"),
        event("e-5", "b.NotificationFailed", "notice-1", 31 * DAY + 900 * MS, "e-4", REFUSED, version=2, position=2),
        *(event(f"e-7{n}", "b.NotificationRequested", f"notice-7{n}", 45 * DAY + (30 + n) * MS, "e-6", {"n": n}) for n in range(6)),
        event("e-8", "b.SupplierGraded", "supplier-S-1007", 45 * DAY + 80 * MS, "e-6", GRADED, sampled=False),
    ]  # fmt: skip
    return {"a-svc": Invented(a, [parked_message(7, "K-1")]), "b-svc": Invented(b)}
