"""What comes in over HTTP: facts of other systems as their contracts say them, and what credit itself is asked."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.http import on_the_wire
from contracts import erp
from contracts.fields import Amount, Currency, Id, Quantity, Text


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


Invoice = Annotated[erp.InvoiceIssued, on_the_wire(erp.InvoiceIssued)]
Payment = Annotated[erp.PaymentReceived, on_the_wire(erp.PaymentReceived)]
Limit = Annotated[LimitBody, on_the_wire(LimitBody)]
CreditCheck = Annotated[CreditCheckBody, on_the_wire(CreditCheckBody)]
