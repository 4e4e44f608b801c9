"""One row per partner that has to be rated or was: its rating, what that forbids, when the next one is due and what is suggested."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import (
    OnboardingFileRevised,
    PartnerRated,
    PartnerRating,
    PartnerRatingDue,
    PartnerRatingOverdue,
    SupplierApproved,
    SupplierEliminated,
    SupplierRegistered,
)

Handled = (
    PartnerRated
    | PartnerRatingDue
    | PartnerRatingOverdue
    | SupplierApproved
    | SupplierEliminated
    | SupplierRegistered
    | OnboardingFileRevised
)

Status = Literal["due", "overdue", "current"]
"""Whether a rating is owed, owed for long, or in force with none owed."""


@dataclass(frozen=True)
class Row:
    """``status`` is None as long as nothing has to be rated. One that was approved or rated before ratings had a day is due without one.

    ``suggested`` and ``factors`` are those of the day on which the rating fell due, ``contracts_to_end`` run although it is prohibited.
    """

    supplier_id: str
    name: str | None = None
    rating: str | None = None
    rated_on: date | None = None
    rated_by: str | None = None
    because: str | None = None
    restrictions: list[str] | None = None
    due_on: date | None = None
    status: str | None = None
    suggested: str | None = None
    factors: list[dict[str, Any]] | None = None
    contracts_to_end: list[dict[str, Any]] | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    row = row or Row(key[0])
    match event:
        case SupplierRegistered() | OnboardingFileRevised():
            return replace(row, name=event.file.name)
        case PartnerRated():
            return _rated(row, event)
        case SupplierApproved():
            if event.rating_due_on is not None:
                return replace(row, due_on=event.rating_due_on, status="current")
            return replace(row, status="due") if row.due_on is None else row
        case SupplierEliminated():
            return replace(row, due_on=None, status="current" if row.rating else None)
        case PartnerRatingDue():
            factors = [factor.model_dump(mode="json") for factor in event.factors]
            return replace(row, status="due", suggested=event.suggested, factors=factors)
        case PartnerRatingOverdue():
            return replace(row, status="overdue")


def _rated(row: Row, event: PartnerRated) -> Row:
    return replace(
        row,
        rating=event.rating,
        rated_on=event.rated_on,
        rated_by=event.rated_by,
        because=event.because,
        restrictions=list(event.restrictions),
        due_on=event.due_again_on,
        status="due" if event.due_again_on is None else "current",
        suggested=event.suggested,
        factors=None,
        contracts_to_end=[each.model_dump(mode="json") for each in event.contracts_to_end],
    )


MODEL = ReadModel(
    name="partner_rating",
    version=1,
    row=Row,
    key=("supplier_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("status", "due_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.supplier_id,)


def ratings(status: Status | None = None, rating: PartnerRating | None = None) -> Select[Any]:
    """Partners that were rated or have to be; one that is overdue is due too."""
    query = select(TABLE).where(TABLE.c.status.is_not(None))
    if status is not None:
        query = query.where(TABLE.c.status.in_(("due", "overdue") if status == "due" else (status,)))
    return query if rating is None else query.where(TABLE.c.rating == rating)


def due(supplier_id: str | None, until: date) -> Select[Any]:
    """Ratings of all partners, or of one, that are owed by a day."""
    query = ratings().where((TABLE.c.due_on <= until) | TABLE.c.due_on.is_(None) & (TABLE.c.status == "due"))
    return query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)


def prohibited(supplier_id: str | None) -> Select[Any]:
    """Partners rated E, all or one."""
    query = ratings(rating="E")
    return query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
