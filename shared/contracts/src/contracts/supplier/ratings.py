"""The rating of a partner as a whole, what it forbids, when it is due and what the record suggests (客户及供应商评级)."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import Day, Id, Percent, Text
from contracts.supplier.qualification import ContractKind

PartnerRating = Literal["A", "B", "C", "D", "E"]
"""The rating of a partner: excellent, good, ordinary, restricted, prohibited. Not the grade of a period."""

PartnerRestriction = Literal["no_new_items", "share_capped", "no_larger_share", "no_prepayment", "approval_by_head"]
"""What a rating forbids: to become a source of another item, more than a share of each item's orders, a larger share as a reward, paying
it in advance, an approval without a reason of a head."""


class ContractToEnd(Part):
    """A contract that still runs with a partner that is prohibited."""

    contract_id: Id
    kind: ContractKind
    ends_on: Day


class PartnerRated(Event):
    """The partner as a whole was rated A–E: a D restricts, an E blocks trade. The same rating again renews it.

    A rating that was published before there were restrictions has none.
    """

    TYPE: ClassVar[str] = "supplier.PartnerRated"
    supplier_id: Id
    rating: PartnerRating
    previous: PartnerRating | None = None
    because: Text
    rated_on: Day
    rated_by: Id | None = None
    suggested: PartnerRating | None = Field(default=None, description="what the record suggested on that day")
    restrictions: tuple[PartnerRestriction, ...] = ()
    share_max_percent: Percent | None = Field(
        default=None, description="largest share of an item's orders in percent, where it is capped"
    )
    due_again_on: Day | None = None
    contracts_to_end: tuple[ContractToEnd, ...] = Field(
        default=(), description="of an E: contracts that run on this day or later"
    )
    policy_version: int | None = None


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
