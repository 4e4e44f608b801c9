"""The field types that all contracts share: ids, text, money, quantities, days and instants."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, AliasChoices, AwareDatetime, Field, GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

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


@dataclass(frozen=True)
class _Written:
    """Accepted in JSON only as ``pattern``: Pydantic alone reads digits as seconds since 1970, so that an ERP's empty date
    ``00000000`` would become 1 January 1970 instead of an error."""

    pattern: str
    error: Literal["date_type", "datetime_type"]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        python = handler(source)
        text = core_schema.custom_error_schema(
            core_schema.str_schema(strict=True, pattern=self.pattern),
            custom_error_type=self.error,
        )
        # The text is a str by now, and only a lax validator turns a str into a date.
        read = cast(CoreSchema, {**python, "strict": False})
        return core_schema.json_or_python_schema(core_schema.chain_schema([text, read]), python)


NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]+$"

Id = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_CONTROLS)]
"""An opaque identifier, ours or another system's; never a number, never with control characters."""

Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Text for people, of any length; NUL is refused because PostgreSQL cannot store it."""

Currency = Annotated[str, AfterValidator(_known_currency), Field(json_schema_extra={"format": "iso-4217"})]
"""An ISO 4217 code of a currency that people invoice in."""

Amount = Annotated[Decimal, Field(max_digits=20, decimal_places=6)]
"""Money in the currency named beside it; a decimal string on the wire. Never NaN, never infinite."""

PositiveAmount = Annotated[Decimal, Field(gt=0, max_digits=20, decimal_places=6)]
"""An amount above zero."""

AmountNotNegative = Annotated[Decimal, Field(ge=0, max_digits=20, decimal_places=6)]
"""An amount of zero or more."""

Quantity = Annotated[Decimal, Field(ge=0, max_digits=20, decimal_places=6)]
"""How much of something, never below zero; a decimal string on the wire."""

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""A whole number from 0 to 2147483647, what PostgreSQL's integer holds."""

Percent = Annotated[Decimal, Field(ge=0, le=100)]
"""From 0 to 100."""

Day = Annotated[
    date,
    _Written(r"^\d{4}-\d{2}-\d{2}$", "date_type"),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A calendar day of the business, written 2024-05-31."""

Instant = Annotated[
    AwareDatetime,
    _Written(r"^\d{4}-\d{2}-\d{2}[T ]", "datetime_type"),
    AfterValidator(_in_utc),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant with its time zone, kept in UTC: 2024-05-31T08:00:00Z."""


def formerly(name: str, before: str) -> Any:
    """A field that was published as ``before``: written as ``name``, read under both."""
    return Field(validation_alias=AliasChoices(name, before))
