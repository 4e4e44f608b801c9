"""The to-do list of ratings: the day on which a partner has to be rated, then the one on which that is overdue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.supplier import (
    PartnerRated,
    PartnerRatingDue,
    PartnerRatingOverdue,
    SupplierApproved,
    SupplierEliminated,
)
from supplier_svc.supplier.partner_ratings import CallForRating, ReportRatingOverdue

Handled = PartnerRated | PartnerRatingDue | PartnerRatingOverdue | SupplierApproved | SupplierEliminated


@dataclass(frozen=True)
class Row:
    """``rating_due_on`` is the day of the rating; the row falls due on it, and once that was published when it is overdue."""

    supplier_id: str
    rating_due_on: date
    is_called: bool
    due_on: date


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case PartnerRated():
            return _waits(key, event.due_again_on)
        case SupplierApproved():
            return row if event.rating_due_on is None else _waits(key, event.rating_due_on)
        case PartnerRatingDue():
            return Row(key[0], event.due_on, True, event.overdue_on)
        case PartnerRatingOverdue() | SupplierEliminated():
            return None


def _waits(key: Key, due_on: date | None) -> Row | None:
    return None if due_on is None else Row(key[0], due_on, False, due_on)


def command(row: Row) -> CallForRating | ReportRatingOverdue:
    if row.is_called:
        return ReportRatingOverdue(row.supplier_id, row.rating_due_on, row.due_on)
    return CallForRating(row.supplier_id, row.rating_due_on)


TODO = TodoList(
    name="partner_rating_due",
    version=1,
    row=Row,
    key=("supplier_id",),
    keys=keys,
    evolve=evolve,
    command=command,
)
