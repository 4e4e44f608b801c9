"""One row per supplier and period that a candidate policy graded beside the live one."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import SupplierShadowGraded, Track


@dataclass(frozen=True)
class Row:
    supplier_id: str
    period: str
    track: str
    shadow: int
    live_grade: str
    live_score: Decimal
    shadow_grade: str
    shadow_score: Decimal
    grading: dict[str, Any]


def keys(event: SupplierShadowGraded, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.period, event.track, event.shadow)]


def evolve(_: Key, __: Row | None, event: SupplierShadowGraded, ___: Envelope) -> Row:
    return Row(
        supplier_id=event.supplier_id,
        period=event.period,
        track=event.track,
        shadow=event.shadow,
        live_grade=event.live_grade,
        live_score=event.live_score,
        shadow_grade=event.grading.grade,
        shadow_score=event.grading.score,
        grading=event.grading.model_dump(mode="json"),
    )


MODEL = ReadModel(
    name="shadow_grading",
    version=2,
    row=Row,
    key=("supplier_id", "period", "track", "shadow"),
    keys=keys,
    evolve=evolve,
    indexes=(("period", "supplier_id"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.period, TABLE.c.supplier_id, TABLE.c.shadow, TABLE.c.track)


def gradings(period: str | None = None, only_different: bool = False, track: Track | None = None) -> Select[Any]:
    """The gradings of candidates, of all periods or one; with ``only_different`` only those with another grade than the live one."""
    query = select(TABLE) if period is None else select(TABLE).where(TABLE.c.period == period)
    query = query if track is None else query.where(TABLE.c.track == track)
    return query.where(TABLE.c.live_grade != TABLE.c.shadow_grade) if only_different else query
