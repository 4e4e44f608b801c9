"""Notifying the supplier's items of its standing as a source; each item then divides its orders again."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.domain import Decision
from contracts.supplier import SourceStandingChanged, SourceStandingPassedOn
from supplier_svc.scoring.gradings import merit
from supplier_svc.supplier import contracts
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


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case NameSource():
            if command.item_id not in decision.state.sourcing.items:
                contracts.check_none_ended(decision, command.named_on)
            _emit(decision, (command.item_id,), command.named_on, command.because, by_hand=True)
        case ConfirmPassedOn(supplier_id, revision):
            if revision > decision.state.sourcing.passed_on:
                decision.emit(SourceStandingPassedOn(supplier_id=supplier_id, revision=revision))
        case _:
            assert_never(command)


def notify_items(decision: Decision[Supplier], on: date, because: str) -> None:
    """Notify all items when the grade, the permission or the cap changed, otherwise only those that are new."""
    known, supplier = decision.state.sourcing, decision.state
    now = (
        supplier.gradings.standing,
        supplier.qualification.may_get_orders,
        supplier.qualification.share_max_percent,
    )
    is_same = now == (known.grade, known.may_supply, known.share_max_percent)
    new = (item for item in supplier.facts.items if item not in known.items)
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
            share_max_percent=supplier.qualification.share_max_percent,
            changed_on=on,
            because=because,
            by_hand=by_hand,
        )
    )
