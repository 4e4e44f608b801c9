"""The field types that all contracts share: ids, text, money, quantities, days and instants."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    Field,
    GetCoreSchemaHandler,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from contracts.currencies import ISO_4217


def _known_currency(code: str) -> str:
    if code not in ISO_4217:
        raise ValueError(f"{code!r} is not an ISO 4217 currency code")
    return code


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:  # year 1 east of Greenwich, year 9999 west of it
        raise ValueError("the instant is outside the years 1 to 9999 in UTC") from error


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
"""The days that a document from outside may name; whoever writes 0001-01-01 or 9999-12-31 means "unknown" or "no end"."""

STORED: dict[str, Any] = {"stored": True}
"""Validation context of what a log holds already: bounds that came after it do not apply."""


def is_stored(info: ValidationInfo) -> bool:
    return info.context is STORED


def in_calendar(instant: datetime) -> bool:
    """Whether an aware instant lies on one of the days from ``FIRST_DAY`` to ``LAST_DAY`` in UTC."""
    return _FIRST_INSTANT <= instant < _AFTER_LAST


def into_calendar(instant: datetime) -> datetime:
    """An instant of an older log, at least the first and at most the last one of the calendar.

    PostgreSQL's driver gives -infinity and infinity without a time zone.
    """
    instant = instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
    return min(max(instant, _FIRST_INSTANT), _AFTER_LAST - timedelta(microseconds=1))


_FIRST_INSTANT = datetime.combine(FIRST_DAY, time.min, UTC)
_AFTER_LAST = datetime.combine(LAST_DAY, time.min, UTC) + timedelta(days=1)


@dataclass(frozen=True)
class _Written:
    """Accepted as a text only in the form of ``pattern``, and only where ``fits`` says so.

    Pydantic alone reads digits as seconds since 1970, so that an ERP's empty date ``00000000`` would become 1 January 1970 instead
    of an error. A value that a program has computed, and what a log holds (``STORED``), may lie outside of the calendar.
    """

    pattern: str
    error: Literal["date_type", "datetime_type"]
    fits: Callable[[Any], bool]
    range: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        python = handler(source)
        text = core_schema.custom_error_schema(
            core_schema.str_schema(strict=True, pattern=self.pattern),
            custom_error_type=self.error,
        )
        # The text is a str by now, and only a lax validator turns a str into a date.
        parsed = core_schema.chain_schema([text, cast(CoreSchema, {**python, "strict": False})])
        read = core_schema.with_info_after_validator_function(self._in_range, parsed)
        lax = core_schema.with_info_wrap_validator_function(
            self._from_python, cast(CoreSchema, {**python, "strict": False})
        )
        return core_schema.json_or_python_schema(read, core_schema.lax_or_strict_schema(lax, python))

    def _from_python(self, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        if isinstance(value, date):
            return handler(value)
        if not isinstance(value, str) or not re.match(self.pattern, value):
            raise PydanticKnownError(self.error)
        return self._in_range(handler(value), info)

    def _in_range(self, value: Any, info: ValidationInfo) -> Any:
        if is_stored(info) or self.fits(value):
            return value
        raise PydanticCustomError("outside_the_calendar", "Input should be {range}", {"range": self.range})


_RANGE = {"formatMinimum": str(FIRST_DAY), "formatMaximum": str(LAST_DAY)}

NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]+$"

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\uffff\U000110bd\U000110cd\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that show nothing, or change how others show: two ids that differ by one look the same."""


def flaw_of_id(text: str) -> str | None:
    """Why a text must not become an id, as a phrase; None for one that may. Ids that differ must look different."""
    if text != text.strip():
        return "begins or ends with a blank"
    if text.isascii():
        return None
    if found := INVISIBLE.search(text):
        return f"holds the invisible character U+{ord(found[0]):04X}"
    return None if unicodedata.is_normalized("NFC", text) else "is not in Unicode's composed form (NFC)"


@dataclass(frozen=True)
class InDocuments:
    """``check`` follows where JSON is read; what a program has computed is made by the hundred thousand, and does not pass it."""

    check: Callable[[Any, ValidationInfo], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        python = handler(source)
        read = core_schema.with_info_after_validator_function(self.check, python)
        return core_schema.json_or_python_schema(read, python)


def _id_of_a_document(text: str, info: ValidationInfo) -> str:
    if not is_stored(info) and (flaw := flaw_of_id(text)) is not None:
        raise PydanticCustomError("unfit_id", "The id {flaw}", {"flaw": flaw})
    return text


Id = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_CONTROLS), InDocuments(_id_of_a_document)]
"""An opaque identifier, ours or another system's; never a number, never with control characters.

What comes in is in Unicode's composed form (NFC), without invisible characters and outer blanks.
"""

Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Text for people, of any length; NUL is refused because PostgreSQL cannot store it."""

Currency = Annotated[str, AfterValidator(_known_currency), Field(json_schema_extra={"format": "iso-4217"})]
"""An ISO 4217 code of a currency that people invoice in."""

WHOLE_DIGITS = 14
"""Of an amount or a quantity that comes from outside. Sums of them have room for eight more, so that no sum breaks its contract."""


def _of_a_document(figure: Decimal, info: ValidationInfo) -> Decimal:
    if not is_stored(info) and figure.adjusted() >= WHOLE_DIGITS:
        raise PydanticKnownError("decimal_whole_digits", {"whole_digits": WHOLE_DIGITS})
    return figure


_DOOR = InDocuments(_of_a_document)

Amount = Annotated[Decimal, Field(max_digits=28, decimal_places=6), _DOOR]
"""Money in the currency named beside it; a decimal string on the wire. Never NaN, never infinite."""

PositiveAmount = Annotated[Decimal, Field(gt=0, max_digits=28, decimal_places=6), _DOOR]
"""An amount above zero."""

AmountNotNegative = Annotated[Decimal, Field(ge=0, max_digits=28, decimal_places=6), _DOOR]
"""An amount of zero or more."""

Quantity = Annotated[Decimal, Field(ge=0, max_digits=28, decimal_places=6), _DOOR]
"""How much of something, never below zero; a decimal string on the wire."""

Answer = Annotated[Quantity | Id, Field(union_mode="left_to_right")]
"""What somebody answered: a number where its text is one in plain digits, else a word."""

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""A whole number from 0 to 2147483647, what PostgreSQL's integer holds."""

Percent = Annotated[Decimal, Field(ge=0, le=100)]
"""From 0 to 100."""

Day = Annotated[
    date,
    _Written(
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "date_type",
        lambda day: FIRST_DAY <= day <= LAST_DAY,
        f"a day from {FIRST_DAY} to {LAST_DAY}",
    ),
    WithJsonSchema({"type": "string", "format": "date", **_RANGE}),
]
"""A calendar day of the business, written 2024-05-31."""

Instant = Annotated[
    AwareDatetime,
    _Written(
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]",
        "datetime_type",
        in_calendar,
        f"an instant from {FIRST_DAY} to {LAST_DAY} in UTC",
    ),
    AfterValidator(_in_utc),
    WithJsonSchema({"type": "string", "format": "date-time", **_RANGE}),
]
"""An instant with its time zone, kept in UTC: 2024-05-31T08:00:00Z."""


def formerly(name: str, before: str) -> Any:
    """A field that was published as ``before``: written as ``name``, read under both."""
    return Field(validation_alias=AliasChoices(name, before))
