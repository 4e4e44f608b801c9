"""Composite schemes: criteria made of named measures, thresholds and gates. Two published ones are built in."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chassis.policies import PolicyPart
from contracts.fields import Id

Measure = Literal[
    "accepted_lots_ratio", "on_time_ratio", "days_late", "line_stops", "line_stop_minutes", "price_above_standard_percent",
    "lowest_price_ratio", "uncooperative_cases", "criticisms", "site_criticisms", "points", "points_per_100_lots",
    "surveyed_quality_stability_ratio", "surveyed_after_sales_ratio", "surveyed_delivery_timeliness_ratio",
    "surveyed_supply_assurance_ratio", "mean_monthly_pass_ratio",
]  # fmt: skip
"""What can be measured in a period. A ratio runs from 0 to 1. A measure has no value where there is no fact to measure it by."""

Points = Annotated[Decimal, Field(ge=0, le=1_000)]
Weight = Annotated[Decimal, Field(ge=-1_000, le=1_000)]


class Term(PolicyPart):
    """``weight`` points for each unit of a measure; a negative weight deducts."""

    measure: Measure
    weight: Weight


class Criterion(PolicyPart):
    """``base`` plus its terms, clamped to 0 … ``max``; where one of its measures has no value, ``unmeasured`` or the base."""

    name: Id
    max: Points
    base: Points = Decimal(0)
    terms: tuple[Term, ...]
    unmeasured: Points | None = None

    @model_validator(mode="after")
    def _can_score(self) -> Self:
        measures = [term.measure for term in self.terms]
        if len(set(measures)) < len(measures):
            raise ValueError(f"criterion {self.name} counts a measure twice")
        if self.max == 0:
            raise ValueError(f"criterion {self.name} can never score: its max is 0")
        if self.base == 0 and not any(term.weight > 0 for term in self.terms):
            raise ValueError(f"criterion {self.name} can never score: its base is 0 and no term adds")
        if max(self.base, self.unmeasured or 0) > self.max:
            raise ValueError(f"criterion {self.name} starts above its max of {self.max}")
        return self


class ScoreThresholds(PolicyPart):
    """The least score of each grade; below ``c_at_least`` is a D."""

    a_at_least: Points = Decimal(85)
    b_at_least: Points = Decimal(70)
    c_at_least: Points = Decimal(60)

    @model_validator(mode="after")
    def _descend(self) -> Self:
        if not self.a_at_least >= self.b_at_least >= self.c_at_least:
            raise ValueError("a better grade must not take a lower score: a_at_least ≥ b_at_least ≥ c_at_least")
        return self


class GateRule(PolicyPart):
    """A grade that also requires a minimum of points in one criterion."""

    grade: Literal["A", "B", "C"]
    criterion: Id
    at_least: Points


class Scheme(PolicyPart):
    """A composite score (综合评分法): the sum of its criteria, compared unrounded with the thresholds.

    ``on_missing``, of a criterion without a fact: its ``unmeasured`` points or its base stand; or the others are scaled to 100
    (``rescale``; insufficient where their maxima make less than ``min_measured``); or the whole is insufficient.
    """

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=20)]
    thresholds: ScoreThresholds = ScoreThresholds()
    gates: tuple[GateRule, ...] = ()
    on_missing: Literal["base", "rescale", "insufficient"] = "base"
    min_measured: Points = Decimal(50)

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        most = {criterion.name: criterion.max for criterion in self.criteria}
        if len(most) < len(self.criteria):
            raise ValueError("two criteria have the same name")
        best = Decimal(100) if self.on_missing == "rescale" else sum(most.values(), Decimal(0))
        if self.thresholds.a_at_least > best:
            raise ValueError(
                f"nobody can be an A: it takes {self.thresholds.a_at_least}, and the criteria give at most {best}"
            )
        for gate in self.gates:
            if gate.criterion not in most:
                raise ValueError(
                    f"a gate of {gate.grade} names criterion {gate.criterion}, which the scheme does not have"
                )
            if gate.at_least > most[gate.criterion]:
                raise ValueError(
                    f"nobody passes the gate of {gate.grade}: {gate.criterion} gives at most {most[gate.criterion]}"
                )
        return self


def _term(measure: Measure, weight: int) -> Term:
    return Term(measure=measure, weight=Decimal(weight))


ASSESSMENT_TABLE = Scheme(
    criteria=(
        Criterion(
            name="price", max=Decimal(40), base=Decimal(20), terms=(_term("price_above_standard_percent", -2),),
        ),
        Criterion(name="quality", max=Decimal(30), terms=(_term("accepted_lots_ratio", 30),)),
        Criterion(
            name="delivery", max=Decimal(20),
            terms=(_term("on_time_ratio", 20), _term("days_late", -1), _term("line_stops", -2)),
        ),
        Criterion(
            name="cooperation", max=Decimal(10), base=Decimal(10),
            terms=(_term("uncooperative_cases", -1), _term("criticisms", -2), _term("site_criticisms", -3)),
        ),
    )
)  # fmt: skip
"""供应商考核表: price 40, quality 30, delivery 20, cooperation 10."""

VENDOR_RATING = Scheme(
    criteria=(
        Criterion(name="quality", max=Decimal(25), terms=(_term("accepted_lots_ratio", 25),)),
        Criterion(name="delivery", max=Decimal(50), terms=(_term("on_time_ratio", 50),)),
        Criterion(
            name="price", max=Decimal(25), terms=(_term("lowest_price_ratio", 25),), unmeasured=Decimal(25),
        ),
    )
)  # fmt: skip
"""Vendor rating: quality 25, delivery 50, price 25. Without a lowest price to compare with, the price gets full points."""

YEAR_END = Scheme(
    criteria=(
        Criterion(name="pass_rate", max=Decimal(40), terms=(_term("mean_monthly_pass_ratio", 40),)),
        Criterion(name="quality_stability", max=Decimal(20), terms=(_term("surveyed_quality_stability_ratio", 20),)),
        Criterion(
            name="delivery_timeliness", max=Decimal(15), terms=(_term("surveyed_delivery_timeliness_ratio", 15),)
        ),
        Criterion(name="supply_assurance", max=Decimal(15), terms=(_term("surveyed_supply_assurance_ratio", 15),)),
        Criterion(name="after_sales", max=Decimal(10), terms=(_term("surveyed_after_sales_ratio", 10),)),
    ),
    on_missing="rescale",
)
"""综合评分法 at the end of a year: monthly pass rate 40; of the survey stability 20, timeliness 15, assurance 15, after-sales 10."""
