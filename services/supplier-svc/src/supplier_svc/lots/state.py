"""The state of a lot: what it was built of, what it was built into, and the recalls that it is under."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from immutables import Map

from chassis.domain import Happened
from contracts import Event
from contracts.erp import LotRef
from contracts.supplier import LotBuilt, LotRecallMarked, LotUse, LotUsed, LotUseFollowed, RecallReach

LotKey = str
"""The id of a lot's stream: its item and its number, with a slash between."""


def lot_key(item_id: str, lot_id: str) -> LotKey:
    """One for each item and lot: a slash in the item's id is written as ``%2F``."""
    return f"{item_id.replace('%', '%25').replace('/', '%2F')}/{lot_id}"


def key_of(lot: LotRef) -> LotKey:
    return lot_key(lot.item_id, lot.lot_id)


Built = LotBuilt
"""What is on record of how the lot was built; the components of all reports together."""


@dataclass(frozen=True, slots=True)
class Lot:
    """``uses``: product → the use; ``within`` and ``made_of`` are all lots that it was built into or of, as far as was known when each
    fact came."""

    built: Built | None = None
    uses: Map[LotKey, LotUse] = field(default_factory=Map)
    within: Map[LotKey, LotRef] = field(default_factory=Map)
    made_of: Map[LotKey, LotRef] = field(default_factory=Map)
    recalls: Map[tuple[str, str], RecallReach] = field(default_factory=Map)
    followed: Map[tuple[str, str, LotKey], str] = field(default_factory=Map)
    """Supplier, recall and product → the event whose use was followed last."""


def evolve(lot: Lot, event: Event) -> Lot:
    match event:
        case LotBuilt():
            return replace(lot, built=event, made_of=_with(lot.made_of, event.made_of))
        case LotUsed():
            uses = lot.uses.set(key_of(event.use.product), event.use)
            return replace(lot, uses=uses, within=_with(lot.within, (event.use.product, *event.within)))
        case LotRecallMarked():
            reach = event.recall
            return replace(lot, recalls=lot.recalls.set((reach.supplier_id, reach.recall_id), reach))
        case LotUseFollowed():
            key = (event.supplier_id, event.recall_id, key_of(event.product))
            return replace(lot, followed=lot.followed.set(key, event.of_event))
    return lot


def _with(known: Map[LotKey, LotRef], lots: Iterable[LotRef]) -> Map[LotKey, LotRef]:
    return known.update({key_of(each): each for each in lots})


def folded(history: Iterable[Happened]) -> Lot:
    """A lot after its history."""
    lot = Lot()
    for happened in history:
        lot = evolve(lot, happened.event)
    return lot


Histories = dict[str, Any]
"""Key of a lot → what happened in its stream, in order."""
