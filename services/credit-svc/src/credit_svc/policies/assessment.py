"""Credit class, behaviour class and reviews. Source: the rules page, "Policy"."""

from decimal import Decimal
from itertools import pairwise
from typing import ClassVar

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.credit import CreditClass
from contracts.fields import Count, Percent


class Weights(PolicyPart):
    """What each of the five Cs counts for, in percent."""

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


class Band(PolicyPart):
    """Scores above ``above`` are of this class, unless a better one applies."""

    credit_class: CreditClass
    above: Percent


class ClassPolicy(Policy):
    """Credit class by score, behaviour class by history, and when a file is reviewed again."""

    NAME: ClassVar[str] = "class"

    weights: Weights = Weights()
    bands: tuple[Band, ...] = (
        Band(credit_class="AAA", above=Decimal(90)),
        Band(credit_class="AA", above=Decimal(80)),
        Band(credit_class="A", above=Decimal(70)),
        Band(credit_class="BBB", above=Decimal(60)),
        Band(credit_class="BB", above=Decimal(50)),
    )
    """Best first; a customer in none is B."""
    history_months: int = Field(default=12, ge=1, le=120)
    """How far back behaviour counts."""
    prompt_within_days: Count = 30
    """Overdue, but always paid within this many days: B."""
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
