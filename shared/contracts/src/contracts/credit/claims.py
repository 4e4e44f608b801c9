"""What stands beside the items: disputes, interest, write-offs, claims of cheques."""

from typing import ClassVar, Literal

from contracts.credit.exposure import Number
from contracts.envelope import Event, Part
from contracts.fields import Amount, AmountNotNegative, Count, Currency, Day, Id, Percent, PositiveAmount, Text


class InvoiceDisputed(Event):
    """The customer disputes an invoice or a part of it; the disputed part is not pursued."""

    TYPE: ClassVar[str] = "credit.InvoiceDisputed"
    dispute_id: Id
    invoice_id: Id
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    reason: Text
    disputed_on: Day
    recorded_by: Text


class DisputeResolved(Event):
    """A dispute ended. What was conceded becomes a credit note; what was not is pursued again."""

    TYPE: ClassVar[str] = "credit.DisputeResolved"
    dispute_id: Id
    invoice_id: Id
    customer_id: Id
    conceded: AmountNotNegative
    currency: Currency
    outcome: Text
    resolved_on: Day
    resolved_by: Text


class InterestPart(Part):
    """A run of days with one principal and one rate: principal × percent × days / (100 × days of the year)."""

    begins_on: Day
    ends_on: Day
    """The last day."""
    days: Count
    principal: PositiveAmount
    annual_percent: Number
    source: Text
    """Where the rate comes from: the contract, or the published rate and the markup on it."""


class InterestCharged(Event):
    """Penalty interest for days past due: simple, per day. Negative where a late fact reduced it."""

    TYPE: ClassVar[str] = "credit.InterestCharged"
    invoice_id: Id
    customer_id: Id
    charged_until: Day
    amount: Amount
    charged_before: Amount
    total: Amount
    currency: Currency
    parts: tuple[InterestPart, ...]
    """They add up to ``total``."""
    charged_on: Day
    policy_version: int


class WriteOffProposed(Event):
    """Writing off the open amount of an invoice was proposed."""

    TYPE: ClassVar[str] = "credit.WriteOffProposed"
    invoice_id: Id
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    reason: Text
    proposed_on: Day
    proposed_by: Text


class WriteOffRejected(Event):
    """A write-off was rejected; the invoice is pursued further."""

    TYPE: ClassVar[str] = "credit.WriteOffRejected"
    invoice_id: Id
    customer_id: Id
    reason: Text
    rejected_by: Text


class InvoiceWrittenOff(Event):
    """The open amount of an invoice was written off. A later payment still pays it, and less is written off then."""

    TYPE: ClassVar[str] = "credit.InvoiceWrittenOff"
    invoice_id: Id
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    reason: Text
    written_off_on: Day
    proposed_by: Text
    approved_by: Text
    cause: Literal["decided", "small_difference"] = "decided"
    """By two people, or by the rule for differences that are not pursued; the invoice counts as settled then."""


class ChequeClaimRaised(Event):
    """The holder of a bounced cheque claims a percentage of its face amount from the drawer."""

    TYPE: ClassVar[str] = "credit.ChequeClaimRaised"
    payment_id: Id
    customer_id: Id
    face_amount: PositiveAmount
    percent: Percent
    amount: PositiveAmount
    currency: Currency
    raised_on: Day
    policy_version: int
