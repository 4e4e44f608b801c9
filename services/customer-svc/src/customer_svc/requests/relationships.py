"""Request bodies about the relationship with a customer."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.customer import Emphasis, RelationshipStage, VisitKind
from contracts.fields import Currency, Day, Id, Text

Words = Annotated[Text, Field(min_length=3, max_length=2_000)]
Rating = Annotated[Decimal, Field(ge=1, le=10, max_digits=4, decimal_places=2)]


class Dated(Body):
    on: Day


class NewStage(Dated):
    stage: RelationshipStage
    because: Words
    contract: Id | None = None
    approved_by: Id | None = None


class Plan(Dated):
    plan: Words


class Assessment(Dated):
    """Ratings 1–10; share and growth of sales in the currency are measured over the last 12 full months."""

    strategic_fit: Rating
    growth: Rating
    relation: Rating
    currency: Currency


class Review(Assessment):
    because: Words


class Designation(Dated):
    owner_id: Id
    sponsor_id: Id
    emphasis: Emphasis
    because: Words


class Release(Dated):
    because: Words


class Visit(Dated):
    kind: VisitKind
    who: Id
    notes: Words


class Effort(Dated):
    effort_id: Id
    person_id: Id
    hours: Annotated[Decimal, Field(gt=0, le=1_000, max_digits=10, decimal_places=2)]
    activity: Id
