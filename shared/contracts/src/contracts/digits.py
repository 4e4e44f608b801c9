"""Which texts are numbers: plain ASCII digits, ``-1234.50``.

``Decimal`` and ``int`` read much more: ``1_000``, ``+10``, digits of other scripts, blanks around them. Nobody who writes an amount so
meant what they make of it.
"""

import re
from decimal import Decimal
from math import isfinite
from typing import Any, cast

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_PLAIN = r"^-?[0-9]+(\.[0-9]+)?$"
_TEXT = re.compile(r"-?[0-9]+(\.[0-9]+)?|-?[0-9](\.[0-9]+)?E[+-][0-9]{1,3}")
"""Also what ``Decimal`` and Java's ``BigDecimal`` write for what is very large or small, ``2E+4`` and ``1.5E-7``; logs hold such."""
_WHOLE = re.compile(r"-?[0-9]{1,100}")

NOT_WHOLE = "Input should be a whole number in plain digits, such as 120"
NOT_PLAIN = "Input should be a number in plain digits, such as 1234.50"


def plain(figure: Decimal) -> str:
    """A figure without an exponent, each digit as it is: ``20000``, ``0.00000015``, ``12.50``."""
    return f"{figure:f}"


def without_exponent(figure: Decimal) -> Decimal:
    """The same figure, whose text is plain unless it has more than six places after the point."""
    if "E" not in str(figure):  # much sooner known than the exponent
        return figure
    exponent = figure.as_tuple().exponent
    return Decimal(plain(figure)) if isinstance(exponent, int) and exponent > 0 else figure


def figure_of(value: Any) -> Decimal:
    """The figure that a text or a JSON number is. Raises PydanticCustomError, a ValueError, for what is none."""
    match value:
        case bool():
            pass
        case str() if _TEXT.fullmatch(value):
            return without_exponent(Decimal(value))
        case int() | Decimal():
            return without_exponent(Decimal(value))
        case float() if isfinite(value):  # as JSON has it: 1e5 and 100000.0 are 100000, 1.10 is 1.1
            return Decimal(int(value)) if value.is_integer() else Decimal(plain(Decimal(repr(value))))
    raise PydanticCustomError("not_plain", NOT_PLAIN)


def whole_of(text: str) -> int:
    """The whole number that a text is. Raises PydanticCustomError, a ValueError, for what is none."""
    if not _WHOLE.fullmatch(text):
        raise PydanticCustomError("not_plain", NOT_WHOLE)
    return int(text)


def plain_decimal(figure: CoreSchema, written: core_schema.SerSchema) -> CoreSchema:
    """The schema of a decimal, such that no text is one but in plain digits.

    Documents mostly hold figures as texts: those never leave the core of Pydantic, which is quicker than one call of Python each.
    """
    lax = cast(CoreSchema, {**figure, "strict": False})
    text_or_number = core_schema.union_schema(
        [
            core_schema.str_schema(strict=True, pattern=_PLAIN),
            core_schema.no_info_plain_validator_function(figure_of),
        ],
        mode="left_to_right",
        custom_error_type="not_plain",
        custom_error_message=NOT_PLAIN,
    )
    in_python = core_schema.no_info_after_validator_function(
        without_exponent,
        core_schema.lax_or_strict_schema(core_schema.no_info_before_validator_function(_plain_text, lax), figure),
    )
    return core_schema.json_or_python_schema(
        core_schema.chain_schema([text_or_number, lax]),
        in_python,
        serialization=written,
        metadata={"pydantic_js_functions": [lambda _, handler: handler(figure)]},
    )


def plain_int(whole: CoreSchema) -> CoreSchema:
    """The schema of a whole number, such that no text is one but in plain digits; a strict one takes no text at all."""
    return core_schema.lax_or_strict_schema(
        core_schema.no_info_before_validator_function(_whole_text, cast(CoreSchema, {**whole, "strict": False})), whole
    )


def _plain_text(value: Any) -> Any:
    return figure_of(value) if isinstance(value, str) else value


def _whole_text(value: Any) -> Any:
    return whole_of(value) if isinstance(value, str) else value
