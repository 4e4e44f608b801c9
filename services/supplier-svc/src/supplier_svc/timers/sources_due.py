"""The to-do list of suppliers whose items have not received their latest standing as a source."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from chassis.calendar import FIRST_DAY, start_of_day
from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.supplier import ShareEffect, SourceStandingChanged, SourceStandingPassedOn
from supplier_svc.items.sources import NoteSource
from supplier_svc.supplier.sourcing import ConfirmPassedOn

Handled = SourceStandingChanged | SourceStandingPassedOn


@dataclass(frozen=True)
class Row:
    """Due at once. ``items`` grows until all have been notified; the standing is always the newest.

    ``adjusted``: of the items with running rewards and penalties, the ``effects`` and whether orders are ``stopped``.
    """

    supplier_id: str
    revision: int
    items: list[str]
    by_hand: list[str]
    adjusted: dict[str, dict[str, Any]]
    grade: str | None
    merit: Decimal | None
    may_supply: bool
    share_max_percent: Decimal
    changed_on: date
    because: str
    due_at: datetime
    correlation_id: str
    causation_id: str
    annual_merit: Decimal | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id,)]


def evolve(key: Key, row: Row | None, event: Handled, around: Envelope) -> Row | None:
    match event:
        case SourceStandingChanged():
            before = row.items if row else []
            by_hand = row.by_hand if row else []
            adjusted = {
                item: each for item, each in (row.adjusted if row else {}).items() if item not in event.item_ids
            }
            if event.share_effects or event.orders_stopped:
                effects = event.model_dump(mode="json", include={"share_effects"})["share_effects"]
                standing = {"effects": effects, "stopped": event.orders_stopped}
                adjusted |= dict.fromkeys(event.item_ids, standing)
            return Row(
                supplier_id=key[0],
                revision=event.revision,
                items=[*before, *(item for item in event.item_ids if item not in before)],
                by_hand=[*by_hand, *event.item_ids] if event.by_hand else by_hand,
                adjusted=adjusted,
                grade=event.grade,
                merit=event.merit,
                # Stopped orders are of single items; this is whether the supplier might get any.
                may_supply=event.may_supply or event.orders_stopped,
                share_max_percent=event.share_max_percent,
                changed_on=event.changed_on,
                because=event.because,
                # A row that changes while it is worked on must become due again, so no two revisions share an instant.
                due_at=max(around.occurred_at, start_of_day(FIRST_DAY)) - timedelta(microseconds=event.revision),
                correlation_id=around.correlation_id,
                causation_id=around.id,
                annual_merit=event.annual_merit,
            )
        case SourceStandingPassedOn():
            return row if row is not None and row.revision > event.revision else None


async def pass_on(rows: Sequence[Row], _: TimerContext) -> Sequence[DueCommand]:
    """Every item of every row, then the confirmation. After a crash between them all is repeated; items recognise the revision."""
    return [DueCommand.by(row, command) for row in rows for command in commands(row)]


def commands(row: Row) -> Iterable[Any]:
    """The commands of one row."""
    for item_id in row.items:
        adjusted = row.adjusted.get(item_id, {"effects": [], "stopped": False})
        yield NoteSource(
            item_id=item_id,
            supplier_id=row.supplier_id,
            revision=row.revision,
            grade=row.grade,  # type: ignore[arg-type]
            merit=row.merit,
            may_supply=row.may_supply and not adjusted["stopped"],
            share_max_percent=row.share_max_percent,
            on=row.changed_on,
            because=row.because,
            by_hand=item_id in row.by_hand,
            annual_merit=row.annual_merit,
            share_effects=tuple(ShareEffect.model_validate(each, strict=False) for each in adjusted["effects"]),
            orders_stopped=adjusted["stopped"],
        )
    yield ConfirmPassedOn(row.supplier_id, row.revision)


TODO = TodoList(
    name="sources_due",
    version=2,
    row=Row,
    key=("supplier_id",),
    keys=keys,
    evolve=evolve,
    perform=pass_on,
    batch_max=500,
    in_time_order=False,
)
