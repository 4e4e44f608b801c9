"""What a recall reaches: the lots of a supplier, what was built of them, and the items that may have been sold. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from contracts.erp import LotRef
from contracts.supplier import LotUse, NearLot, ReachedLot, RecalledLot, SoldLots
from supplier_svc.supplier.state.facts import Facts, Lot

SATURDAY = 5
MOST_ITEMS = 99
"""So many sold items of a recall have ids that no other recall may have; further ones are numbered on."""

Uses = Mapping[LotRef, Sequence[LotUse]]
"""Lot → what it was built into."""


def deliveries_of(facts: Facts, item_id: str, lot_ids: Iterable[str]) -> dict[str, dict[str, Lot]]:
    """Lot → its deliveries of the item that brought something, by id."""
    found: dict[str, dict[str, Lot]] = {each: {} for each in lot_ids}
    for delivery_id, lot in facts.deliveries.items():
        if lot.item_id == item_id and lot.lot_id in found and lot.quantity:
            found[lot.lot_id][delivery_id] = lot
    return found


def lots_made_of(facts: Facts, item_id: str, sub_supplier_id: str, sub_lot_id: str) -> list[str]:
    """The lots of an item that were made of a sub-supplier's lot."""
    return sorted(
        lot_id
        for (of_item, lot_id), deliveries in facts.made_of.items()
        if of_item == item_id and any(is_made_of(each, sub_supplier_id, sub_lot_id) for each in deliveries.values())
    )


def is_made_of(sub_lots: Iterable[object], sub_supplier_id: str | None, sub_lot_id: str | None) -> bool:
    names = [(getattr(each, "sub_supplier_id", None), getattr(each, "lot_id", None)) for each in sub_lots]
    return (sub_supplier_id, sub_lot_id) in names


def recalled(lot_id: str, deliveries: Mapping[str, Lot]) -> RecalledLot:
    return RecalledLot(
        lot_id=lot_id,
        delivery_ids=tuple(sorted(deliveries)),
        quantity=sum((each.quantity for each in deliveries.values()), Decimal(0)),
        plant_ids=tuple(sorted({each.plant_id for each in deliveries.values() if each.plant_id})),
    )


def received(item_id: str, lot_id: str, deliveries: Mapping[str, Lot]) -> ReachedLot:
    """A lot of the supplier, with which a recall begins."""
    quantity = sum((each.quantity for each in deliveries.values()), Decimal(0))
    since = min(each.received_on for each in deliveries.values())
    return ReachedLot(item_id=item_id, lot_id=lot_id, level=0, quantity=quantity, since=since)


def built_of(lots: Sequence[ReachedLot], uses: Uses, levels: int) -> list[ReachedLot]:
    """All that was built of these lots, at most ``levels`` steps upwards, nearest first; a ring is walked once."""
    known = {(each.item_id, each.lot_id) for each in lots}
    found: list[ReachedLot] = []
    latest = list(lots)
    while latest:
        further: list[ReachedLot] = []
        for lot in latest:
            for use in uses.get(LotRef(item_id=lot.item_id, lot_id=lot.lot_id), ()):
                product = (use.product.item_id, use.product.lot_id)
                if lot.level < levels and product not in known:
                    known.add(product)
                    further.append(built(use, lot.level + 1))
        found += further
        latest = further
    return found


def built(use: LotUse, level: int) -> ReachedLot:
    return ReachedLot(
        item_id=use.product.item_id,
        lot_id=use.product.lot_id,
        level=level,
        quantity=use.quantity,
        since=use.built_on,
    )


def ids_of(recall_id: str) -> list[str]:
    """The ids that a recall keeps for the customers' recalls of its sold items, its own first."""
    return [_id_of(recall_id, number) for number in range(1, MOST_ITEMS + 1)]


def _id_of(recall_id: str, number: int) -> str:
    return recall_id if number == 1 else f"{recall_id}-{number}"


def sold(recall_id: str, reached: Iterable[ReachedLot]) -> tuple[SoldLots, ...]:
    """By item, in the order in which the recall reached them: the first has the recall's own id, the others ``-2``, ``-3`` …"""
    items: dict[str, list[ReachedLot]] = {}
    for lot in reached:
        items.setdefault(lot.item_id, []).append(lot)
    return tuple(
        SoldLots(
            recall_id=_id_of(recall_id, number),
            item_id=item_id,
            lot_ids=tuple(each.lot_id for each in lots),
            quantity=sum((each.quantity for each in lots), Decimal(0)),
            since=min(each.since for each in lots),
        )
        for number, (item_id, lots) in enumerate(items.items(), start=1)
    )


def near(facts: Facts, item_id: str, lot_ids: Iterable[str], days: int) -> tuple[NearLot, ...]:
    """Other lots of the item that were received at most ``days`` from one of these, by day and number."""
    recalled_lots, span = set(lot_ids), timedelta(days=days)
    lots = [each for each in facts.deliveries.values() if each.item_id == item_id and each.quantity]
    around = [each.received_on for each in lots if each.lot_id in recalled_lots]
    found: dict[str, date] = {}
    for lot in lots:
        if lot.lot_id not in recalled_lots and any(abs(lot.received_on - day) <= span for day in around):
            found[lot.lot_id] = min(lot.received_on, found.get(lot.lot_id, lot.received_on))
    ordered = sorted(found.items(), key=lambda each: (each[1], each[0]))
    return tuple(NearLot(lot_id=lot_id, received_on=on) for lot_id, on in ordered)


def working_day(day: date) -> date:
    """The day itself, or the Monday after a Saturday or Sunday."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day
