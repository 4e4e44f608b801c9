"""What comes in over HTTP: the facts of other systems as their contracts say them, and credit's own questions and orders."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from contracts import erp
from contracts.fields import Amount, Currency, Id, Quantity

# A contract is strict about JSON, where a date is a string; FastAPI hands over Python values read from JSON.
_FROM_JSON = ConfigDict(strict=False, extra="forbid")


class InvoiceBody(erp.InvoiceIssued):
    """An invoice was issued."""

    model_config = _FROM_JSON


class PaymentBody(erp.PaymentReceived):
    """Money came in."""

    model_config = _FROM_JSON


class LimitBody(BaseModel):
    """A limit for a customer, from today or from an earlier day on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: Quantity
    currency: Currency
    valid_from: date | None = Field(default=None, description="today when left out")
    reason: str = Field(min_length=1, max_length=500)
    approved_by: str = Field(min_length=1, max_length=100)


class CreditCheckBody(BaseModel):
    """What if this customer ordered for so much?"""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer_id: Id
    amount: Amount = Field(ge=0)
    currency: Currency
    on: date | None = Field(default=None, description="the day of the order; today when left out")
