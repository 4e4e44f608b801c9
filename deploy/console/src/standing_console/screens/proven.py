"""When each log was last verified, sealed and backed up, and how much has been written since: what the services have on record."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from standing_console.languages import N_
from standing_console.readings import Reading
from standing_console.visit import Visit

KINDS = {"verify": N_("verified"), "seal": N_("sealed"), "backup": N_("backed up")}
OLD = {"verify": timedelta(days=7), "seal": timedelta(days=1), "backup": timedelta(days=1)}
"""From when on it is called old: seals are made every hour, backups each night (docs/operating.md)."""


@dataclass(frozen=True)
class Line:
    """``proof`` is what the service has on record of this kind; None where it was never run. ``since``: events written after it."""

    service: str
    kind: str
    proof: dict[str, Any] | None
    since: int = 0
    age: timedelta = timedelta()

    @property
    def outcome(self) -> str:
        if self.proof is None or self.age > OLD[self.kind]:
            return "behind"
        return "good" if self.proof["is_sound"] else "bad"


async def proven(visit: Visit) -> dict[str, Any]:
    found, faults = await visit.of_each(lambda service: _lines(visit, service))
    return {"lines": [line for lines in found.values() for line in lines], "kinds": KINDS, "faults": faults}


async def _lines(visit: Visit, service: str) -> list[Line]:
    reading = await visit.reading(service)
    proofs = {each["kind"]: each for each in (await visit.look(service, "/v1/admin/proofs"))["items"]}
    return [_line(service, kind, proofs.get(kind), reading) for kind in KINDS]


def _line(service: str, kind: str, proof: dict[str, Any] | None, reading: Reading) -> Line:
    if proof is None:
        return Line(service, kind, None)
    since = sum(reading.lags(proof["positions"]).values())
    age = max(reading.now - datetime.fromisoformat(proof["recorded_at"]), timedelta())
    return Line(service, kind, proof, since, age)
