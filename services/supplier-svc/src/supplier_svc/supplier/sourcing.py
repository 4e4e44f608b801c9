"""Notifying the supplier's items of its standing as a source; each item then divides its orders again."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from chassis.domain import Decision
from contracts.supplier import SourceStandingChanged, SourceStandingPassedOn
from supplier_svc.scoring.gradings import merit
from supplier_svc.supplier import contracts
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.sourcing import OfItem


@dataclass(frozen=True, slots=True)
class NameSource:
    """Make the supplier a source of an item by hand: before its first delivery, or again after it was removed."""

    supplier_id: str
    item_id: str
    named_on: date
    because: str


@dataclass(frozen=True, slots=True)
class ConfirmPassedOn:
    """All items have received revision ``revision`` of the supplier's standing as a source."""

    supplier_id: str
    revision: int


Command = NameSource | ConfirmPassedOn


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case NameSource():
            if command.item_id not in decision.state.sourcing.items:
                contracts.check_none_ended(decision, command.named_on)
            of_item = _of_item(decision.state, command.item_id)
            _emit(decision, (command.item_id,), of_item, command.named_on, command.because, by_hand=True)
        case ConfirmPassedOn(supplier_id, revision):
            if revision > decision.state.sourcing.passed_on:
                decision.emit(SourceStandingPassedOn(supplier_id=supplier_id, revision=revision))
        case _:
            assert_never(command)


def notify_items(decision: Decision[Supplier], on: date, because: str) -> None:
    """Notify all items when the grade, the permission or the cap changed, otherwise those that are new and those whose rewards or
    penalties changed. Items with the same ones are notified by one event."""
    known, supplier = decision.state.sourcing, decision.state
    now = (
        supplier.gradings.standing,
        supplier.qualification.may_get_orders,
        supplier.qualification.share_max_percent,
    )
    is_same = now == (known.grade, known.may_supply, known.share_max_percent)
    items = {item for item in supplier.facts.items if item not in known.items}
    if not is_same:
        items.update(known.items)
    elif supplier.incentives.running or known.adjusted:
        items.update(item for item in known.items if _of_item(supplier, item) != known.adjusted.get(item, OfItem()))
    alike: dict[OfItem, list[str]] = {}
    for item in sorted(items):
        alike.setdefault(_of_item(supplier, item), []).append(item)
    for of_item, item_ids in alike.items():
        _emit(decision, tuple(item_ids), of_item, on, because)


def may_get_larger_share(supplier: Supplier) -> bool:
    """A partner that is rated D is restricted: rewards give it no larger share."""
    return supplier.qualification.rating != "D"


def _of_item(supplier: Supplier, item_id: str) -> OfItem:
    """Where the supplier may get no orders anyway, a penalty stops none."""
    if not supplier.incentives.running:
        return OfItem()
    effects = supplier.incentives.effects_on(item_id, may_get_larger_share(supplier))
    return OfItem(effects, supplier.qualification.may_get_orders and supplier.incentives.stops(item_id))


def _emit(
    decision: Decision[Supplier],
    item_ids: tuple[str, ...],
    of_item: OfItem,
    on: date,
    because: str,
    by_hand: bool = False,
) -> None:
    supplier, latest = decision.state, decision.state.gradings.latest
    year = supplier.gradings.annual.latest
    decision.emit(
        SourceStandingChanged(
            supplier_id=decision.id,
            revision=supplier.sourcing.revision + 1,
            item_ids=item_ids,
            grade=supplier.gradings.standing,
            merit=merit(latest[1]) if latest else None,
            annual_merit=merit(year[1]) if year else None,
            may_supply=supplier.qualification.may_get_orders and not of_item.is_stopped,
            share_max_percent=supplier.qualification.share_max_percent,
            changed_on=on,
            because=because,
            by_hand=by_hand,
            share_points=sum((effect.points for effect in of_item.effects), Decimal(0)),
            share_effects=of_item.effects,
            orders_stopped=of_item.is_stopped,
        )
    )
