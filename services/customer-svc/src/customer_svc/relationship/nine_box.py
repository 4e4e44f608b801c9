"""The nine-box 九分图: attractiveness and growth against volume. Pure.

Rule: letter from 0.4 strategic fit + 0.4 growth and potential + 0.2 relation, cut at 6.7
and 3.3; digit 1 from 5 % of own sales, 2 from 1 %, else 3. Conflicting evidence keeps the last box and opens a review.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from contracts import Event
from contracts.customer import NineBoxPlaced, NineBoxReviewOpened
from customer_svc.policies.nine_box import NineBoxPolicy
from customer_svc.relationship.state import Relationship
from customer_svc.sentences import Sentences

Letter = Literal["A", "B", "C"]


@dataclass(frozen=True, slots=True)
class PlaceInNineBox:
    """Ratings 1–10 by people; ``share`` (percent of our sales) and ``measured_growth`` (percent) by its orders."""

    customer_id: str
    strategic_fit: Decimal
    growth: Decimal
    relation: Decimal
    share: Decimal
    measured_growth: Decimal | None
    currency: str
    owner_id: str
    on: date


@dataclass(frozen=True, slots=True)
class ReviewNineBox:
    """The review's end: people decide in spite of the conflict."""

    placement: PlaceInNineBox
    because: str

    @property
    def customer_id(self) -> str:
        return self.placement.customer_id


def score(command: PlaceInNineBox, policy: NineBoxPolicy) -> Decimal:
    """The attractiveness, 1–10."""
    weights = policy.weights
    return (
        weights.strategic_fit * command.strategic_fit
        + weights.growth * command.growth
        + weights.relation * command.relation
    )


def letter(points: Decimal, policy: NineBoxPolicy) -> Letter:
    if points >= policy.a_from:
        return "A"
    return "B" if points >= policy.b_from else "C"


def digit(share: Decimal, policy: NineBoxPolicy) -> int:
    """By the percent of our own sales that the customer is."""
    if share >= policy.large_from:
        return 1
    return 2 if share >= policy.medium_from else 3


def conflict(command: PlaceInNineBox, policy: NineBoxPolicy) -> str | None:
    """How the judged growth and the measured one contradict each other, in a sentence; None when they do not."""
    measured = command.measured_growth
    if measured is None:
        return None
    judged = letter(command.growth, policy)
    falls, rises = measured <= -policy.conflict_percent, measured >= policy.conflict_percent
    if (judged == "A" and falls) or (judged == "C" and rises):
        return Sentences.GROWTH_CONTRADICTED(growth=command.growth, change=measured)
    return None


def place(
    command: PlaceInNineBox, relationship: Relationship, policy: NineBoxPolicy, version: int, because: str | None = None
) -> Sequence[Event]:
    """The box; or a review where the evidence conflicts and nobody has decided in spite of it (``because``)."""
    points = score(command, policy)
    found, size = letter(points, policy), digit(command.share, policy)
    box = f"{found}{size}"
    against = conflict(command, policy) if because is None else None
    if against is not None:
        if relationship.reviewed_box == box:
            return []
        return [
            NineBoxReviewOpened(
                customer_id=command.customer_id,
                box=relationship.box,
                proposed=box,
                because=against,
                opened_on=command.on,
                owner_id=command.owner_id,
                policy_version=version,
            )
        ]
    return [
        NineBoxPlaced(
            customer_id=command.customer_id,
            box=box,
            previous=relationship.box,
            letter=found,
            digit=size,
            strategic_fit=command.strategic_fit,
            growth=command.growth,
            relation=command.relation,
            score=points,
            share=command.share,
            currency=command.currency,
            placed_on=command.on,
            because=because or Sentences.BOX_BY_FIGURES(points=points, letter=found, share=command.share, digit=size),
            policy_version=version,
        )
    ]
