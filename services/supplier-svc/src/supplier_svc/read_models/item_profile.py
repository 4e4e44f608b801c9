"""One row per item: its profile, and how many sources are advised for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, case, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import ItemProfileSet, OrderSharesChanged
from supplier_svc.items.rules.advice import Profile, advise
from supplier_svc.read_models import corrective_action, improvement, item_share

Handled = ItemProfileSet | OrderSharesChanged

Sources = Literal["too_few", "too_many"]


@dataclass(frozen=True)
class Row:
    """``pattern`` is the grades of the sources that get orders, best first, and ``best`` the supplier of the first one.

    ``advised`` counts where the best source owes nothing overdue, ``advised_if_overdue`` where it does; both are None without a profile.
    """

    item_id: str
    importance: str | None = None
    market: str | None = None
    set_on: date | None = None
    set_by: str | None = None
    because: str | None = None
    pattern: str = ""
    best: str | None = None
    advised: int | None = None
    advised_if_overdue: int | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.item_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    known = row or Row(key[0])
    match event:
        case ItemProfileSet():
            known = replace(
                known,
                importance=event.importance,
                market=event.market,
                set_on=event.set_on,
                set_by=event.by,
                because=event.because,
            )
        case OrderSharesChanged():
            known = replace(known, pattern=event.pattern, best=_best(event))
    return _advised(known)


def _best(division: OrderSharesChanged) -> str | None:
    """The supplier of the pattern's first grade that has the best merit; None where none has it, or only by the policy for the ungraded."""
    grade = division.pattern[:1]
    of_grade = [each for each in division.sources if each.grade == grade]
    ranked = sorted(of_grade, key=lambda each: (each.merit is None, -(each.merit or 0), each.supplier_id))
    return ranked[0].supplier_id if ranked else None


def profile_of(row: Row) -> Profile | None:
    if row.importance is None or row.market is None:
        return None
    return Profile(row.importance, row.market)  # type: ignore[arg-type]


def _advised(row: Row) -> Row:
    profile = profile_of(row)
    if profile is None:
        return row
    clear, overdue = (advise(profile, row.pattern, row.best, is_overdue).advised for is_overdue in (False, True))
    return replace(row, advised=clear, advised_if_overdue=overdue)


MODEL = ReadModel(
    name="item_profile",
    version=1,
    row=Row,
    key=("item_id",),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table


def is_overdue(today: date) -> ColumnElement[bool]:
    """Whether the item's best source owes an answer or a step of a corrective action whose day has passed."""
    owed, action = improvement.TABLE.c, corrective_action.TABLE.c
    answers = select(owed.supplier_id).where(
        owed.supplier_id == TABLE.c.best, owed.status == "due", owed.due_on < today
    )
    steps = select(action.supplier_id).where(
        action.supplier_id == TABLE.c.best, action.status == "open", action.next_due_on < today
    )
    return answers.exists() | steps.exists()


def profile(item_id: str, today: date) -> Select[Any]:
    """The row of an item, with ``is_overdue`` of its best source."""
    return select(TABLE, is_overdue(today).label("is_overdue")).where(TABLE.c.item_id == item_id)


def with_sources(shares: Select[Any], sources: Sources, today: date) -> Select[Any]:
    """Of a question about the division of orders, the items that have fewer sources than advised, or more."""
    advised = case((is_overdue(today), TABLE.c.advised_if_overdue), else_=TABLE.c.advised)
    present = func.length(TABLE.c.pattern)
    wanted = select(TABLE.c.item_id).where(present < advised if sources == "too_few" else present > advised)
    return shares.where(item_share.TABLE.c.item_id.in_(wanted))
