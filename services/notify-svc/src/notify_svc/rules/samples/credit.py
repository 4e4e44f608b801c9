"""Samples of the events of credit-svc that can be subscribed to."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts import Event
from contracts.credit import (
    Allocation,
    BehaviourActionAsked,
    BehaviourClassChanged,
    CaseClockRanOut,
    CaseDelegated,
    CaseStageReached,
    ChequeBounced,
    CollectionStepTaken,
    CreditClassChanged,
    CreditLimitProposed,
    CreditLimitRejected,
    CreditLimitSet,
    DeliveriesResumed,
    DeliveriesStopped,
    Exposure,
    InterestCharged,
    InvoiceDisputed,
    InvoiceWrittenOff,
    LimitUseReached,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    PaymentInOtherCurrencyNoted,
    PaymentOverdue,
    PromiseBroken,
    ProspectAsked,
    ProspectUnanswered,
    ReviewDue,
    TemporaryLimitEnded,
    TotalLimitProposed,
    TotalLimitUseReached,
    WaitingMoney,
    WaitingMoneyNoted,
    WriteOffProposed,
)

C, FIRST = "C-1", date(2024, 2, 1)
CASE: dict[str, Any] = {"case_id": "C-1-1", "customer_id": C}
OWED: dict[str, Any] = {"amount": Decimal(3000), "currency": "CNY"}
EXPOSURE = Exposure(
    currency="CNY", limit=Decimal(100000), receivable=Decimal(98000), approved_orders=Decimal(0), security=Decimal(0),
    overdue=Decimal(0),
)  # fmt: skip
ORDER: dict[str, Any] = {"order_id": "O-1", "customer_id": C, **OWED, "exposure": EXPOSURE, "policy_version": 1}
INVOICE: dict[str, Any] = {"invoice_id": "I-1", "customer_id": C}

SAMPLES: tuple[Event, ...] = (
    BehaviourActionAsked(
        customer_id=C, action_id="C-1-A1", behaviour="D", action="recover_and_end", requested_on=FIRST,
        answer_by=date(2024, 3, 2), summary="C-1 is of class D: recover by law what it owes, and end the relation.",
        case_id="C-1-1", region="SP", prepayment_percent=Decimal(100), policy_version=1,
    ),
    ProspectAsked(
        customer_id=C, number=2, requested_on=FIRST, answer_by=date(2024, 3, 2), policy_version=1,
    ),
    ProspectUnanswered(customer_id=C, requested_on=FIRST, unanswered_on=date(2024, 3, 2)),
    PaymentOverdue(
        **INVOICE, due_on=date(2024, 1, 31), overdue_since=FIRST, open_amount=Decimal("12000.50"), currency="CNY",
        policy_version=1,
    ),
    PaymentInOtherCurrencyNoted(
        **INVOICE, payment_id="P-1", amount=Decimal("92.00"), currency="EUR", invoice_currency="CNY",
        summary="P-1 of 92.00 EUR names invoice I-1, which is in CNY, and no rule settles it.", noted_on=FIRST,
    ),
    WaitingMoneyNoted(
        customer_id=C, currency="CNY", invoice_ids=("I-1",), overdue=Decimal("12000.50"),
        money=(WaitingMoney(payment_id="P-1", invoice_id="I-9", amount=Decimal("12000.50")),),
        summary="P-1 of 12,000.50 CNY names invoice I-9, which is not known. 12,000.50 CNY past due is not pursued meanwhile (I-1)."
        " Assign the money to I-1, or ask for the invoice that it names.",
        noted_on=FIRST,
    ),
    CollectionStepTaken(
        **CASE, step="call", taken_on=date(2024, 2, 3), days_past_due=3, oldest_invoice_id="I-1",
        overdue=Decimal("12000.50"), currency="CNY", next_step="letter_1", next_step_on=date(2024, 2, 7),
        policy_version=1,
    ),
    PromiseBroken(
        **CASE, **OWED, promise_id="PR-1", missing=Decimal(1000), promised_on=date(2024, 1, 31), broken_on=FIRST,
    ),
    CaseDelegated(
        **CASE, agency="Good Faith Collections", delegated_on=FIRST, delegated_by="li.na", kind="professional",
        standing="member of the trade association", given=Decimal("12000.50"), currency="CNY",
    ),
    CaseStageReached(
        **CASE, way="arbitration", stage="award", number=3, reached_on=FIRST, note="", recorded_by="li.na",
        policy_version=1,
    ),
    CaseClockRanOut(**CASE, way="litigation", stage="judgment", clock="appeal", ran_out_on=FIRST),
    DeliveriesStopped(**CASE, because="12,000.50 CNY are 75 days past due.", stopped_on=FIRST),
    DeliveriesResumed(customer_id=C, because="Everything overdue was paid.", resumed_on=FIRST),
    OrderCreditHeld(
        **ORDER, status="hold", reason="98,000 + 3,000 is above the limit of 100,000.",
        releases_at="A payment of 1,000 or a limit of 101,000.",
    ),
    OrderCreditApproved(**ORDER, status="watch", after_hold=True),
    OrderCreditOverridden(
        **ORDER, reason="The payment is on its way.", overridden_by="li.na", ends_on=date(2024, 2, 8),
        held_because="Above the limit.",
    ),
    LimitUseReached(customer_id=C, percent=80, exposure=EXPOSURE, reached_on=FIRST),
    TotalLimitUseReached(
        percent=80, used=Decimal(810000), amount=Decimal(1000000), currency="CNY", reached_on=FIRST
    ),
    TotalLimitProposed(
        amount=Decimal(1000000), currency="CNY", overbook_percent=Decimal(100), valid_from=FIRST,
        reason="What the bank finances.", proposed_by="wang.wei",
    ),
    CreditLimitProposed(
        customer_id=C, proposal_id="LP-1", limit=Decimal(120000), currency="CNY", valid_from=FIRST,
        reason="Sales grow.", proposed_by="wang.wei", suggested=Decimal(110000), policy_version=1,
    ),
    CreditLimitSet(
        customer_id=C, limit=Decimal(120000), currency="CNY", valid_from=FIRST, reason="Sales grow.",
        approved_by="li.na",
    ),
    CreditLimitRejected(customer_id=C, proposal_id="LP-1", reason="Two invoices are overdue.", rejected_by="li.na"),
    TemporaryLimitEnded(customer_id=C, raise_id="TR-1", ended_on=FIRST, cause="expired"),
    BehaviourClassChanged(
        customer_id=C, before="A", after="C", because="Three invoices were paid more than 30 days late.", factors=(),
        decided_on=FIRST, policy_version=1,
    ),
    CreditClassChanged(
        customer_id=C, before="AA", after="A", score=Decimal(71), factors=(), because="The score is 71.",
        decided_on=FIRST, policy_version=1,
    ),
    ReviewDue(customer_id=C, review_id="RV-1", due_on=FIRST, cause="cheque_bounced", detail="Cheque P-9 bounced."),
    ChequeBounced(
        payment_id="P-9", customer_id=C, bounced_on=FIRST, face_amount=Decimal(3000), currency="CNY",
        reopened=(Allocation(invoice_id="I-1", amount=Decimal(3000)),),
    ),
    InvoiceDisputed(
        **INVOICE, **OWED, dispute_id="DP-1", reason="Two cartons were missing.", disputed_on=FIRST, recorded_by="li.na",
    ),
    InterestCharged(
        **INVOICE, charged_until=FIRST, amount=Decimal("41.10"), charged_before=Decimal(0), total=Decimal("41.10"),
        currency="CNY", parts=(), charged_on=FIRST, policy_version=1,
    ),
    WriteOffProposed(**INVOICE, **OWED, reason="The customer is wound up.", proposed_on=FIRST, proposed_by="wang.wei"),
    InvoiceWrittenOff(
        **INVOICE, **OWED, reason="The customer is wound up.", written_off_on=FIRST, proposed_by="wang.wei",
        approved_by="li.na",
    ),
)  # fmt: skip
