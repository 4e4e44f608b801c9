"""The profile of an item: how important it is and how its market is. A person sets it; the advice on its sources follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.supplier import ItemImportance, ItemProfileSet, SupplyMarket
from supplier_svc.items.rules.advice import Profile
from supplier_svc.items.state import Item


@dataclass(frozen=True, slots=True)
class SetProfile:
    """Say how important the item is and how its market is; an item that has no source yet may have a profile."""

    item_id: str
    importance: ItemImportance
    market: SupplyMarket
    set_on: date
    by: str
    because: str


def set_profile(command: SetProfile, item: Item) -> Sequence[ItemProfileSet]:
    if item.profile == Profile(command.importance, command.market):
        return []
    return [
        ItemProfileSet(
            item_id=command.item_id,
            importance=command.importance,
            market=command.market,
            set_on=command.set_on,
            by=command.by,
            because=command.because,
        )
    ]
