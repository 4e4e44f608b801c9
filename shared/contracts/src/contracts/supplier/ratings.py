"""When a partner has to be rated, and what its record suggests (客户及供应商评级)."""

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import Day, Id, Text
from contracts.supplier.qualification import PartnerRating


class RatingFactor(Part):
    """Something on record that a rating is suggested from: ``name`` of what was looked at, its ``value``, and both as a sentence."""

    name: Id
    value: Text
    summary: Text


class PartnerRatingDue(Event):
    """The partner has to be rated, for the first time or again; ``suggested`` is the worst rating that its record calls for."""

    TYPE: ClassVar[str] = "supplier.PartnerRatingDue"
    supplier_id: Id
    due_on: Day
    last: PartnerRating | None = Field(description="the rating in force; None where it was never rated")
    suggested: PartnerRating
    factors: tuple[RatingFactor, ...]
    overdue_on: Day
    policy_version: int


class PartnerRatingOverdue(Event):
    """A rating that was due on ``due_on`` has not been given."""

    TYPE: ClassVar[str] = "supplier.PartnerRatingOverdue"
    supplier_id: Id
    due_on: Day
    overdue_on: Day
