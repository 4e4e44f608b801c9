"""The field types that all contracts share: ids, money, quantities, dates."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from contracts.currencies import ISO_4217


def _known_currency(code: str) -> str:
    if code not in ISO_4217:
        raise ValueError(f"{code!r} is not an ISO 4217 currency code")
    return code


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Id = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
"""An opaque identifier of another system or of ours; never a number, never with control characters."""

Currency = Annotated[str, AfterValidator(_known_currency)]
Amount = Annotated[Decimal, Field(max_digits=20, decimal_places=6)]
"""Money in the currency named beside it; a decimal string on the wire. Never NaN, never infinite."""

PositiveAmount = Annotated[Decimal, Field(gt=0, max_digits=20, decimal_places=6)]
Quantity = Annotated[Decimal, Field(ge=0, max_digits=20, decimal_places=6)]
Count = Annotated[int, Field(ge=0)]
Percent = Annotated[Decimal, Field(ge=0, le=100)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An aware instant, kept in UTC."""
