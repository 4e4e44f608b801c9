"""The rating of the partner: what it forbids, and when the next one is due."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from contracts.supplier import (
    PartnerRated,
    PartnerRating,
    PartnerRatingDue,
    PartnerRatingOverdue,
    PartnerRestriction,
    SupplierApproved,
    SupplierEliminated,
)

Handled = PartnerRated | PartnerRatingDue | PartnerRatingOverdue | SupplierApproved | SupplierEliminated


@dataclass(frozen=True, slots=True)
class Ratings:
    """``due_on`` is when the next rating is due; ``is_due`` and ``is_overdue`` whether that was published.

    A rating of before restrictions has none and is never due again by itself.
    """

    rating: PartnerRating | None = None
    rated_on: date | None = None
    restrictions: tuple[PartnerRestriction, ...] = ()
    share_max_percent: Decimal = Decimal(100)
    due_on: date | None = None
    is_due: bool = False
    is_overdue: bool = False

    def forbids(self, what: PartnerRestriction) -> bool:
        return what in self.restrictions


def evolve(known: Ratings, event: Handled) -> Ratings:
    match event:
        case PartnerRated():
            share_max = Decimal(100) if event.share_max_percent is None else event.share_max_percent
            return Ratings(event.rating, event.rated_on, event.restrictions, share_max, event.due_again_on)
        case SupplierApproved():
            if event.rating_due_on is None:
                return known
            return replace(known, due_on=event.rating_due_on, is_due=False, is_overdue=False)
        case SupplierEliminated():
            return replace(known, due_on=None, is_due=False, is_overdue=False)
        case PartnerRatingDue():
            return replace(known, is_due=True)
        case PartnerRatingOverdue():
            return replace(known, is_overdue=True)
    assert_never(event)
