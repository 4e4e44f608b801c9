"""What an account can be told, and why it may say no."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.domain import Refusal
from contracts import erp

Release = Literal["invoiced", "delivered", "cancelled"]


@dataclass(frozen=True, slots=True)
class RecordInvoice:
    fact: erp.InvoiceIssued


@dataclass(frozen=True, slots=True)
class RecordPayment:
    fact: erp.PaymentReceived


@dataclass(frozen=True, slots=True)
class RecordBouncedCheque:
    fact: erp.ChequeBounced


@dataclass(frozen=True, slots=True)
class CheckOrder:
    order_id: str
    customer_id: str
    ordered_on: date
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """The order was delivered or cancelled on a day."""

    order_id: str
    customer_id: str
    on: date
    because: Release


@dataclass(frozen=True, slots=True)
class SetCreditLimit:
    """``on`` is the day on which it is said."""

    customer_id: str
    limit: Decimal
    currency: str
    valid_from: date
    reason: str
    approved_by: str
    on: date


@dataclass(frozen=True, slots=True)
class MarkOverdue:
    customer_id: str
    invoice_id: str
    on: date


@dataclass(frozen=True, slots=True)
class TakeNextStep:
    case_id: str
    customer_id: str
    on: date


Command = (
    RecordInvoice
    | RecordPayment
    | RecordBouncedCheque
    | CheckOrder
    | ReleaseOrder
    | SetCreditLimit
    | MarkOverdue
    | TakeNextStep
)


class LimitInAnotherCurrency(Refusal):
    """The account of {customer_id} is kept in {account_currency};
    set its limit in {account_currency}, not in {currency}."""


class LimitBeginsLater(Refusal):
    """A limit takes effect on the day it is said or earlier; {valid_from} is after {on}. Say it again on that day."""

    status = 422
