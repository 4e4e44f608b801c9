"""The sources of an item: noted with every change of their standing, removed by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.supplier import ShareEffect, SourceNoted, SourceRemoved, SupplierGrade
from supplier_svc.items.divisions import changed_division
from supplier_svc.items.state import Item, evolve
from supplier_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class NoteSource:
    """How a supplier counts as a source now; a revision that is not newer than the last one changes nothing."""

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
    annual_merit: Decimal | None = None
    share_effects: tuple[ShareEffect, ...] = ()
    orders_stopped: bool = False


@dataclass(frozen=True, slots=True)
class RemoveSource:
    """The supplier does not supply the item any more."""

    item_id: str
    supplier_id: str
    removed_on: date
    because: str


class SourceUnknown(Refusal):
    """Supplier {supplier_id} is not a source of item {item_id}."""

    status = 404


def note(command: NoteSource, item: Item, policies: PolicyBook) -> Sequence[Event]:
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
        annual_merit=command.annual_merit,
        share_points=sum((effect.points for effect in command.share_effects), Decimal(0)),
        share_effects=command.share_effects,
        orders_stopped=command.orders_stopped,
    )
    because = f"{Sentences.OF_SUPPLIER(supplier_id=command.supplier_id)} {command.because}"
    return [noted, *changed_division(command.item_id, evolve(item, noted), command.on, because, policies)]


def remove(command: RemoveSource, item: Item, policies: PolicyBook) -> Sequence[Event]:
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
    return [removed, *changed_division(command.item_id, after, command.removed_on, command.because, policies)]
