"""Facts and decisions about what is owed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from contracts import erp


@dataclass(frozen=True, slots=True)
class RecordInvoice:
    fact: erp.InvoiceIssued


@dataclass(frozen=True, slots=True)
class RecordPayment:
    fact: erp.PaymentReceived


@dataclass(frozen=True, slots=True)
class RecordCreditNote:
    fact: erp.CreditNoteIssued


@dataclass(frozen=True, slots=True)
class RecordBouncedCheque:
    fact: erp.ChequeBounced


@dataclass(frozen=True, slots=True)
class MarkOverdue:
    customer_id: str
    invoice_id: str
    on: date


@dataclass(frozen=True, slots=True)
class ReassignPayment:
    """``invoice_id`` None: the oldest items."""

    customer_id: str
    payment_id: str
    invoice_id: str | None
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class DisputeInvoice:
    """``amount`` None: all that is open."""

    customer_id: str
    invoice_id: str
    amount: Decimal | None
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ResolveDispute:
    customer_id: str
    dispute_id: str
    conceded: Decimal
    outcome: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ChargeInterest:
    """``until``: the last day that is charged."""

    customer_id: str
    invoice_id: str
    until: date


@dataclass(frozen=True, slots=True)
class ProposeWriteOff:
    customer_id: str
    invoice_id: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ApproveWriteOff:
    customer_id: str
    invoice_id: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class RejectWriteOff:
    customer_id: str
    invoice_id: str
    reason: str
    by: str


ReceivablesCommand = (
    RecordInvoice
    | RecordPayment
    | RecordCreditNote
    | RecordBouncedCheque
    | MarkOverdue
    | ReassignPayment
    | DisputeInvoice
    | ResolveDispute
    | ChargeInterest
    | ProposeWriteOff
    | ApproveWriteOff
    | RejectWriteOff
)


class UnknownInvoice(Refusal):
    """Customer {customer_id} has no invoice {invoice_id}."""

    status = 404


class UnknownPayment(Refusal):
    """Customer {customer_id} has no payment {payment_id}; a bounced cheque is none."""

    status = 404


class UnknownDispute(Refusal):
    """Customer {customer_id} has no open dispute {dispute_id}."""

    status = 404


class NothingOpen(Refusal):
    """Nothing of invoice {invoice_id} is open any more."""


class DisputedTooMuch(Refusal):
    """Of invoice {invoice_id} {open} {currency} is open and {disputed} disputed already; {amount} more is too much."""

    status = 422


class ConcededTooMuch(Refusal):
    """Dispute {dispute_id} is about {disputed} {currency}; no more can be conceded, not {conceded}."""

    status = 422


class NoWriteOffProposed(Refusal):
    """Nobody proposed to write off invoice {invoice_id}; one person proposes, another one approves."""


class InterestNotDue(Refusal):
    """Invoice {invoice_id} is due on {due_on}; interest begins on the day after, and {until} is not later."""

    status = 422
