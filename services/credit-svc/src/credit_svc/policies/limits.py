"""What limit a file supports. Source: the rules page, "Policy"."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from chassis.policies import Policy
from contracts.credit import CreditClass
from contracts.fields import Percent, Quantity

LimitOfMerged = Literal["survivor", "larger", "sum"]


class LimitPolicy(Policy):
    """What limit a file supports, and what no limit may exceed."""

    NAME: ClassVar[str] = "limits"

    method: Literal["cautious", "turnover", "minimum"] = "cautious"
    """Which method suggests the limit: the smallest share of the balance sheet and the need; the formula of sales,
    terms and class; or the minimum rule of worth and turnover."""
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
