"""Exact fractions as the decimals that are published."""

from decimal import Decimal
from fractions import Fraction

from contracts.digits import without_exponent

SHARE_STEP = Decimal("0.000001")
SCORE_STEP = Decimal("0.01")


def published(exact: Fraction | int) -> Decimal:
    """The number as a decimal, rounded to 6 places where it has more."""
    value = Decimal(exact.numerator) / exact.denominator
    rounded = value.quantize(SHARE_STEP)
    return without_exponent(rounded.normalize()) + 0 if rounded != value else value


def published_score(exact: Fraction | Decimal | int) -> Decimal:
    """A score, rounded half up to 2 places where it has more; a grade compares the exact one.

    Scores that were published before there was this rule have up to 6 places and keep them.
    """
    units = Fraction(exact) / Fraction(SCORE_STEP) + Fraction(1, 2)
    return without_exponent((Decimal(units.numerator // units.denominator) * SCORE_STEP).normalize()) + 0
