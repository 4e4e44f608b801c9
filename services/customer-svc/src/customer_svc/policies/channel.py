"""Rebates, discounts and diversion in the channel."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.customer import CustomerTier, RebateForm
from contracts.fields import Currency, Day, Id, Percent

Least = Annotated[Decimal, Field(ge=0)]


class Slice(PolicyPart):
    """The rate of what lies above ``above``, up to the next slice."""

    above: Least
    rate: Percent


class Payout(PolicyPart):
    """The percent that is paid when the money comes within ``within_days``."""

    within_days: int = Field(ge=0)
    percent: Percent


class RebatePolicy(Policy):
    """A progressive rebate 返利: standard (slices), form, time (period), conditions (least purchases).

    Each slice of the purchases of a period earns its own rate; what is paid of it falls with the days of collection,
    and is nothing after the last of them.
    """

    NAME: ClassVar[str] = "rebates"

    currency: Currency = "CNY"
    slices: tuple[Slice, ...] = (
        Slice(above=Decimal(0), rate=Decimal(1)),
        Slice(above=Decimal(100_000), rate=Decimal(2)),
        Slice(above=Decimal(500_000), rate=Decimal(3)),
    )
    form: RebateForm = "price"
    period: Literal["month", "quarter", "year"] = "quarter"
    least_purchases: Least = Decimal(0)
    payouts: tuple[Payout, ...] = (
        Payout(within_days=15, percent=Decimal(100)),
        Payout(within_days=30, percent=Decimal(80)),
        Payout(within_days=45, percent=Decimal(50)),
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        borders = [each.above for each in self.slices]
        if not borders or borders != sorted(set(borders)):
            raise ValueError("slices must rise, each above another amount")
        days = [each.within_days for each in self.payouts]
        percents = [each.percent for each in self.payouts]
        if days != sorted(set(days)) or percents != sorted(percents, reverse=True):
            raise ValueError("payouts must pay less the later the money comes")
        return self


class QuantityStep(PolicyPart):
    quantity_from: Least
    percent: Percent


class DiscountPolicy(Policy):
    """Discounts by quantity, rank (tier), cash and season; they add up to ``most_percent`` at most."""

    NAME: ClassVar[str] = "discounts"

    quantity: tuple[QuantityStep, ...] = (
        QuantityStep(quantity_from=Decimal(100), percent=Decimal(1)),
        QuantityStep(quantity_from=Decimal(1_000), percent=Decimal(3)),
    )
    rank: dict[CustomerTier, Percent] = Field(
        default={"vip": Decimal(3), "important": Decimal(2), "ordinary_large": Decimal(1)}
    )
    cash_percent: Percent = Decimal(2)
    cash_within_days: int = Field(default=10, ge=0)
    season_percent: Percent = Decimal(2)
    season_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = (2, 8)
    most_percent: Percent = Decimal(8)


class ChannelPolicy(Policy):
    """Diversion 窜货: blank regions and early markets make it benign, a repeat within some months malicious."""

    NAME: ClassVar[str] = "channel"

    blank_regions: frozenset[Id] = frozenset()
    early_until: dict[Id, Day] = Field(default={})
    repeat_months: int = Field(default=12, ge=1, le=60)
