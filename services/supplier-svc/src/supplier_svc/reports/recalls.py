"""A recall in figures that tie: what was received, what was shipped of it, what came back, what is still out."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from contracts.figures import PlainModel

HUNDREDTH = Decimal("0.01")


class RecallItem(PlainModel):
    """One sold item: ``quantity`` received or built, ``shipped`` = ``back`` + ``open``, and what was not shipped (used up, or in stock).

    ``possible`` is what customers got of the item who may have got these lots; it counts nowhere else.
    """

    recall_id: str
    item_id: str
    lot_ids: list[str]
    quantity: Decimal
    shipped: Decimal
    not_shipped: Decimal
    back: Decimal
    open: Decimal
    possible: Decimal
    customer_count: int
    percent: Decimal
    is_closed: bool


class RecallAnswer(PlainModel):
    """A recall. ``received`` and ``not_shipped`` are of the supplier's item; the other figures are over all sold items."""

    supplier_id: str
    recall_id: str
    item_id: str
    status: str
    reason: str
    severity: str
    remedy: str
    called_on: Any
    due_on: Any
    called_by: str
    sub_supplier_id: str | None
    sub_lot_id: str | None
    lots: list[dict[str, Any]]
    near_lots: list[dict[str, Any]]
    received: Decimal
    sold: list[RecallItem]
    shipped: Decimal
    not_shipped: Decimal
    back: Decimal
    open: Decimal
    possible: Decimal
    percent: Decimal
    widened_on: Any
    widened_because: str | None


def percent_of(back: Decimal, shipped: Decimal) -> Decimal:
    return (back * 100 / shipped).quantize(HUNDREDTH, ROUND_HALF_UP) if shipped else Decimal("0.00")


def recall_item(sold: Mapping[str, Any], progress: Mapping[str, Any]) -> RecallItem:
    """``sold`` and ``progress`` as JSON has them; no progress: nobody has got any."""
    shipped, back, possible = (Decimal(progress.get(name, "0")) for name in ("shipped", "back", "possible"))
    quantity = Decimal(sold["quantity"])
    return RecallItem(
        recall_id=sold["recall_id"],
        item_id=sold["item_id"],
        lot_ids=list(sold["lot_ids"]),
        quantity=quantity,
        shipped=shipped,
        not_shipped=max(quantity - shipped, Decimal(0)),
        back=back,
        open=shipped - back,
        possible=possible,
        customer_count=progress.get("customers", 0),
        percent=percent_of(back, shipped),
        is_closed=progress.get("is_closed", False),
    )


def recall_answer(row: Mapping[str, Any]) -> RecallAnswer:
    """``row`` is of ``read_models.recall``."""
    items = [recall_item(each, row["progress"].get(each["recall_id"], {})) for each in row["sold"]]
    shipped, back = (sum((getattr(each, name) for each in items), Decimal(0)) for name in ("shipped", "back"))
    own = next(each for each in items if each.recall_id == row["recall_id"])
    names = set(RecallAnswer.model_fields) & set(row) - {"sold"}
    return RecallAnswer(
        **{name: row[name] for name in names},
        received=own.quantity,
        sold=items,
        shipped=shipped,
        not_shipped=own.not_shipped,
        back=back,
        open=shipped - back,
        possible=sum((each.possible for each in items), Decimal(0)),
        percent=percent_of(back, shipped),
    )
