"""Lots: what went into what, and the recall 召回 of a supplier's lots with all that was built of them."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.erp import LotRef, Severity
from contracts.fields import Count, Day, Id, Quantity, Text

RecallId = Annotated[Id, Field(max_length=90)]
"""Short enough for the numbers that its sold items get: ``-2``, ``-3`` …"""

RecallRemedy = Literal["replace", "repair", "refund"]


class LotBuilt(Event):
    """A lot was built of other lots. ``made_of`` are its components with all that these were built of, as far as it was known then."""

    TYPE: ClassVar[str] = "supplier.LotBuilt"
    item_id: Id
    lot_id: Id
    components: tuple[LotRef, ...]
    made_of: tuple[LotRef, ...]
    quantity: Quantity
    built_on: Day


class RecallReach(Part):
    """A recall that a lot is under; ``level`` counts the steps of building from the supplier's lot, which is 0."""

    supplier_id: Id
    recall_id: RecallId
    level: Count


class LotUse(Part):
    """A lot that another one was built into: the product, how much of it, and since when."""

    product: LotRef
    quantity: Quantity
    built_on: Day


class LotUsed(Event):
    """A lot was built into another one; ``within`` are the lots that this one was built into itself, as far as it was known then.

    ``recalls`` are those that the lot is under: each of them now reaches the product too.
    """

    TYPE: ClassVar[str] = "supplier.LotUsed"
    item_id: Id
    lot_id: Id
    use: LotUse
    within: tuple[LotRef, ...] = ()
    recalls: tuple[RecallReach, ...] = ()


class LotRecallMarked(Event):
    """A lot is under a recall from now on; ``uses`` are those that the recall has not reached yet."""

    TYPE: ClassVar[str] = "supplier.LotRecallMarked"
    item_id: Id
    lot_id: Id
    recall: RecallReach
    uses: tuple[LotUse, ...] = ()
    marked_on: Day


class RecalledLot(Part):
    """A lot that the supplier delivered: its deliveries, their quantity together, and where they went."""

    lot_id: Id
    delivery_ids: tuple[Id, ...]
    quantity: Quantity
    plant_ids: tuple[Id, ...] = ()


class ReachedLot(Part):
    """A lot under the recall, of the supplier or built of its lots: received or built ``quantity`` since a day."""

    item_id: Id
    lot_id: Id
    level: Count
    quantity: Quantity
    since: Day


class SoldLots(Part):
    """The lots of one item under the recall, which may have been sold; ``recall_id`` is that of the customers' recall of this item.

    ``quantity`` was received or built, the first of it on ``since``.
    """

    recall_id: Id
    item_id: Id
    lot_ids: tuple[Id, ...]
    quantity: Quantity
    since: Day


class NearLot(Part):
    """A lot of the item that was received within a few days of a recalled one."""

    lot_id: Id
    received_on: Day


class LotRecallCalled(Event):
    """Lots of a supplier are called back, with all that was built of them; due on ``due_on``."""

    TYPE: ClassVar[str] = "supplier.LotRecallCalled"
    supplier_id: Id
    recall_id: RecallId
    item_id: Id
    lots: tuple[RecalledLot, ...]
    sold: tuple[SoldLots, ...]
    reached: tuple[ReachedLot, ...]
    near_lots: tuple[NearLot, ...] = ()
    reason: Text
    severity: Severity
    remedy: RecallRemedy
    called_on: Day
    due_on: Day
    by: Id
    sub_supplier_id: Id | None = None
    sub_lot_id: Id | None = None
    revision: Count = 1
    policy_version: int


class LotRecallWidened(Event):
    """A fact that came later brought more under a recall: ``lots`` and ``sold`` as they count now, ``reached`` what is new or another.

    ``revision`` counts the recall's versions from 1, which is the call.
    """

    TYPE: ClassVar[str] = "supplier.LotRecallWidened"
    supplier_id: Id
    recall_id: RecallId
    item_id: Id
    lots: tuple[RecalledLot, ...]
    sold: tuple[SoldLots, ...]
    reached: tuple[ReachedLot, ...]
    reason: Text
    severity: Severity
    remedy: RecallRemedy
    due_on: Day
    widened_on: Day
    because: Text
    revision: Count


class LotRecallPassedOn(Event):
    """All lots that the recall reached up to ``revision`` know that they are under it."""

    TYPE: ClassVar[str] = "supplier.LotRecallPassedOn"
    supplier_id: Id
    recall_id: RecallId
    revision: Count


class LotUseFollowed(Event):
    """What a recalled lot was built into was looked at; where it was not under the recall yet, that was widened.

    ``of_event`` is the id of the event that named the use.
    """

    TYPE: ClassVar[str] = "supplier.LotUseFollowed"
    item_id: Id
    lot_id: Id
    product: LotRef
    supplier_id: Id
    recall_id: RecallId
    of_event: Id


class LotRecallProgressed(Event):
    """What customers got of one sold item and what came back of it, as customer-svc counts it; ``shipped`` = ``back`` + open.

    ``possible`` is what customers got of the item who may have got these lots.
    """

    TYPE: ClassVar[str] = "supplier.LotRecallProgressed"
    supplier_id: Id
    recall_id: RecallId
    sold_recall_id: Id
    item_id: Id
    customers: Count
    shipped: Quantity
    back: Quantity
    possible: Quantity
    is_closed: bool
    progressed_on: Day


EVENTS: tuple[type[Event], ...] = (
    LotBuilt,
    LotUsed,
    LotRecallCalled,
    LotRecallWidened,
    LotRecallMarked,
    LotRecallPassedOn,
    LotUseFollowed,
    LotRecallProgressed,
)
