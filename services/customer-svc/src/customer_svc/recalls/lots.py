"""Where a lot went: stream ``lot-{item}/{lot}``. Who got how much of it, what came back, and the recalls that it is under."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from immutables import Map

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import LotOfCustomer, LotReturned, LotShipped, LotTraced, LotUnderRecall


def lot_key(item_id: str, lot_id: str) -> str:
    """The id of a lot's stream, one for each item and lot: a slash in the item's id is written as ``%2F``."""
    return f"{item_id.replace('%', '%25').replace('/', '%2F')}/{lot_id}"


# State


@dataclass(frozen=True, slots=True)
class Lot:
    """``shipped`` and ``returned`` by their references: order, unit or return; ``recalls`` by id."""

    shipped: Map[str, LotShipped] = field(default_factory=Map)
    returned: Map[str, LotReturned] = field(default_factory=Map)
    recalls: Map[str, LotUnderRecall] = field(default_factory=Map)
    traced: Map[tuple[str, str], str] = field(default_factory=Map)
    """Recall and reference → the event that the recall knows of last."""

    def customers(self) -> tuple[LotOfCustomer, ...]:
        ids = {each.customer_id for each in (*self.shipped.values(), *self.returned.values())}
        return tuple(
            LotOfCustomer(customer_id=each, quantity=self.got(each), back=self.back(each)) for each in sorted(ids)
        )

    def got(self, customer_id: str) -> Decimal:
        return sum((each.quantity for each in self.shipped.values() if each.customer_id == customer_id), Decimal(0))

    def back(self, customer_id: str) -> Decimal:
        return sum((each.quantity for each in self.returned.values() if each.customer_id == customer_id), Decimal(0))


def evolve(lot: Lot, event: Event) -> Lot:
    match event:
        case LotShipped():
            return replace(lot, shipped=lot.shipped.set(event.reference, event))
        case LotReturned():
            return replace(lot, returned=lot.returned.set(event.reference, event))
        case LotUnderRecall():
            return replace(lot, recalls=lot.recalls.set(event.recall_id, event))
        case LotTraced():
            return replace(lot, traced=lot.traced.set((event.recall_id, event.reference), event.of_event))
    return lot


# Commands


@dataclass(frozen=True, slots=True)
class ShipLot:
    """A shipment of the lot that is reported again counts in place of what was reported before."""

    item_id: str
    lot_id: str
    reference: str
    customer_id: str
    quantity: Decimal
    shipped_on: date


@dataclass(frozen=True, slots=True)
class TakeLotBack:
    item_id: str
    lot_id: str
    reference: str
    customer_id: str
    quantity: Decimal
    returned_on: date


@dataclass(frozen=True, slots=True)
class PutUnderRecall:
    """``since`` is the day on which the lot came."""

    item_id: str
    lot_id: str
    recall_id: str
    since: date
    marked_on: date


@dataclass(frozen=True, slots=True)
class ConfirmTraced:
    """The recall knows what event ``of_event`` said of the lot."""

    item_id: str
    lot_id: str
    recall_id: str
    reference: str
    of_event: str


LotCommand = ShipLot | TakeLotBack | PutUnderRecall | ConfirmTraced


# Decide


def decide(command: LotCommand, lot: Lot, _: PolicyBook) -> Sequence[Event]:
    match command:
        case ShipLot():
            return _ship(command, lot)
        case TakeLotBack():
            return _take_back(command, lot)
        case PutUnderRecall(item_id, lot_id, recall_id, since, marked_on):
            if recall_id in lot.recalls:
                return []
            return [
                LotUnderRecall(
                    item_id=item_id,
                    lot_id=lot_id,
                    recall_id=recall_id,
                    since=since,
                    marked_on=marked_on,
                    customers=lot.customers(),
                )
            ]
        case ConfirmTraced(item_id, lot_id, recall_id, reference, of_event):
            if lot.traced.get((recall_id, reference)) == of_event:
                return []
            return [
                LotTraced(item_id=item_id, lot_id=lot_id, recall_id=recall_id, reference=reference, of_event=of_event)
            ]
        case _:
            assert_never(command)


def _ship(command: ShipLot, lot: Lot) -> Sequence[Event]:
    known = lot.shipped.get(command.reference)
    if known is not None and (known.customer_id, known.quantity) == (command.customer_id, command.quantity):
        return []
    before = known.quantity if known is not None and known.customer_id == command.customer_id else Decimal(0)
    return [
        LotShipped(
            item_id=command.item_id,
            lot_id=command.lot_id,
            reference=command.reference,
            customer_id=command.customer_id,
            quantity=command.quantity,
            in_all=lot.got(command.customer_id) - before + command.quantity,
            back=lot.back(command.customer_id),
            shipped_on=command.shipped_on,
            recall_ids=tuple(sorted(lot.recalls)),
        )
    ]


def _take_back(command: TakeLotBack, lot: Lot) -> Sequence[Event]:
    known = lot.returned.get(command.reference)
    if known is not None and (known.customer_id, known.quantity) == (command.customer_id, command.quantity):
        return []
    before = known.quantity if known is not None and known.customer_id == command.customer_id else Decimal(0)
    return [
        LotReturned(
            item_id=command.item_id,
            lot_id=command.lot_id,
            reference=command.reference,
            customer_id=command.customer_id,
            quantity=command.quantity,
            in_all=lot.got(command.customer_id),
            back=lot.back(command.customer_id) - before + command.quantity,
            returned_on=command.returned_on,
            recall_ids=tuple(sorted(lot.recalls)),
        )
    ]


DECIDER = Decider(
    category="lot",
    commands=(ShipLot, TakeLotBack, PutUnderRecall, ConfirmTraced),
    stream_id=lambda command: lot_key(command.item_id, command.lot_id),
    initial=Lot(),
    evolve=evolve,
    decide=decide,
)
