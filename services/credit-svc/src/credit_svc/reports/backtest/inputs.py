"""The inputs of each account, recovered from its events in the order of its stream.

What a policy decided itself is no input. Overrides of held orders, promises, pauses, disputes and reassigned payments respond to what
was decided live: they count on a side as far as it decided what they respond to. Steps that a person took before their day do not.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from chassis.business_calendar import day_of
from chassis.policies import PolicyBook
from contracts import Event, erp
from contracts.credit import (
    CapShareTaken,
    CasePaused,
    CaseResumed,
    ChequeBounced,
    CreditFileRecorded,
    CreditLimitProposed,
    CreditLimitSet,
    CreditNoteRecorded,
    CustomerRankNoted,
    CustomerRegionNoted,
    DisputeResolved,
    InvoiceCorrected,
    InvoiceDisputed,
    InvoiceRecorded,
    InvoiceWrittenOff,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    OrderDeliveryNoted,
    OrderExposureReleased,
    OverrideEnded,
    PaymentReassigned,
    PaymentRecorded,
    PaymentRefused,
    PromiseMade,
    ReceiptPlanCancelled,
    ReceiptPlanned,
    RefundRecorded,
    SecuritySet,
    TemporaryLimitEnded,
    TemporaryLimitRaised,
    TermsSet,
)
from credit_svc.account.behaviour import RecordPaymentRefusal
from credit_svc.account.decision import Command
from credit_svc.account.fees import FEE_ID, RecordFee
from credit_svc.account.files import NoteTier, RecordFile, SetSecurity, SetTerms
from credit_svc.account.increases import EndIncrease, IncreaseLimitTemporarily
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.limits import AcceptCapShare
from credit_svc.account.orders import CheckOrder, CloseOrder, ReleaseOrder
from credit_svc.account.payments import RecordBouncedCheque, RecordCreditNote, RecordPayment
from credit_svc.account.receipt_plans import CancelPlan, PlanReceipts
from credit_svc.account.refunds import RecordRefund
from credit_svc.assessment.rating import FIVE_CS

HANDLES: tuple[type[Event], ...] = (
    InvoiceRecorded, InvoiceCorrected, PaymentRecorded, RefundRecorded, CreditNoteRecorded, ChequeBounced,
    OrderCreditApproved, OrderCreditHeld, OrderDeliveryNoted, OrderExposureReleased, CreditLimitProposed, CreditLimitSet,
    TemporaryLimitRaised, TemporaryLimitEnded, CapShareTaken, CreditFileRecorded, TermsSet, SecuritySet, CustomerRankNoted,
    CustomerRegionNoted, PaymentRefused, InvoiceWrittenOff, ReceiptPlanned, ReceiptPlanCancelled, OrderCreditOverridden,
    OverrideEnded, PromiseMade, CasePaused, CaseResumed, InvoiceDisputed, DisputeResolved, PaymentReassigned,
)  # fmt: skip

Response = (
    OrderCreditOverridden | OverrideEnded | PromiseMade | CasePaused | CaseResumed | InvoiceDisputed | DisputeResolved
    | PaymentReassigned
)  # fmt: skip
"""What people did about what was decided live; the side says whether there is the same to be done."""

Occurrence = Command | CreditLimitProposed | CreditLimitSet | InvoiceWrittenOff | Response
"""An event where the command depends on the side: how much a limit is, whether there is anything to write off or to respond to."""


class Input(NamedTuple):
    on: date
    occurrence: Occurrence


class Inputs:
    """``by_customer``: the inputs of each account."""

    def __init__(self, policies: PolicyBook) -> None:
        self._policies = policies
        self._regions: dict[str, str] = {}
        self._of_file = set[str]()
        self.by_customer: dict[str, list[Input]] = {}
        self._ordered: set[tuple[str, str]] = set()

    def take(self, event: Event, occurred_at: datetime) -> None:
        customer_id: str = event.customer_id  # type: ignore[attr-defined]
        if isinstance(event, CustomerRegionNoted):
            if event.source == "file" or customer_id not in self._of_file:
                self._regions[customer_id] = event.region
            if event.source == "file":
                self._of_file.add(customer_id)
            return
        on = day_of(occurred_at, self._policies, self._regions.get(customer_id))
        if isinstance(event, OrderCreditApproved | OrderCreditHeld):
            if (customer_id, event.order_id) in self._ordered:
                return  # the order was checked again
            self._ordered.add((customer_id, event.order_id))
        occurrence = _occurrence(event, on)
        if occurrence is not None:
            self.by_customer.setdefault(customer_id, []).append(Input(on, occurrence))


def _occurrence(event: Event, on: date) -> Occurrence | None:
    """The command, or the event, that came in then; None for what a policy decided itself."""
    match event:
        case InvoiceRecorded(kind="instalment") | InvoiceCorrected(replaced_by=str()):
            return None  # the plan and the invoice say it
        case InvoiceRecorded(kind="fee") as e:
            return RecordFee(_fee(e))
        case InvoiceRecorded(instalments=instalments) as e if instalments:
            whole = {
                "invoice_id": e.of_invoice, "amount": sum(each.amount for each in instalments),
                "due_on": instalments[-1].due_on,
            }  # fmt: skip
            fields = {**_fields(e, erp.InvoiceIssued), **whole, "instalment": e.contract_instalment}
            return RecordInvoice(erp.InvoiceIssued.model_validate(fields)) if e.instalment == 1 else None
        case InvoiceRecorded() as e:
            fields = {**_fields(e, erp.InvoiceIssued), "instalment": e.contract_instalment}
            return RecordInvoice(erp.InvoiceIssued.model_validate(fields))
        case InvoiceCorrected() as e:
            return RecordInvoice(erp.InvoiceIssued.model_validate(_fields(e, erp.InvoiceIssued)))
        case ReceiptPlanned() as e:
            return PlanReceipts(e.customer_id, e.contract_id, e.currency, e.instalments, e.planned_on, e.is_change)
        case ReceiptPlanCancelled() as e:
            return CancelPlan(e.customer_id, e.contract_id, e.reason, e.cancelled_on)
        case PaymentRecorded() as e:
            fields = {**_fields(e, erp.PaymentReceived), "allocations": e.named}
            return RecordPayment(erp.PaymentReceived.model_validate(fields))
        case RefundRecorded() as e:
            fields = {**_fields(e, erp.PaymentRefunded), "reason": e.reason or None}
            return RecordRefund(erp.PaymentRefunded.model_validate(fields))
        case CreditNoteRecorded() as e:
            fields = {**_fields(e, erp.CreditNoteIssued), "reason": e.reason or None}
            return RecordCreditNote(erp.CreditNoteIssued.model_validate(fields))
        case ChequeBounced() as e:
            return RecordBouncedCheque(erp.ChequeBounced.model_validate(_fields(e, erp.ChequeBounced)))
        case OrderCreditApproved() | OrderCreditHeld() as e:
            return CheckOrder(e.order_id, e.customer_id, on, e.amount, e.currency)
        case OrderDeliveryNoted() as e:
            return ReleaseOrder(e.order_id, e.customer_id, e.delivered_on, "delivered")
        case OrderExposureReleased(cause=("delivered" | "cancelled") as cause) as e:
            return ReleaseOrder(e.order_id, e.customer_id, on, cause)
        case OrderExposureReleased(cause="closed") as e:
            return CloseOrder(e.customer_id, e.order_id, e.reason or "", e.released_by or "", on)
        case CreditLimitProposed() | InvoiceWrittenOff() | OrderCreditOverridden() | PromiseMade() as e:
            return e
        case InvoiceDisputed() | DisputeResolved() | PaymentReassigned() as e:
            return e
        case OverrideEnded(cause="withdrawn") | CasePaused(cause="asked") | CaseResumed(cause="withdrawn") as e:
            return e
        case CreditLimitSet() as e if not e.approved_by.startswith("policy "):
            return e
        case TemporaryLimitRaised() as e:
            day = min(max(on, e.valid_from), e.ends_on)
            return IncreaseLimitTemporarily(
                e.customer_id, e.limit, e.currency, e.valid_from, e.ends_on, e.reason, e.proposed_by, e.approved_by, day
            )
        case TemporaryLimitEnded(cause="withdrawn") as e:
            # Where a side cancelled the line, its increases have ended already; that is no mistake.
            return EndIncrease(e.customer_id, e.raise_id, e.ended_on, is_over=True)
        case CapShareTaken() as e:
            return AcceptCapShare(e.customer_id, e.cap_id, e.share, e.currency, e.taken_on)
        case CreditFileRecorded() as e:
            assessed: dict[str, Decimal] = {name: getattr(e, name) for name in FIVE_CS}
            return RecordFile(e.customer_id, assessed, e.financials, e.recorded_by, e.recorded_on)
        case TermsSet() as e:
            return SetTerms(
                e.customer_id, e.credit_days, e.discount_days, e.discount_percent, e.interest_percent,
                e.has_arbitration_clause, e.valid_from, e.reason, e.approved_by, e.prepayment_percent,
            )  # fmt: skip
        case SecuritySet() as e:
            return SetSecurity(
                e.customer_id, e.amount, e.currency, e.kind, e.valid_from, e.ends_on, e.reason, e.approved_by, on
            )
        case CustomerRankNoted() as e:
            return NoteTier(e.customer_id, e.tier, e.is_key_account)
        case PaymentRefused() as e:
            return RecordPaymentRefusal(e.customer_id, e.reason, e.recorded_by, e.refused_on)
    return None


def _fee(event: InvoiceRecorded) -> erp.ServiceFeeCharged:
    return erp.ServiceFeeCharged(
        fee_id=event.invoice_id.removeprefix(FEE_ID), complaint_id=event.complaint_id, customer_id=event.customer_id,
        amount=event.amount, currency=event.currency, charged_on=event.issued_on, due_on=event.due_on, text=event.text,
    )  # fmt: skip


def _fields(event: Event, fact: type[Event]) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _names(type(event), fact)}


@cache
def _names(event: type[Event], fact: type[Event]) -> tuple[str, ...]:
    """The fields of a fact that an event of its own has too."""
    return tuple(name for name in fact.model_fields if name in event.model_fields or hasattr(event, name))
