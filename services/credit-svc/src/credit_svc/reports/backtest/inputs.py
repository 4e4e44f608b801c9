"""What each account was told, out of its events, in the order of its stream.

What a policy decided itself is not in it. Neither are overrides of held orders, promises, pauses, disputes and payments
assigned anew: they answer to what was decided live, and on both sides it is as if they had never been.
"""

from datetime import date
from typing import Any, NamedTuple

from contracts import Envelope, Event, erp
from contracts.credit import (
    CapShareTaken,
    ChequeBounced,
    CreditFileRecorded,
    CreditLimitProposed,
    CreditLimitSet,
    CreditNoteRecorded,
    CustomerRankNoted,
    InvoiceRecorded,
    InvoiceWrittenOff,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderExposureReleased,
    PaymentRecorded,
    PaymentRefused,
    SecuritySet,
    TemporaryLimitEnded,
    TemporaryLimitRaised,
    TermsSet,
)
from credit_svc import commands

HANDLES: tuple[type[Event], ...] = (
    InvoiceRecorded, PaymentRecorded, CreditNoteRecorded, ChequeBounced, OrderCreditApproved, OrderCreditHeld,
    OrderExposureReleased, CreditLimitProposed, CreditLimitSet, TemporaryLimitRaised, TemporaryLimitEnded, CapShareTaken,
    CreditFileRecorded, TermsSet, SecuritySet, CustomerRankNoted, PaymentRefused, InvoiceWrittenOff,
)  # fmt: skip

What = commands.Command | CreditLimitProposed | CreditLimitSet | InvoiceWrittenOff
"""An event where the command depends on the side: how much a limit is, and whether there is anything to write off."""


class Told(NamedTuple):
    on: date
    what: What
    envelope: Envelope


class Tellings:
    """``by_customer``: what each account was told."""

    def __init__(self) -> None:
        self.by_customer: dict[str, list[Told]] = {}
        self._ordered: set[tuple[str, str]] = set()

    def take(self, event: Event, envelope: Envelope) -> None:
        customer_id: str = event.customer_id  # type: ignore[attr-defined]
        on = envelope.occurred_at.date()
        if isinstance(event, OrderCreditApproved | OrderCreditHeld):
            if (customer_id, event.order_id) in self._ordered:
                return  # the order was looked at again
            self._ordered.add((customer_id, event.order_id))
        what = _what(event, on)
        if what is not None:
            self.by_customer.setdefault(customer_id, []).append(Told(on, what, envelope))


def _what(event: Event, on: date) -> What | None:
    """What was told then; None for what a policy decided itself."""
    match event:
        case InvoiceRecorded() as e:
            return commands.RecordInvoice(erp.InvoiceIssued.model_validate(_fields(e, erp.InvoiceIssued)))
        case PaymentRecorded() as e:
            return commands.RecordPayment(erp.PaymentReceived.model_validate(_fields(e, erp.PaymentReceived)))
        case CreditNoteRecorded() as e:
            fields = {**_fields(e, erp.CreditNoteIssued), "reason": e.reason or None}
            return commands.RecordCreditNote(erp.CreditNoteIssued.model_validate(fields))
        case ChequeBounced() as e:
            return commands.RecordBouncedCheque(erp.ChequeBounced.model_validate(_fields(e, erp.ChequeBounced)))
        case OrderCreditApproved() | OrderCreditHeld() as e:
            return commands.CheckOrder(e.order_id, e.customer_id, on, e.amount, e.currency)
        case OrderExposureReleased(cause=because) as e if because != "invoiced":
            return commands.ReleaseOrder(e.order_id, e.customer_id, on, because)
        case CreditLimitProposed() | InvoiceWrittenOff() as e:
            return e
        case CreditLimitSet() as e if not e.approved_by.startswith("policy "):
            return e
        case TemporaryLimitRaised() as e:
            day = min(max(on, e.valid_from), e.ends_on)
            return commands.RaiseLimitForATime(
                e.customer_id, e.limit, e.currency, e.valid_from, e.ends_on, e.reason, e.proposed_by, e.approved_by, day
            )
        case TemporaryLimitEnded(cause="withdrawn") as e:
            # A line that a side cancelled has ended its raises already, and that is no mistake.
            return commands.EndRaise(e.customer_id, e.raise_id, e.ended_on, is_over=True)
        case CapShareTaken() as e:
            return commands.TakeCapShare(e.customer_id, e.cap_id, e.share, e.currency, e.taken_on)
        case CreditFileRecorded() as e:
            names = ("character", "capacity", "capital", "collateral", "conditions")
            assessed = {name: getattr(e, name) for name in names}
            return commands.RecordFile(e.customer_id, assessed, e.financials, e.recorded_by, e.recorded_on)
        case TermsSet() as e:
            return commands.SetTerms(
                e.customer_id, e.credit_days, e.discount_days, e.discount_percent, e.interest_percent,
                e.has_arbitration_clause, e.valid_from, e.reason, e.approved_by,
            )  # fmt: skip
        case SecuritySet() as e:
            return commands.SetSecurity(
                e.customer_id, e.amount, e.currency, e.kind, e.valid_from, e.ends_on, e.reason, e.approved_by, on
            )
        case CustomerRankNoted() as e:
            return commands.NoteRank(e.customer_id, e.tier, e.is_key_account)
        case PaymentRefused() as e:
            return commands.RecordRefusal(e.customer_id, e.reason, e.recorded_by, e.refused_on)
    return None


def _fields(event: Event, fact: type[Event]) -> dict[str, Any]:
    return {name: getattr(event, name) for name in fact.model_fields}
