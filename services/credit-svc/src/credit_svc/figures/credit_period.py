"""Which credit period to offer: by marginal benefit, and by the net present value of a day's sales. Pure; a year has 360 days.

Source: the rules page, "Calculators and what-if": 边际收益 and 净现金流量.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from credit_svc.figures.credit_standard import YEAR_DAYS


@dataclass(frozen=True, slots=True)
class Alternative:
    """A credit period with the yearly sales, losses and expenses that are expected of it, in one currency."""

    credit_days: int
    sales: Decimal
    bad_debt_percent: Decimal = Decimal(0)
    collection: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Costs:
    """``extra_fixed``: what each step to a longer period adds to the fixed costs of a year, in the currency of the sales."""

    variable_percent: Decimal
    capital_percent: Decimal
    extra_fixed: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a year of an alternative yields; ``npv_per_day`` is the present value of one day's sales less what they cost."""

    alternative: Alternative
    contribution: Decimal
    opportunity: Decimal
    bad_debt: Decimal
    fixed: Decimal
    npv_per_day: Decimal

    @property
    def expenses(self) -> Decimal:
        """All that the credit costs, with what the period adds to the fixed costs."""
        given = self.alternative.collection + self.alternative.discount
        return self.opportunity + self.bad_debt + given + self.fixed

    @property
    def after(self) -> Decimal:
        return self.contribution - self.expenses


@dataclass(frozen=True, slots=True)
class Step:
    """What one alternative has more than the one before it."""

    revenue: Decimal
    cost: Decimal

    @property
    def benefit(self) -> Decimal:
        return self.revenue - self.cost


def outcomes(alternatives: Sequence[Alternative], costs: Costs) -> list[Outcome]:
    """500,000 at 30 days, variable 80 %, capital 15 % → contribution 100,000, opportunity 5,000, 260.63 a day."""
    return [_outcome(each, costs, number) for number, each in enumerate(alternatives)]


def _outcome(each: Alternative, costs: Costs, number: int) -> Outcome:
    variable, capital = costs.variable_percent / 100, costs.capital_percent / 100
    lost = each.bad_debt_percent / 100
    waited = 1 + capital * each.credit_days / YEAR_DAYS
    return Outcome(
        alternative=each,
        contribution=each.sales * (1 - variable),
        opportunity=each.sales * each.credit_days * variable * capital / YEAR_DAYS,
        bad_debt=each.sales * lost,
        fixed=costs.extra_fixed * number,
        npv_per_day=each.sales / YEAR_DAYS * ((1 - lost) / waited - variable),
    )


def steps(found: Sequence[Outcome]) -> list[Step]:
    """From each alternative to the next longer one."""
    return [
        Step(after.contribution - before.contribution, after.expenses - before.expenses)
        for before, after in pairwise(found)
    ]


def chosen_by_margin(found: Sequence[Outcome]) -> int:
    """The longest period whose steps up to it all benefit, in days."""
    chosen = found[0]
    for step, longer in zip(steps(found), found[1:], strict=True):
        if step.benefit <= 0:
            break
        chosen = longer
    return chosen.alternative.credit_days


def chosen_by_value(found: Sequence[Outcome]) -> int:
    """The period with the largest present value of a day's sales; of equal ones the shortest, in days."""
    return max(found, key=lambda each: each.npv_per_day).alternative.credit_days
