"""Two places for what is shown; no figure is rounded before that. Pure."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import overload


@overload
def rounded(figure: Decimal) -> Decimal: ...


@overload
def rounded(figure: None) -> None: ...


@overload
def rounded(figure: Decimal | None) -> Decimal | None: ...


def rounded(figure: Decimal | None) -> Decimal | None:
    return None if figure is None else figure.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
