"""Exact fractions as the decimals that are published."""

from decimal import Decimal
from fractions import Fraction

from contracts.digits import without_exponent

SCORE_STEP = Decimal("0.000001")


def published(exact: Fraction | int) -> Decimal:
    """The number as a decimal, rounded to 6 places where it has more."""
    value = Decimal(exact.numerator) / exact.denominator
    rounded = value.quantize(SCORE_STEP)
    return without_exponent(rounded.normalize()) + 0 if rounded != value else value
