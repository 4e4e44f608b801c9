"""Notifying the supplier's items of its standing as a source; each item then divides its orders again."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from chassis.domain import Decision, Refusal
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


class NoNewItems(Refusal):
    """{supplier_id} is rated {rating}, {word}; it cannot become a source of another item."""


RATED_IN_WORDS = {"D": "restricted", "E": "prohibited"}


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case NameSource():
            _check_new_item(command.item_id, command.named_on, decision)
            of_item = _of_item(decision.state, command.item_id)
            _emit(decision, (command.item_id,), of_item, command.named_on, command.because, by_hand=True)
        case ConfirmPassedOn(supplier_id, revision):
            if revision > decision.state.sourcing.passed_on:
                decision.emit(SourceStandingPassedOn(supplier_id=supplier_id, revision=revision))
        case _:
            assert_never(command)


def notify_items(decision: Decision[Supplier], on: date, because: str) -> None:
    """Notify all items when the grade, the permission or the cap changed, otherwise those that are new and those whose rewards or
    penalties changed. Items with the same ones are notified by one event.

    An item that a partner began to deliver while its rating forbade new ones hears of it when the rating does so no more.
    """
    known, supplier = decision.state.sourcing, decision.state
    now = (
        supplier.gradings.standing,
        supplier.qualification.may_get_orders,
        _share_max(supplier),
    )
    is_same = now == (known.grade, known.may_supply, known.share_max_percent)
    may_have_new = not supplier.ratings.forbids("no_new_items")
    items = {item for item in supplier.facts.items if may_have_new and item not in known.items}
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
    """A partner that is restricted gets no larger share by a reward."""
    return not supplier.ratings.forbids("no_larger_share")


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
            share_max_percent=_share_max(supplier),
            changed_on=on,
            because=because,
            by_hand=by_hand,
            share_points=sum((effect.points for effect in of_item.effects), Decimal(0)),
            share_effects=of_item.effects,
            orders_stopped=of_item.is_stopped,
        )
    )


def _share_max(supplier: Supplier) -> Decimal:
    """The largest share of an item's orders: of a trial, or of the rating where that is less."""
    return min(supplier.qualification.share_max_percent, supplier.ratings.share_max_percent)


def _check_new_item(item_id: str, on: date, decision: Decision[Supplier]) -> None:
    """Of an item that is new to the supplier. Raises NoNewItems where the rating forbids it, and where a contract is over."""
    supplier = decision.state
    if item_id in supplier.sourcing.items:
        return
    if supplier.ratings.forbids("no_new_items"):
        rating = supplier.ratings.rating or ""
        raise NoNewItems(supplier_id=decision.id, rating=rating, word=RATED_IN_WORDS.get(rating, ""))
    contracts.check_none_ended(decision, on)
