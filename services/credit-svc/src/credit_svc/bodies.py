"""What comes in over HTTP: facts of other systems as their contracts say them, and what credit itself is asked."""

import json
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from contracts import erp
from contracts.fields import Amount, Currency, Id, Quantity, Text

B = TypeVar("B", bound=BaseModel)


def _as_on_the_wire(kind: type[B]) -> BeforeValidator:
    """Contracts are strict about JSON, where a date is a string; FastAPI hands over Python, so back to JSON once."""

    def read(body: Any) -> B:
        return kind.model_validate_json(json.dumps(body))

    return BeforeValidator(read)


class LimitBody(BaseModel):
    """A limit for a customer, from today or from an earlier day on."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    limit: Quantity
    currency: Currency
    valid_from: date | None = Field(default=None, description="today when left out")
    reason: Text = Field(min_length=1, max_length=500)
    approved_by: Text = Field(min_length=1, max_length=100)


class CreditCheckBody(BaseModel):
    """What if this customer ordered for so much?"""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    customer_id: Id
    amount: Annotated[Amount, Field(ge=0)]
    currency: Currency
    on: date | None = Field(default=None, description="the day of the order; today when left out")


Invoice = Annotated[erp.InvoiceIssued, _as_on_the_wire(erp.InvoiceIssued)]
Payment = Annotated[erp.PaymentReceived, _as_on_the_wire(erp.PaymentReceived)]
Limit = Annotated[LimitBody, _as_on_the_wire(LimitBody)]
CreditCheck = Annotated[CreditCheckBody, _as_on_the_wire(CreditCheckBody)]
