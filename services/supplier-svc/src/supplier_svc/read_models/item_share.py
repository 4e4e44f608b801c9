"""One row per item: how its orders are divided, and what else to do about its sources."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import OrderSharesChanged


@dataclass(frozen=True)
class ItemShareRow:
    """``sources`` are supplier, grade, merit and share, the largest share first; ``has_a`` whether one of them is an A.

    ``adjustments`` are the running rewards and penalties: supplier, points, which one, its last day.
    """

    item_id: str
    pattern: str
    action: str
    summary: str
    sources: list[dict[str, Any]]
    urged: list[str]
    sources_counted: int
    is_interim: bool
    is_sole_source: bool
    no_source_left: bool
    has_a: bool
    because: str
    changed_on: date
    policy_version: int
    adjustments: list[dict[str, Any]]


def keys(event: OrderSharesChanged, _: Envelope) -> Iterable[Key]:
    return [(event.item_id,)]


def evolve(_: Key, __: ItemShareRow | None, event: OrderSharesChanged, ___: Envelope) -> ItemShareRow:
    lists = event.model_dump(mode="json", include={"sources", "urged", "adjustments"})
    return ItemShareRow(
        item_id=event.item_id,
        pattern=event.pattern,
        action=event.action,
        summary=event.summary,
        sources=lists["sources"],
        urged=lists["urged"],
        sources_counted=event.sources_counted,
        is_interim=event.is_interim,
        is_sole_source=event.is_sole_source,
        no_source_left=event.no_source_left,
        has_a="A" in event.pattern,
        because=event.because,
        changed_on=event.changed_on,
        policy_version=event.policy_version,
        adjustments=lists["adjustments"],
    )


MODEL = ReadModel(
    name="item_share",
    version=3,
    row=ItemShareRow,
    key=("item_id",),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table
ORDER = (TABLE.c.item_id,)


def item(item_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.item_id == item_id)


def at_risk() -> Select[Any]:
    """Items with one source, none, or no A among them."""
    return select(TABLE).where(TABLE.c.is_sole_source | TABLE.c.no_source_left | ~TABLE.c.has_a)
