"""How opinions that disagree become one comment on a supplier."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.fields import Id, Percent
from contracts.supplier import LetterGrade

Operator = Literal["min_max", "product_max", "product_sum", "min_sum"]
"""How weights and memberships are composed: M(min, max), M(·, max), M(·, +), M(min, ⊕)."""

Ratio = Literal[
    "accepted_lots_ratio", "on_time_ratio", "lowest_price_ratio", "surveyed_quality_stability_ratio",
    "surveyed_delivery_timeliness_ratio", "surveyed_supply_assurance_ratio", "surveyed_after_sales_ratio",
    "mean_monthly_pass_ratio",
]  # fmt: skip
"""The measures that a factor can be judged by; of a surveyed one every answer is an opinion of its own."""

Share = Annotated[Decimal, Field(gt=0, le=1)]


class Comment(PolicyPart):
    """A comment (评语): the least percent that it stands for, and the points that it is worth in a score."""

    grade: LetterGrade
    at_least: Percent
    value: Percent


class Factor(PolicyPart):
    """What a supplier is judged by (因素), and its weight among the others."""

    name: Id
    measure: Ratio
    weight: Share


def _comment(grade: LetterGrade, at_least: int, value: str) -> Comment:
    return Comment(grade=grade, at_least=Decimal(at_least), value=Decimal(value))


def _factor(name: str, measure: Ratio, weight: str) -> Factor:
    return Factor(name=name, measure=measure, weight=Decimal(weight))


class FuzzyEvaluation(Policy):
    """Fuzzy comprehensive evaluation (模糊综合评价法); in force on the last day of the period."""

    NAME: ClassVar[str] = "fuzzy-evaluation"

    operator: Operator = Field(default="product_sum", description="how weights and memberships are composed")
    comments: tuple[Comment, ...] = Field(
        default=(_comment("A", 85, "92.5"), _comment("B", 70, "77.5"), _comment("C", 60, "65"), _comment("D", 0, "30")),
        description="the bands of a percent, best first, and what each is worth",
    )
    factors: Annotated[tuple[Factor, ...], Field(min_length=1, max_length=20)] = Field(
        default=(
            _factor("pass_rate", "mean_monthly_pass_ratio", "0.40"),
            _factor("quality_stability", "surveyed_quality_stability_ratio", "0.20"),
            _factor("delivery_timeliness", "surveyed_delivery_timeliness_ratio", "0.15"),
            _factor("supply_assurance", "surveyed_supply_assurance_ratio", "0.15"),
            _factor("after_sales", "surveyed_after_sales_ratio", "0.10"),
        ),
        description="what is judged; the weights make 1",
    )
    min_weight: Share = Field(
        default=Decimal("0.5"), description="least weight of the factors that have facts; with less it is insufficient"
    )

    @model_validator(mode="after")
    def _can_judge(self) -> Self:
        if tuple(each.grade for each in self.comments) != get_args(LetterGrade):
            raise ValueError("the comments are A, B, C and D, in this order")
        bands, values = [each.at_least for each in self.comments], [each.value for each in self.comments]
        if bands != sorted(set(bands), reverse=True) or bands[-1] != 0:
            raise ValueError("a better comment takes a higher percent, and the last one any: its at_least is 0")
        if values != sorted(values, reverse=True):
            raise ValueError("a better comment must not be worth less")
        if len({each.name for each in self.factors}) < len(self.factors):
            raise ValueError("two factors have the same name")
        if (total := sum(each.weight for each in self.factors)) != 1:
            raise ValueError(f"the weights make {total}, not 1")
        return self
