"""A lot comes under a recall: what it is built into later comes under it too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts import Event
from contracts.erp import LotRef
from contracts.supplier import LotRecallMarked, LotUseFollowed, RecallReach
from supplier_svc.lots.state import Lot, LotKey, key_of


@dataclass(frozen=True)
class MarkRecalled:
    """``known`` are the lots that the recall has reached already."""

    lot: LotRef
    recall: RecallReach
    known: frozenset[LotKey]
    marked_on: date

    @property
    def key(self) -> LotKey:
        return key_of(self.lot)


@dataclass(frozen=True)
class ConfirmFollowed:
    """The recall knows that the lot was built into ``product``, as event ``of_event`` said."""

    lot: LotRef
    product: LotRef
    supplier_id: str
    recall_id: str
    of_event: str

    @property
    def key(self) -> LotKey:
        return key_of(self.lot)


def mark(command: MarkRecalled, lot: Lot) -> Sequence[Event]:
    if (command.recall.supplier_id, command.recall.recall_id) in lot.recalls:
        return []
    return [
        LotRecallMarked(
            item_id=command.lot.item_id,
            lot_id=command.lot.lot_id,
            recall=command.recall,
            uses=tuple(lot.uses[each] for each in sorted(lot.uses) if each not in command.known),
            marked_on=command.marked_on,
        )
    ]


def followed(command: ConfirmFollowed, lot: Lot) -> Sequence[Event]:
    if lot.followed.get((command.supplier_id, command.recall_id, key_of(command.product))) == command.of_event:
        return []
    return [
        LotUseFollowed(
            item_id=command.lot.item_id,
            lot_id=command.lot.lot_id,
            product=command.product,
            supplier_id=command.supplier_id,
            recall_id=command.recall_id,
            of_event=command.of_event,
        )
    ]
