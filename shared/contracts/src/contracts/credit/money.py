"""What pays an invoice, by kind and id."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.fields import (
    NO_CONTROLS,
)

MoneyKind = Literal["payment", "credit_note", "discount", "write_off", "waiver"]
"""What pays an invoice: money, or what stands in its place. A payment of another system may have any id, also ``credit-note:7``;
only the kind says what an id is of. None in old logs, where the text before the colon says it."""


MoneyId = Annotated[str, Field(min_length=1, max_length=120, pattern=NO_CONTROLS)]
"""The id of a payment, or ``credit-note:``, ``discount:``, ``write-off:`` or ``waiver:`` and the id of what that is."""
