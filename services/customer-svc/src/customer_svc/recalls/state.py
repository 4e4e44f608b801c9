"""The state of a recall: its lots, and what each customer got of them and sent back."""

from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from immutables import Map

from contracts import Event
from contracts.customer import (
    RecallBasis,
    RecallClosed,
    RecallCounts,
    RecallCustomerNamed,
    RecallGoodsBack,
    RecallLotTraced,
    RecallOpened,
    RecallReminded,
    RecallWidened,
)

NOTHING = Decimal(0)
HUNDREDTH = Decimal("0.01")
MARK = "mark"
"""The reference of what was known of a lot when it came under the recall."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A customer: lot → what it got and what came back of it; ``possible`` is what it got of the item, ``returns`` came without a lot."""

    lots: Map[str, tuple[Decimal, Decimal]] = field(default_factory=Map)
    possible: Decimal = NOTHING
    returns: Map[str, Decimal] = field(default_factory=Map)
    owner_id: str | None = None
    reminders: int = 0

    @property
    def back(self) -> Decimal:
        return sum((back for _, back in self.lots.values()), NOTHING) + sum(self.returns.values(), NOTHING)

    @property
    def shipped(self) -> Decimal:
        """What came back was shipped: who may have got some and sends some back has got all that it may have got."""
        got = sum((got for got, _ in self.lots.values()), NOTHING)
        return max(got if got or not self.back else self.possible, self.back)

    @property
    def basis(self) -> RecallBasis:
        return "shipped" if self.shipped else "possible"

    @property
    def quantity(self) -> Decimal:
        return self.shipped or self.possible

    @property
    def open(self) -> Decimal:
        """What it still has, or may still have."""
        return self.quantity - self.back


@dataclass(frozen=True, slots=True)
class Recall:
    opened: RecallOpened | None = None
    lot_ids: tuple[str, ...] = ()
    holders: Map[str, Holder] = field(default_factory=Map)
    traced: frozenset[tuple[str, str]] = frozenset()
    closed: bool = False

    def holder(self, customer_id: str) -> Holder:
        return self.holders.get(customer_id, Holder())

    @property
    def is_traced(self) -> bool:
        """Whether it was looked up of each lot where it went."""
        return all((lot_id, MARK) in self.traced for lot_id in self.lot_ids)

    def counts(self) -> RecallCounts:
        holders = [each for each in self.holders.values() if each.quantity]
        shipped = sum((each.shipped for each in holders), NOTHING)
        back = sum((each.back for each in holders), NOTHING)
        possible = sum((each.possible for each in holders if not each.shipped), NOTHING)
        percent = (back * 100 / shipped).quantize(HUNDREDTH, ROUND_HALF_UP) if shipped else Decimal("0.00")
        return RecallCounts(
            customers=len(holders), shipped=shipped, back=back, open=shipped - back, possible=possible, percent=percent
        )

    def reaches(self, target_percent: Decimal) -> bool:
        counts = self.counts()
        return counts.shipped > 0 and counts.back * 100 >= target_percent * counts.shipped


def evolve(recall: Recall, event: Event) -> Recall:
    match event:
        case RecallOpened():
            return replace(recall, opened=event, lot_ids=event.lot_ids)
        case RecallWidened():
            return replace(recall, lot_ids=(*recall.lot_ids, *event.lot_ids))
        case RecallLotTraced():
            return _traced(recall, event)
        case RecallGoodsBack(lot_id=None):
            holder = recall.holder(event.customer_id)
            holder = replace(holder, returns=holder.returns.set(event.return_id, event.quantity))
            return _with(recall, event.customer_id, holder)
        case RecallCustomerNamed():
            return _with(recall, event.customer_id, replace(recall.holder(event.customer_id), owner_id=event.owner_id))
        case RecallReminded():
            return _with(recall, event.customer_id, replace(recall.holder(event.customer_id), reminders=event.number))
        case RecallClosed():
            return replace(recall, closed=True)
    return recall


def _traced(recall: Recall, event: RecallLotTraced) -> Recall:
    now: dict[str, Holder] = {}
    for each in event.customers:
        holder = recall.holder(each.customer_id)
        if event.basis == "possible":
            now[each.customer_id] = replace(holder, possible=max(holder.possible, each.quantity))
        else:
            now[each.customer_id] = replace(holder, lots=holder.lots.set(event.lot_id, (each.quantity, each.back)))
    traced = recall.traced | {(event.lot_id, event.reference)}
    return replace(recall, holders=recall.holders.update(now), traced=traced)


def _with(recall: Recall, customer_id: str, holder: Holder) -> Recall:
    return replace(recall, holders=recall.holders.set(customer_id, holder))
