"""New names that look like known ones, ``/v1/admin/look-alikes``: list, acknowledge as different."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from chassis.handling.known_names import LIKE_MAX, Status
from chassis.http.acting import Acting
from chassis.http.identity import needs
from chassis.http.parameters import After, Limit, cursor_after, number_in
from chassis.http.parked import Reason
from chassis.http.running import Running
from chassis.look_alikes import difference

router = APIRouter(prefix="/v1/admin", tags=["look-alikes"])

BIGINT_MAX = 2**63 - 1
ACKNOWLEDGED_MAX = 500


class Known(BaseModel):
    """An older name that looks alike; ``difference``: the characters of the newer name that it does not have."""

    id: str
    difference: str


class LookAlike(BaseModel):
    """A name that people may take for an older one. ``waiting``: nobody has decided; ``different``: they are two things."""

    look_alike_id: int
    names: str = Field(description="what it is the name of")
    id: str
    alike: list[Known] = Field(description=f"the older names that it looks like, the oldest first; at most {LIKE_MAX}")
    first_at: datetime | None = Field(description="its first event was recorded; none while names are read anew")
    found_at: datetime
    status: Status
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


class LookAlikePage(BaseModel):
    """Names by number; ``next`` is the number to go on after."""

    items: list[LookAlike]
    next: str | None


class Acknowledgement(Reason):
    """That these names are those of other things than their look-alikes; all of them, or none where one does not wait."""

    numbers: list[Annotated[int, Field(ge=1, le=BIGINT_MAX)]] = Field(min_length=1, max_length=ACKNOWLEDGED_MAX)


class Acknowledged(BaseModel):
    """How many names were acknowledged."""

    acknowledged_count: int


def _shown(row: dict[str, Any]) -> LookAlike:
    return LookAlike(
        look_alike_id=row["number"],
        **{name: row[name] for name in ("names", "id", "first_at", "found_at", "decided_at", "decided_by")},
        alike=[Known(id=known, difference=difference(row["id"], known)) for known in row["alike"]],
        status="waiting" if row["decided_at"] is None else "different",
        reason=row["decision"],
    )


@router.get("/look-alikes", dependencies=[needs("admin.look-alikes.read")])
async def list_look_alikes(
    running: Running,
    status: Annotated[Status | None, Query(description="both without it")] = None,
    after: After = None,
    limit: Limit = 50,
) -> LookAlikePage:
    """Names whose Unicode skeleton (UTS #39) is that of an older name: С-1 with a Cyrillic letter beside C-1, O-1 beside 0-1.

    Nothing is refused or delayed because of them.
    """
    rows = await running.look_alikes.listed(status, number_in(after), limit)
    return LookAlikePage(items=list(map(_shown, rows)), next=cursor_after([row["number"] for row in rows], limit))


@router.post("/look-alikes/acknowledgements", dependencies=[needs("admin.look-alikes.acknowledge")])
async def acknowledge_look_alikes(running: Running, what: Acknowledgement, acting: Acting) -> Acknowledged:
    """Decide that names are those of other things than their look-alikes; they are no longer warned of."""
    count = await running.look_alikes.acknowledge(what.numbers, what.by(acting), running.clock.now())
    return Acknowledged(acknowledged_count=count)
