"""How satisfied customers are."""

from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.http import MonthText
from contracts.customer import KanoClass
from contracts.figures import PlainModel

Kind = Literal["csi", "servqual", "rating"]


class Satisfaction(PlainModel):
    """How customers rate us. ``mean`` of the ratings and the ``at_risk_share`` in percent are None when there is no rating."""

    since: date | None
    until: date | None
    answer_count: int
    mean: Decimal | None
    at_risk_count: int
    at_risk_share: Decimal | None


class Month(PlainModel):
    month: MonthText
    answer_count: int
    mean: Decimal | None
    at_risk_count: int


class Made(PlainModel):
    """An indicator or a dimension: its mean score or gap, and how important it is to those who answered."""

    name: str
    answer_count: int
    mean: Decimal
    importance: Decimal | None = None


class Quality(PlainModel):
    """A kind of survey: what its mean is made of, and its months. ``large`` when the sample is large enough to stand on its own."""

    kind: Kind
    answer_count: int
    large: bool
    mean: Decimal | None
    at_risk_count: int
    parts: list[Made]
    months: list[Month]


class KanoLine(PlainModel):
    """A feature: how many answers put it into each class, the class of most of them, Better and Worse."""

    feature: str
    answers: dict[KanoClass, int]
    kano: KanoClass
    better: Decimal | None
    worse: Decimal | None
