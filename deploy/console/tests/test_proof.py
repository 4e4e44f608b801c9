"""The screen of the proof, before two services that were invented for it: one follows the other."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from chassis.testing.waiting import eventually
from standing_parts.issuer import Issuer

from .conftest import Visitor, visiting

PATIENCE_S = 120.0
RIGHTS = ("admin.progress.read", "admin.set-aside.read", "admin.projections.read", "admin.projections.compare")


@dataclass
class Log:
    """A service with a log of five events and two read models; ``moving`` are those during whose comparison events come."""

    heads: dict[str, int] = field(default_factory=lambda: {"0": 3, "1": 2})
    relay: dict[str, int] = field(default_factory=lambda: {"0": 3, "1": 2})
    inbox: dict[str, Any] = field(default_factory=dict)
    stuck: dict[str, int] = field(default_factory=dict)
    aside: list[dict[str, Any]] = field(default_factory=list)
    only_live: dict[str, int] = field(default_factory=dict)
    moving: tuple[str, ...] = ()
    compared: list[str] = field(default_factory=list)
    proofs: list[dict[str, Any]] = field(default_factory=list)


def app_of(log: Log) -> FastAPI:
    app = FastAPI()

    @app.get("/v1/me")
    async def me() -> dict[str, Any]:
        return {"rights": RIGHTS}

    @app.get("/v1/admin/progress")
    async def progress() -> dict[str, Any]:
        return {
            "now": "2025-03-01T09:00:00+00:00", "heads": log.heads, "relay": log.relay, "inbox": log.inbox, "halted": None,
            "read_models": {"balance": log.heads, "page": log.heads}, "stuck": log.stuck, "set_aside": [], "parked": 0,
            "parked_since": None, "look_alikes": 0, "building": {},
        }  # fmt: skip

    @app.get("/v1/admin/set-aside")
    async def aside() -> dict[str, Any]:
        return {"items": log.aside, "next": None}

    @app.get("/v1/admin/proofs")
    async def proofs() -> dict[str, Any]:
        return {"items": log.proofs, "next": None}

    @app.get("/v1/admin/projections")
    async def builds() -> dict[str, Any]:
        return {"items": [{"name": name, "status": "live"} for name in ("page", "balance")]}

    @app.post("/v1/admin/projections/{name}/comparisons")
    async def compare(name: str) -> dict[str, Any]:
        log.compared.append(name)
        rows = {"only_live": log.only_live.get(name, 0), "only_rebuilt": 0}
        return {"read_model": name, "same_position": name not in log.moving, **rows}

    return app


@pytest.fixture
def logs() -> dict[str, Log]:
    taken = {"0": {"position": 3, "handled": 3, "repeated": 0}, "1": {"position": 2, "handled": 2, "repeated": 0}}
    return {"first-svc": Log(), "second-svc": Log(inbox={"first.events": taken})}


@pytest.fixture
async def visitor(issuer: Issuer, logs: dict[str, Log], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Visitor]:
    for bound in ("pages.PANEL_S", "services.LOOK_S", "visit.EACH_S"):
        monkeypatch.setattr(f"standing_console.{bound}", PATIENCE_S)
    monkeypatch.setattr("standing_console.readings.FRESH_S", 0.0)
    async with visiting(issuer, {service: app_of(log) for service, log in logs.items()}) as found:
        yield found


async def shown(visitor: Visitor) -> str:
    html = (await visitor.get("/proof?whole")).text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


async def compared(visitor: Visitor) -> str:
    """Compare, and see the page once that is over."""
    begun = await visitor.post("/proof/comparisons", {"csrf": await visitor.csrf(), "reason": "before the audit"})
    assert begun.status_code == 303, begun.text
    return await eventually(lambda: shown(visitor), lambda page: "compared; now" not in page, PATIENCE_S)


async def test_what_agrees_holds_and_the_rest_takes_the_command(visitor: Visitor) -> None:
    page = await shown(visitor)
    assert "9 of 9 checks hold." in page
    assert "Nothing was compared since you signed in." in page
    assert "second-svc inbox of first.events holds every position of 5 is taken" in page
    for command in ("standing verify", "standing verify --seal /seals", "standing seal --folder", "standing backup"):
        assert command in page


async def test_what_is_on_its_way_is_not_called_wrong_and_what_is_wrong_is(
    visitor: Visitor, logs: dict[str, Log]
) -> None:
    logs["first-svc"].heads["1"] = 4
    logs["first-svc"].stuck = {"reminder": 2, "digest": 0}
    row = {"name": "page", "type": "first.Moved", "position": 41, "status": "waiting"}
    logs["second-svc"].aside = [row]
    page = await shown(visitor)
    assert "5 of 9 checks hold. 2 wait for events that are on their way." in page
    assert "publishing on its way 2 of 7 events are not published yet" in page
    assert "inbox of first.events on its way 2 of 7 positions are not taken yet" in page
    assert "timers does not hold stuck: reminder" in page
    assert "set aside does not hold nobody has decided: page does without first.Moved at position 41" in page
    row["status"] = "accepted"
    assert "set aside holds decided: page does without first.Moved at position 41" in await shown(visitor)


async def test_all_read_models_are_compared_from_here(visitor: Visitor, logs: dict[str, Log]) -> None:
    assert "All 4 read models are as fresh builds are, row for row." in await compared(visitor)
    assert [log.compared for log in logs.values()] == [["balance", "page"]] * 2


async def test_a_read_model_that_differs_or_could_not_be_compared_is_named(
    visitor: Visitor, logs: dict[str, Log]
) -> None:
    logs["first-svc"].only_live = {"page": 3}
    logs["second-svc"].moving = ("balance",)
    page = await compared(visitor)
    assert "2 of 4 read models are as fresh builds are." in page
    assert "first-svc page : 3 rows are only in the live one, 0 only in the fresh one" in page
    assert "second-svc balance : not compared, because events came all the while" in page
    assert logs["second-svc"].compared.count("balance") == 5


async def test_who_verified_sealed_and_backed_up_which_log_when_and_what_came_since(
    visitor: Visitor, logs: dict[str, Log]
) -> None:
    def proof(kind: str, day: str, summary: str, holds: bool = True) -> dict[str, Any]:
        at = {"recorded_at": f"2025-{day}:00:00+00:00", "recorded_by": "tang"}
        return {"kind": kind, "is_sound": holds, "summary": summary, "positions": {"0": 3, "1": 1}, **at}

    logs["first-svc"].proofs = [
        proof("verify", "03-01T06", "31 of 31 checks hold"),
        proof("seal", "02-26T09", "seal 7"),
    ]
    logs["second-svc"].proofs = [proof("verify", "03-01T06", "30 of 31 checks hold; timers: stuck", holds=False)]
    page = await shown(visitor)
    assert "first-svc verified 2025-03-01 06:00:00 3 hours ago holds 31 of 31 checks hold 1 tang" in page
    assert "first-svc sealed 2025-02-26 09:00:00 3 days ago old seal 7 1 tang" in page
    assert "first-svc backed up never to be done" in page
    assert (
        "second-svc verified 2025-03-01 06:00:00 3 hours ago does not hold 30 of 31 checks hold; timers: stuck" in page
    )
