"""What moves the gates of the credit standard, and who gets no credit. Source: the second rules page, "Credit standard's factors"."""

from decimal import Decimal
from typing import ClassVar, Literal, get_args

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.credit import CreditClass
from contracts.fields import Count

MarketStrategy = Literal["grow", "hold", "select"]
StockLevel = Literal["high", "normal", "low"]

CLASSES: tuple[CreditClass, ...] = get_args(CreditClass)
"""The best first."""


class GateShift(PolicyPart):
    """What a factor adds to the gates; less than nothing makes them narrower."""

    bad_debt_percent: Decimal = Field(default=Decimal(0), ge=-100, le=100, max_digits=28, decimal_places=10)
    dso_days: int = Field(default=0, ge=-3660, le=3660)


class CreditStandardPolicy(Policy):
    """How market, competitors and stock move the gates of the credit standard, and from which class on a customer gets credit."""

    NAME: ClassVar[str] = "credit-standard"

    strategy: MarketStrategy = "hold"
    """On the market: to grow, to hold what one has, or to select customers."""
    strategy_shifts: dict[MarketStrategy, GateShift] = Field(
        default={
            "grow": GateShift(bad_debt_percent=Decimal(1), dso_days=10),
            "hold": GateShift(),
            "select": GateShift(bad_debt_percent=Decimal(-1), dso_days=-5),
        }
    )
    stock: StockLevel = "normal"
    """How much of the goods lies in stock."""
    stock_shifts: dict[StockLevel, GateShift] = Field(
        default={
            "high": GateShift(bad_debt_percent=Decimal("0.5"), dso_days=5),
            "normal": GateShift(),
            "low": GateShift(bad_debt_percent=Decimal("-0.5"), dso_days=-5),
        }
    )
    competitor_days: Count | None = None
    """The credit period that competitors grant; left out: not known."""
    competitor_over_days: Count = 15
    """Competitors who grant more than this beyond our usual terms widen the gate of the days of sales outstanding."""
    competitor_dso_days: Count = 5
    """By so many days."""
    min_class: CreditClass = "BB"
    """Customers of a lower class get no credit: their orders are paid in advance."""
    apply_to_unrated: bool = False
    """Whether customers without a class pay in advance too."""

    @model_validator(mode="after")
    def _all_have_a_shift(self) -> "CreditStandardPolicy":
        for kind, shifts in ((MarketStrategy, self.strategy_shifts), (StockLevel, self.stock_shifts)):
            if set(shifts) != set(get_args(kind)):
                raise ValueError(f"each of {', '.join(get_args(kind))} needs a shift")
        return self

    def admits(self, credit_class: CreditClass | None, min_class: CreditClass | None = None) -> bool:
        """Whether a customer of a class gets credit; ``min_class``: as if that were the policy's."""
        if credit_class is None:
            return not self.apply_to_unrated
        return CLASSES.index(credit_class) <= CLASSES.index(min_class or self.min_class)
