"""The supplier's standing as a source, as its items were last notified of it."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import assert_never

from immutables import Map

from contracts.supplier import SourceStandingChanged, SourceStandingPassedOn, SupplierGrade

Handled = SourceStandingChanged | SourceStandingPassedOn


@dataclass(frozen=True, slots=True)
class Sourcing:
    """``revision`` counts the changes; ``items`` are those that were notified of the grade, the permission and the cap."""

    revision: int = 0
    items: Map[str, None] = field(default_factory=Map)
    grade: SupplierGrade | None = None
    may_supply: bool = True
    share_max_percent: Decimal = Decimal(100)
    passed_on: int = 0


def evolve(known: Sourcing, event: Handled) -> Sourcing:
    match event:
        case SourceStandingChanged():
            with known.items.mutate() as items:
                for item_id in event.item_ids:
                    items[item_id] = None
            return replace(
                known,
                revision=event.revision,
                items=items.finish(),
                grade=event.grade,
                may_supply=event.may_supply,
                share_max_percent=event.share_max_percent,
            )
        case SourceStandingPassedOn():
            return replace(known, passed_on=event.revision)
    assert_never(event)
