"""Survey answers of customers, scored."""

from decimal import Decimal
from typing import ClassVar, Literal

from contracts.envelope import Event, Part
from contracts.fields import Answer, Day, Id, Quantity

KanoClass = Literal["attractive", "one_dimensional", "must_be", "indifferent", "reverse", "questionable"]


class Weighed(Part):
    """An indicator of the satisfaction index: its score on 1–10, its importance, and its weight among all (0–1)."""

    indicator: Id
    score: Quantity
    importance: Quantity
    weight: Quantity


class Gap(Part):
    """A dimension of service quality: perception − expectation, the mean over its items."""

    dimension: Id
    gap: Decimal
    items: int


class Feature(Part):
    """The Kano class of a feature for a customer, from a pair of questions: with it, without it."""

    feature: Id
    kano: KanoClass


class SurveyRecorded(Event):
    """A customer answered a survey, and the answer was scored by its kind.

    ``score``: a rating on 1–5, the satisfaction index on 10–100 (csi), the mean gap (servqual); None for kano.
    ``at_risk``: below the policy's score for the kind.
    """

    TYPE: ClassVar[str] = "customer.SurveyRecorded"
    survey_id: Id
    customer_id: Id
    answered_on: Day
    kind: Literal["csi", "servqual", "kano", "rating"]
    answers: dict[Id, Answer]
    order_id: Id | None = None
    score: Decimal | None = None
    at_risk: bool = False
    indicators: tuple[Weighed, ...] = ()
    gaps: tuple[Gap, ...] = ()
    features: tuple[Feature, ...] = ()
    policy_version: int | None = None


EVENTS: tuple[type[Event], ...] = (SurveyRecorded,)
