"""When what a notice is about is over: events that end it, so that nobody is notified of what is no longer due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts import Event
from contracts.credit import (
    BehaviourActionDone,
    BehaviourActionWithdrawn,
    CaseReviewed,
    CaseWayAnswered,
    CollectionCaseClosed,
    DebitNoteWaived,
    DebitNoteWaiverRejected,
    DeliveriesResumed,
    DisputeResolved,
    InvoiceWrittenOff,
    LimitationRestarted,
    OrderCreditApproved,
    OrderCreditOverridden,
    OrderExposureReleased,
    PaymentOverdueEnded,
    PaymentPlanAgreed,
    PaymentPlanRejected,
    PromiseKept,
    ProspectJudged,
    ReviewDone,
    WriteOffRejected,
)
from contracts.customer import (
    ChurnRecovered,
    ComplaintCalledBack,
    ComplaintClosed,
    ComplaintResolved,
    RetentionTaskDone,
)
from contracts.supplier import (
    ComplaintAnswered,
    ContractTerminated,
    CorrectiveActionClosed,
    ObjectionDecided,
    PartnerRated,
    PartnerSubmissionAccepted,
    PartnerSubmissionReturned,
    SupplierReinstated,
    SupplierSurveyClosed,
)

ENDING_EVENTS: Mapping[type[Event], str] = {
    PaymentOverdueEnded: "invoice_id",
    LimitationRestarted: "invoice_id",
    CollectionCaseClosed: "case_id",
    CaseWayAnswered: "case_id",
    CaseReviewed: "case_id",
    PaymentPlanAgreed: "case_id",
    PaymentPlanRejected: "case_id",
    PromiseKept: "promise_id",
    DisputeResolved: "dispute_id",
    InvoiceWrittenOff: "invoice_id",
    WriteOffRejected: "invoice_id",
    DebitNoteWaived: "debit_note_id",
    DebitNoteWaiverRejected: "debit_note_id",
    ReviewDone: "customer_id",
    BehaviourActionDone: "action_id",
    BehaviourActionWithdrawn: "action_id",
    ProspectJudged: "customer_id",
    DeliveriesResumed: "customer_id",
    OrderCreditApproved: "order_id",
    OrderCreditOverridden: "order_id",
    OrderExposureReleased: "order_id",
    ComplaintResolved: "complaint_id",
    ComplaintClosed: "complaint_id",
    ComplaintCalledBack: "complaint_id",
    ChurnRecovered: "customer_id",
    RetentionTaskDone: "task_id",
    CorrectiveActionClosed: "action_id",
    ComplaintAnswered: "complaint_id",
    ObjectionDecided: "objection_id",
    SupplierReinstated: "supplier_id",
    SupplierSurveyClosed: "round_id",
    ContractTerminated: "contract_id",
    PartnerRated: "supplier_id",
    PartnerSubmissionAccepted: "submission_id",
    PartnerSubmissionReturned: "submission_id",
}
"""Events that a rule may name in ``drop_when``, and the field of what each ends: the rule's ``about`` is that field."""

ENDINGS: Mapping[str, str] = {event.TYPE: field for event, field in ENDING_EVENTS.items()}


@dataclass(frozen=True, slots=True)
class Ending:
    """An event that ended something: it happened at ``ended_at`` and this service learned of it at ``noted_at``."""

    event_type: str
    ended_at: datetime
    noted_at: datetime


def ends(event: Event) -> bool:
    """Whether the event ends anything; an order that was never held ends no hold, and what one person waives no proposal of a waiver."""
    if isinstance(event, OrderCreditApproved):
        return event.after_hold
    if isinstance(event, DebitNoteWaived):
        return event.approved_by is not None
    return type(event) in ENDING_EVENTS


def ended_by(endings: Sequence[Ending], happened_at: datetime, requested_at: datetime) -> Ending | None:
    """What ended a matter that began at ``happened_at`` and of which a notice was requested at ``requested_at``; None while it goes on.

    Later by either clock is later: a payment is often recorded days after it was made. What ended before the matter began anew, and
    was known before the notice was requested, ends nothing.
    """
    later = (one for one in endings if one.ended_at >= happened_at or one.noted_at > requested_at)
    return max(later, key=lambda one: one.noted_at, default=None)
