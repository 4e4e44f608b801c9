"""Classes of customers and what they make of a limit. Source: the rules page, "Policy"."""

from decimal import Decimal
from itertools import pairwise
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.policies import Policy
from contracts.credit import CreditClass
from contracts.fields import Count, Percent, Quantity


class Weights(BaseModel):
    """What each of the five Cs counts for, in percent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    character: Percent = Decimal(30)
    capacity: Percent = Decimal(25)
    capital: Percent = Decimal(20)
    collateral: Percent = Decimal(15)
    conditions: Percent = Decimal(10)

    @model_validator(mode="after")
    def _make_one_hundred(self) -> "Weights":
        total = sum(self.model_dump().values())
        if total != 100:
            raise ValueError(f"the weights of the five factors must make 100 percent, not {total}")
        return self


class Band(BaseModel):
    """Scores above ``above`` are of this class, when no better one takes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    credit_class: CreditClass
    above: Percent


class ClassPolicy(Policy):
    """Credit class by score, behaviour class by history, and when a file is looked at again."""

    NAME: ClassVar[str] = "class"

    weights: Weights = Weights()
    bands: tuple[Band, ...] = (
        Band(credit_class="AAA", above=Decimal(90)),
        Band(credit_class="AA", above=Decimal(80)),
        Band(credit_class="A", above=Decimal(70)),
        Band(credit_class="BBB", above=Decimal(60)),
        Band(credit_class="BB", above=Decimal(50)),
    )
    """Best first; whoever is in none is B."""
    history_months: int = Field(default=12, ge=1, le=120)
    """How far back behaviour counts."""
    prompt_within_days: Count = 30
    """Overdue, but always paid within so many days: B."""
    hard_items: int = Field(default=3, ge=1)
    """Items overdue longer than that from which a customer is C."""
    hard_share_percent: Percent = Decimal(20)
    """Share of the balance overdue longer than that above which a customer is C."""
    broken_promises: int = Field(default=2, ge=1)
    """Broken promises from which a customer is D; a refusal and a bounced cheque are enough alone."""
    bad_after_days: Count = 180
    """Days overdue above which a customer is D."""
    review_months: int = Field(default=12, ge=1, le=60)
    """Months until a file is reviewed again."""

    @model_validator(mode="after")
    def _classes_fall(self) -> "ClassPolicy":
        if any(later.above >= earlier.above for earlier, later in pairwise(self.bands)):
            raise ValueError("the bands must stand with the best class first, each above a lower score than the last")
        if self.bad_after_days <= self.prompt_within_days:
            raise ValueError("bad_after_days must be more than prompt_within_days")
        return self


class LimitPolicy(Policy):
    """What limit a file deserves, and what no limit may exceed."""

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
    BBB and BB share its B, B has its C."""
    worth_percent: Percent = Decimal(35)
    turnover_percent: Percent = Decimal(5)
    """The minimum rule: the smaller of the two shares."""
    is_capped_by_net_assets: bool = True
    is_capped_by_working_capital: bool = True
    credit_days: int = Field(default=30, ge=1)
    """The credit period of a customer whose terms were never set."""
