"""Read models compared with fresh builds, one after another, in the name of whoever began it; the panel says how far that is."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from standing_console.faults import Fault, SessionOver
from standing_console.visit import Visit

COMPARE = "admin.projections.compare"
TRIES = 5
"""Times that a read model is compared while events come."""
Outcome = Literal["same", "differs", "moved", "fault"]


@dataclass(frozen=True)
class Compared:
    """One read model: rows that only the live one, and only the fresh one has; ``fault`` why it could not be compared."""

    service: str
    name: str
    outcome: Outcome
    only_live: int = 0
    only_rebuilt: int = 0
    fault: str = ""

    @property
    def href(self) -> str:
        return f"/read-models/{self.service}/{quote(self.name, safe='')}"


@dataclass
class Run:
    """A run: the read models that it compares, and what it found of them so far."""

    reason: str
    wanted: list[tuple[str, str]]
    done: list[Compared] = field(default_factory=list)
    task: asyncio.Task[None] | None = None
    over: bool = False

    @property
    def now(self) -> tuple[str, str] | None:
        """What is being compared."""
        return self.wanted[len(self.done)] if not self.over and len(self.done) < len(self.wanted) else None

    @property
    def bad(self) -> list[Compared]:
        return [each for each in self.done if each.outcome in ("differs", "fault")]

    @property
    def moved(self) -> list[Compared]:
        return [each for each in self.done if each.outcome == "moved"]


async def begin(visit: Visit, reason: str) -> Run:
    """Compare every read model of every service whose comparisons the visitor may ask for. Raises the first Fault where that is none."""

    async def names(service: str) -> list[str]:
        await visit.need(service, COMPARE)
        listed = await visit.look(service, "/v1/admin/projections")
        return sorted({row["name"] for row in listed["items"] if row["status"] == "live"})

    found, faults = await visit.of_each(names)
    if not found and faults:
        raise faults[0]
    run = Run(reason, [(service, name) for service, each in found.items() for name in each])
    run.task = asyncio.create_task(_go(visit, run))
    return run


async def _go(visit: Visit, run: Run) -> None:
    try:
        for service, name in run.wanted:
            run.done.append(await _compared(visit, run.reason, service, name))
    except SessionOver:
        pass  # the panel leads to the sign-in; what was found stands
    finally:
        run.over = True


async def _compared(visit: Visit, reason: str, service: str, name: str) -> Compared:
    path = f"/v1/admin/projections/{quote(name, safe='')}/comparisons"
    for _ in range(TRIES):
        try:
            answer: dict[str, Any] = await visit.act("POST", service, path, secrets.token_urlsafe(16), reason=reason)
        except Fault as fault:
            return Compared(service, name, "fault", fault=fault.sentence(visit.words))
        if answer["same_position"]:
            live, rebuilt = answer["only_live"], answer["only_rebuilt"]
            return Compared(service, name, "differs" if live or rebuilt else "same", live, rebuilt)
    return Compared(service, name, "moved")


def run_of(visit: Visit) -> Run | None:
    found: Run | None = visit.session.run
    return found
