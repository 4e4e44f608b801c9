"""What limit a file supports. Source: the rules page, "Policy"."""

from decimal import Decimal
from typing import Any, ClassVar, Literal, get_args

from pydantic import Field, field_validator

from chassis.policies import Policy, PolicyPart
from contracts.credit import CreditClass
from contracts.fields import Percent, Quantity

LimitOfMerged = Literal["survivor", "larger", "sum"]
Method = Literal["cautious", "turnover", "minimum", "return_risk", "working_capital", "liquidation", "income"]
METHODS: tuple[Method, ...] = get_args(Method)
ClassPercents = dict[CreditClass, Quantity]


def _by_class(*numbers: str) -> ClassPercents:
    """From AAA to B."""
    classes: tuple[CreditClass, ...] = get_args(CreditClass)
    return dict(zip(classes, map(Decimal, numbers), strict=True))


class Recovery(PolicyPart):
    """What of each asset a liquidation brings in, in percent."""

    cash: Percent = Decimal(100)
    receivables: Percent = Decimal(80)
    stock: Percent = Decimal(50)
    fixed_assets: Percent = Decimal(40)


class LimitPolicy(Policy):
    """What limit a file supports, and what no limit may exceed."""

    NAME: ClassVar[str] = "limits"

    method: Method = "cautious"
    """Which method suggests the limit: the smallest share of the balance sheet and the need; the formula of sales,
    terms and class; the minimum rule of worth and turnover; or by class the return against the risk, a share of the net working
    capital, of what a liquidation leaves, or of the income."""
    combine: tuple[Method, ...] = ()
    """Several methods instead of the one; those whose figures are missing are left out."""
    combined_by: Literal["lowest", "mean"] = "lowest"
    return_risk_times: ClassPercents = Field(default_factory=lambda: _by_class("3", "2", "1.5", "1", "0.5", "0"))
    """How often the margin of a year is put at risk."""
    margin_percent: Percent = Decimal(20)
    """Our gross margin on what a customer buys, where its own is not known."""
    working_capital_percents: ClassPercents = Field(
        default_factory=lambda: _by_class("30", "25", "20", "15", "10", "0")
    )
    liquidation_percents: ClassPercents = Field(default_factory=lambda: _by_class("20", "15", "10", "10", "5", "0"))
    income_percents: ClassPercents = Field(default_factory=lambda: _by_class("8", "6", "5", "4", "2", "0"))
    recovery: Recovery = Field(default_factory=Recovery)
    assessed_net_assets_percent: Percent = Decimal(10)
    """Of the net assets that a person assessed, where the net working capital is not above 0: the most that a limit may be."""
    net_assets_percent: Percent = Decimal(10)
    net_working_capital_percent: Percent = Decimal(20)
    liquidation_percent: Percent = Decimal(10)
    class_percents: dict[CreditClass, Quantity] = Field(
        default={
            "AAA": Decimal(150), "AA": Decimal(100), "A": Decimal(80), "BBB": Decimal(60), "BB": Decimal(60),
            "B": Decimal(0),
        }
    )  # fmt: skip
    """Of average monthly sales × months of credit. The published scale (AAA, AA, A, B, C) on this service's six classes:
    BBB and BB take its B, and B its C."""
    worth_percent: Percent = Decimal(35)
    turnover_percent: Percent = Decimal(5)
    """The minimum rule: the smaller of the two shares."""
    is_capped_by_net_assets: bool = True
    is_capped_by_working_capital: bool = True
    limit_of_merged: LimitOfMerged = "survivor"
    """The one limit of customers that are merged: that of the customer that stays (the other's where only that one was set), the
    larger one, or both together."""
    credit_days: int = Field(default=30, ge=1)
    """The credit period of a customer whose terms were never set."""

    @field_validator("combine", mode="before")
    @classmethod
    def _are_methods(cls, named: Any) -> Any:
        unknown = [str(each) for each in named if each not in METHODS] if isinstance(named, list | tuple) else []
        if unknown:
            raise ValueError(f"combine names {', '.join(unknown)}; there are {', '.join(METHODS)}.")
        return named
