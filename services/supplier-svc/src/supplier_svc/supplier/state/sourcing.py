"""The supplier's standing as a source, as its items were last notified of it."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple, assert_never

from immutables import Map

from contracts.supplier import ShareEffect, SourceStandingChanged, SourceStandingPassedOn, SupplierGrade

Handled = SourceStandingChanged | SourceStandingPassedOn


class OfItem(NamedTuple):
    """The running rewards and penalties of one item, and whether its orders are stopped."""

    effects: tuple[ShareEffect, ...] = ()
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class Sourcing:
    """``revision`` counts the changes; ``items`` are those that were notified of the grade, the permission and the cap.

    ``adjusted`` are those of them that were notified of rewards or penalties.
    """

    revision: int = 0
    items: Map[str, None] = field(default_factory=Map)
    grade: SupplierGrade | None = None
    may_supply: bool = True
    share_max_percent: Decimal = Decimal(100)
    passed_on: int = 0
    adjusted: Map[str, OfItem] = field(default_factory=Map)


def evolve(known: Sourcing, event: Handled) -> Sourcing:
    match event:
        case SourceStandingChanged():
            of_item = OfItem(event.share_effects, event.orders_stopped)
            with known.items.mutate() as items, known.adjusted.mutate() as adjusted:
                for item_id in event.item_ids:
                    items[item_id] = None
                    if of_item != OfItem():
                        adjusted[item_id] = of_item
                    elif item_id in adjusted:
                        del adjusted[item_id]
            return replace(
                known,
                revision=event.revision,
                items=items.finish(),
                grade=event.grade,
                may_supply=event.may_supply or event.orders_stopped,
                share_max_percent=event.share_max_percent,
                adjusted=adjusted.finish(),
            )
        case SourceStandingPassedOn():
            return replace(known, passed_on=event.revision)
    assert_never(event)
