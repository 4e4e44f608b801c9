"""An item: its sources as they were last noted, and the division of its orders that follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from immutables import Map

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.supplier import OrderSharesChanged, SourceNoted, SourceRemoved, SourceShare, SupplierGrade
from supplier_svc.items.rules.divisions import Source, divide
from supplier_svc.policies.order_shares import OrderSharing

# --- state ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Noted:
    """A source as its supplier last told it; one that was removed waits until somebody names it again."""

    source: Source
    revision: int
    may_supply: bool
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    sources: Map[str, Noted] = field(default_factory=Map)
    divided: OrderSharesChanged | None = None

    def counted(self) -> list[Source]:
        """Those that may get orders."""
        return [each.source for each in self.sources.values() if each.may_supply and not each.is_removed]


# --- evolve --------------------------------------------------------------------------------------------------------


def evolve(item: Item, event: Event) -> Item:
    match event:
        case SourceNoted():
            source = Source(event.supplier_id, event.grade, event.merit, event.share_max_percent)
            noted = Noted(source, event.revision, event.may_supply)
            return replace(item, sources=item.sources.set(event.supplier_id, noted))
        case SourceRemoved():
            removed = replace(item.sources[event.supplier_id], is_removed=True)
            return replace(item, sources=item.sources.set(event.supplier_id, removed))
        case OrderSharesChanged():
            return replace(item, divided=event)
    return item


# --- commands ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoteSource:
    """A supplier tells how it counts as a source; an older revision than the last one changes nothing."""

    item_id: str
    supplier_id: str
    revision: int
    grade: SupplierGrade | None
    merit: Decimal | None
    may_supply: bool
    share_max_percent: Decimal
    on: date
    because: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class RemoveSource:
    """The supplier does not supply the item any more."""

    item_id: str
    supplier_id: str
    removed_on: date
    because: str


@dataclass(frozen=True, slots=True)
class DivideOrders:
    """Divide anew, for example under a new policy."""

    item_id: str
    on: date
    because: str


Command = NoteSource | RemoveSource | DivideOrders


# --- decide --------------------------------------------------------------------------------------------------------


class SourceUnknown(Refusal):
    """Supplier {supplier_id} is not a source of item {item_id}."""

    status = 404


class ItemUnknown(Refusal):
    """There is no item {item_id}: no supplier was ever a source of it."""

    status = 404


def decide(command: Command, item: Item, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case NoteSource():
            return _note(command, item, policies)
        case RemoveSource():
            known = item.sources.get(command.supplier_id)
            if known is None:
                raise SourceUnknown(supplier_id=command.supplier_id, item_id=command.item_id)
            if known.is_removed:
                return []
            removed = SourceRemoved(
                item_id=command.item_id,
                supplier_id=command.supplier_id,
                removed_on=command.removed_on,
                because=command.because,
            )
            after = evolve(item, removed)
            return [removed, *_divided(command.item_id, after, command.removed_on, command.because, policies)]
        case DivideOrders():
            if not item.sources:
                raise ItemUnknown(item_id=command.item_id)
            return _divided(command.item_id, item, command.on, command.because, policies)
    assert_never(command)


def _note(command: NoteSource, item: Item, policies: PolicyBook) -> Sequence[Event]:
    known = item.sources.get(command.supplier_id)
    if known is not None and (command.revision <= known.revision or (known.is_removed and not command.by_hand)):
        return []
    noted = SourceNoted(
        item_id=command.item_id,
        supplier_id=command.supplier_id,
        revision=command.revision,
        grade=command.grade,
        merit=command.merit,
        may_supply=command.may_supply,
        share_max_percent=command.share_max_percent,
        noted_on=command.on,
    )
    because = f"{command.supplier_id}: {command.because}"
    return [noted, *_divided(command.item_id, evolve(item, noted), command.on, because, policies)]


def _divided(item_id: str, item: Item, on: date, because: str, policies: PolicyBook) -> Sequence[OrderSharesChanged]:
    """The division where it is another than before."""
    policy, sources = policies.at(OrderSharing, on), item.counted()
    division = divide(sources, policy.document)
    by_id = {source.supplier_id: source for source in sources}
    ordered = sorted(division.shares.items(), key=lambda share: (-share[1], share[0]))
    changed = OrderSharesChanged(
        item_id=item_id,
        sources=tuple(
            SourceShare(
                supplier_id=supplier_id,
                grade=by_id[supplier_id].grade,
                merit=by_id[supplier_id].merit,
                share_percent=share,
                share_max_percent=by_id[supplier_id].share_max_percent,
            )
            for supplier_id, share in ordered
        ),
        sources_counted=division.counted,
        pattern=division.pattern,
        action=division.action,
        urged=division.urged,
        summary=division.summary,
        is_interim=division.is_interim,
        is_sole_source=division.counted == 1,
        no_source_left=division.counted == 0,
        because=because,
        changed_on=on,
        policy_version=policy.version,
    )
    return [] if item.divided is not None and _is_same(item.divided, changed) else [changed]


def _is_same(before: OrderSharesChanged, now: OrderSharesChanged) -> bool:
    """Whether nobody would order or do anything differently."""
    return (_shares(before), before.pattern, before.action, before.urged) == (
        _shares(now), now.pattern, now.action, now.urged,
    )  # fmt: skip


def _shares(division: OrderSharesChanged) -> list[tuple[str, Decimal]]:
    return [(each.supplier_id, each.share_percent) for each in division.sources]


DECIDER = Decider(
    category="item",
    commands=(NoteSource, RemoveSource, DivideOrders),
    stream_id=lambda command: command.item_id,
    initial=Item(),
    evolve=evolve,
    decide=decide,
)
