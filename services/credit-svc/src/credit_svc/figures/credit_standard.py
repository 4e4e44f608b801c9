"""What a credit policy costs: a calculator to compare terms before they are offered. Pure; a year has 360 days.

Source: the rules page, "Credit-policy comparison": opportunity cost, bad debt, collection, discount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

YEAR_DAYS = 360


@dataclass(frozen=True, slots=True)
class Portion:
    """A share of the sales that is paid on a day, with the discount it then takes and what of it is lost; in percent."""

    share_percent: Decimal
    paid_on_day: Decimal
    discount_percent: Decimal = Decimal(0)
    bad_debt_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PolicyCost:
    """In the unit of the sales; ``average_days`` is the collection period.

    ``receivable``: what the customers owe on an average day, ``funds``: what of it was spent on the goods. ``contribution``: the sales
    less what varies with them.
    """

    average_days: Decimal
    receivable: Decimal
    funds: Decimal
    contribution: Decimal
    opportunity: Decimal
    bad_debt: Decimal
    discount: Decimal
    collection: Decimal

    @property
    def total(self) -> Decimal:
        return self.credit_cost + self.discount

    @property
    def credit_cost(self) -> Decimal:
        """The cost without the discount, which is given and not spent."""
        return self.opportunity + self.bad_debt + self.collection

    @property
    def before(self) -> Decimal:
        """What the sales yield before the cost of the credit."""
        return self.contribution - self.discount

    @property
    def after(self) -> Decimal:
        """What they yield after it: the figure by which policies are compared."""
        return self.before - self.credit_cost


def cost_of(
    sales: Decimal,
    portions: Sequence[Portion],
    variable_cost_percent: Decimal,
    capital_cost_percent: Decimal,
    collection: Decimal,
) -> PolicyCost:
    """Sales 5,400, paid 30 % on day 10, 20 % on 20, 50 % on 90: 52 days; variable 60 %, capital 8 % → 37.44; and so on.

    Opportunity cost = sales / 360 × average days × variable cost ratio × cost of capital. Raises ValueError when the
    portions do not make the whole.
    """
    if sum(portion.share_percent for portion in portions) != 100:
        raise ValueError("the shares of the portions must make 100 percent")
    days = sum((portion.share_percent * portion.paid_on_day for portion in portions), Decimal(0)) / 100
    lost = sum((portion.share_percent * portion.bad_debt_percent for portion in portions), Decimal(0))
    given = sum((portion.share_percent * portion.discount_percent for portion in portions), Decimal(0))
    return PolicyCost(
        average_days=days,
        receivable=sales * days / YEAR_DAYS,
        funds=sales * days * variable_cost_percent / (YEAR_DAYS * 100),
        contribution=sales * (100 - variable_cost_percent) / 100,
        opportunity=sales * days * variable_cost_percent * capital_cost_percent / (YEAR_DAYS * 100 * 100),
        bad_debt=sales * lost / 10_000,
        discount=sales * given / 10_000,
        collection=collection,
    )
