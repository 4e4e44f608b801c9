"""The credit class: a score by factors, and the class of that score. Pure.

Source: the rules page, "Policy" (the five Cs: character, capacity, capital, collateral, conditions).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from contracts.credit import CreditClass, Factor
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.sentences import Sentences

FiveCs = Literal["character", "capacity", "capital", "collateral", "conditions"]
FIVE_CS: tuple[FiveCs, ...] = get_args(FiveCs)


@dataclass(frozen=True)
class Rating:
    """A score from 0 to 100 with the class it is worth; ``missing`` points lead to ``next_class``."""

    score: Decimal
    credit_class: CreditClass
    factors: tuple[Factor, ...]
    next_class: CreditClass | None
    missing: Decimal | None

    @property
    def because(self) -> str:
        """Which factors make the score, the heaviest first."""
        parts = sorted(self.factors, key=lambda factor: -(factor.points or Decimal(0)))
        shares = ", ".join(f"{factor.name} {_plain(factor.points or Decimal(0))}" for factor in parts)
        return Sentences.SCORE_AND_CLASS(score=_plain(self.score), credit_class=self.credit_class, factors=shares)


def rate(assessed: Mapping[str, Decimal], policy: ClassPolicy) -> Rating:
    """The class of a customer whose five factors were assessed from 0 to 100."""
    factors = tuple(_factor(name, assessed[name], getattr(policy.weights, name)) for name in FIVE_CS)
    score = sum((factor.points or Decimal(0) for factor in factors), Decimal(0))
    better: tuple[CreditClass, Decimal] | None = None
    for band in policy.bands:
        if score > band.above:
            return _rating(score, band.credit_class, factors, better)
        better = (band.credit_class, band.above)
    return _rating(score, "B", factors, better)


def _factor(name: str, value: Decimal, weight: Decimal) -> Factor:
    return Factor(name=name, value=value, weight=weight, points=value * weight / 100)


def _rating(
    score: Decimal, found: CreditClass, factors: tuple[Factor, ...], better: tuple[CreditClass, Decimal] | None
) -> Rating:
    return Rating(score, found, factors, better[0] if better else None, better[1] - score if better else None)


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():f}"
