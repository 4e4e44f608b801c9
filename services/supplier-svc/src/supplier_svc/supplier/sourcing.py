"""Notifying the supplier's items of its standing as a source; each item then divides its orders again."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from chassis.domain import Decision, Refusal
from contracts.supplier import SourceStandingChanged, SourceStandingPassedOn
from supplier_svc.scoring.gradings import merit
from supplier_svc.supplier.state import Supplier


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
            _check_new_item(command.item_id, decision)
            _emit(decision, (command.item_id,), command.named_on, command.because, by_hand=True)
        case ConfirmPassedOn(supplier_id, revision):
            if revision > decision.state.sourcing.passed_on:
                decision.emit(SourceStandingPassedOn(supplier_id=supplier_id, revision=revision))
        case _:
            assert_never(command)


def notify_items(decision: Decision[Supplier], on: date, because: str) -> None:
    """Notify all items when the grade, the permission or the cap changed, otherwise only those that are new.

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
    new = (item for item in supplier.facts.items if may_have_new and item not in known.items)
    items = tuple(sorted(new if is_same else {*new, *known.items}))
    if items:
        _emit(decision, items, on, because)


def _emit(
    decision: Decision[Supplier], item_ids: tuple[str, ...], on: date, because: str, by_hand: bool = False
) -> None:
    supplier, latest = decision.state, decision.state.gradings.latest
    decision.emit(
        SourceStandingChanged(
            supplier_id=decision.id,
            revision=supplier.sourcing.revision + 1,
            item_ids=item_ids,
            grade=supplier.gradings.standing,
            merit=merit(latest[1]) if latest else None,
            may_supply=supplier.qualification.may_get_orders,
            share_max_percent=_share_max(supplier),
            changed_on=on,
            because=because,
            by_hand=by_hand,
        )
    )


def _share_max(supplier: Supplier) -> Decimal:
    """The largest share of an item's orders: of a trial, or of the rating where that is less."""
    return min(supplier.qualification.share_max_percent, supplier.ratings.share_max_percent)


def _check_new_item(item_id: str, decision: Decision[Supplier]) -> None:
    """Raises NoNewItems where the rating forbids a new item and this is one."""
    supplier = decision.state
    if supplier.ratings.forbids("no_new_items") and item_id not in supplier.sourcing.items:
        rating = supplier.ratings.rating or ""
        raise NoNewItems(supplier_id=decision.id, rating=rating, word=RATED_IN_WORDS.get(rating, ""))
