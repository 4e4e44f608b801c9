"""The state of an item: its sources as they were last noted, the division of its orders, and its profile."""

from dataclasses import dataclass, field, replace

from immutables import Map

from contracts import Event
from contracts.supplier import ItemProfileSet, OrderSharesChanged, SourceNoted, SourceRemoved
from supplier_svc.items.rules.advice import Profile
from supplier_svc.items.rules.divisions import Source


@dataclass(frozen=True, slots=True)
class Noted:
    """A source as its supplier last reported it; one whose orders are stopped is listed, with nothing.

    A removed one stays out until somebody names it again by hand.
    """

    source: Source
    revision: int
    may_supply: bool
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    sources: Map[str, Noted] = field(default_factory=Map)
    divided: OrderSharesChanged | None = None
    profile: Profile | None = None

    def counted(self) -> list[Source]:
        """Those that may get orders, or might but for a penalty."""
        return [
            each.source
            for each in self.sources.values()
            if (each.may_supply or each.source.is_stopped) and not each.is_removed
        ]


def evolve(item: Item, event: Event) -> Item:
    match event:
        case SourceNoted():
            source = Source(
                event.supplier_id,
                event.grade,
                event.merit,
                event.share_max_percent,
                event.annual_merit,
                event.share_effects,
                event.orders_stopped,
            )
            noted = Noted(source, event.revision, event.may_supply)
            return replace(item, sources=item.sources.set(event.supplier_id, noted))
        case SourceRemoved():
            removed = replace(item.sources[event.supplier_id], is_removed=True)
            return replace(item, sources=item.sources.set(event.supplier_id, removed))
        case OrderSharesChanged():
            return replace(item, divided=event)
        case ItemProfileSet():
            return replace(item, profile=Profile(event.importance, event.market))
    return item
