"""Rules for what credit-svc publishes."""

from contracts.credit import (
    BehaviourActionAsked,
    BehaviourActionDone,
    BehaviourActionWithdrawn,
    BehaviourClassChanged,
    CaseClockRanOut,
    CaseDelegated,
    CaseStageReached,
    ChequeBounced,
    CollectionCaseClosed,
    CollectionStepTaken,
    CreditClassChanged,
    CreditLimitProposed,
    CreditLimitRejected,
    CreditLimitSet,
    DeliveriesResumed,
    DeliveriesStopped,
    DisputeResolved,
    InvoiceDisputed,
    InvoiceWrittenOff,
    LimitUseReached,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    OrderExposureReleased,
    PaymentInOtherCurrencyNoted,
    PaymentOverdue,
    PaymentOverdueEnded,
    PromiseBroken,
    ProspectAsked,
    ProspectJudged,
    ProspectUnanswered,
    ReviewDue,
    TemporaryLimitEnded,
    TotalLimitProposed,
    TotalLimitUseReached,
    WaitingMoneyNoted,
    WriteOffProposed,
)
from notify_svc.rules.conditions import Condition
from notify_svc.rules.defaults.routes import TO_PARTNER, TO_ROLE, URGENT
from notify_svc.rules.subscriptions import Rule

PAYMENTS, ORDERS, LIMITS, CASES = "payments", "held-orders", "credit-limits", "collection"
HARD_ACTIONS = ("guard", "recover_and_end")
ACTION_OVER = (BehaviourActionDone.TYPE, BehaviourActionWithdrawn.TYPE)
DESK = ("role:credit-controller", "role:salesperson")

RULES = (
    # What is paid and bounces is overdue a second time, and a step may be taken again for a younger item: each is told.
    Rule(
        id="payment-overdue", event=PaymentOverdue.TYPE, topic=PAYMENTS, audience=("partner",), about="invoice_id",
        period="overdue_since", channels=TO_PARTNER, template="payment-overdue", mandatory=True,
        drop_when=(PaymentOverdueEnded.TYPE,),
    ),
    Rule(
        id="payment-overdue-sales", event=PaymentOverdue.TYPE, topic=PAYMENTS, audience=("role:salesperson",),
        about="invoice_id", period="overdue_since", channels=TO_ROLE, template="payment-overdue-sales",
        drop_when=(PaymentOverdueEnded.TYPE,),
    ),
    Rule(
        id="collection-step", event=CollectionStepTaken.TYPE, topic=CASES, audience=("partner",), about="case_id",
        period="event.id", channels=TO_PARTNER, template="collection-step", mandatory=True,
        drop_when=(CollectionCaseClosed.TYPE,),
    ),
    Rule(
        id="collection-step-sales", event=CollectionStepTaken.TYPE, topic=CASES, audience=("role:salesperson",),
        about="case_id", period="event.id", channels=TO_ROLE, template="collection-step-sales",
        drop_when=(CollectionCaseClosed.TYPE,),
    ),
    Rule(
        id="payment-in-other-currency", event=PaymentInOtherCurrencyNoted.TYPE, topic=PAYMENTS,
        audience=("role:collector",), about="payment_id", period="noted_on", channels=TO_ROLE,
        template="payment-in-other-currency",
    ),
    Rule(
        id="waiting-money", event=WaitingMoneyNoted.TYPE, topic=PAYMENTS, audience=("role:collector",),
        about="customer_id", period="event.id", channels=TO_ROLE, template="waiting-money",
    ),
    Rule(
        id="promise-broken", event=PromiseBroken.TYPE, topic=CASES,
        audience=("role:collector", "role:credit-manager"), about="promise_id", period="promised_on", channels=TO_ROLE,
        template="promise-broken", urgency=URGENT,
    ),
    # When an agency is chosen, and not once more when its commission is agreed.
    Rule(
        id="case-delegated", event=CaseDelegated.TYPE, topic=CASES,
        where=(Condition(field="standing", operator="not_in", values=("",)),), audience=("role:collector", "role:credit-manager"),
        about="case_id", period="delegated_on", channels=TO_ROLE, template="case-delegated", urgency=URGENT,
    ),
    Rule(
        id="case-stage", event=CaseStageReached.TYPE, topic=CASES, audience=("role:collector",), about="case_id",
        period="event.id", channels=TO_ROLE, template="case-stage",
        drop_when=(CollectionCaseClosed.TYPE,),
    ),
    Rule(
        id="case-clock", event=CaseClockRanOut.TYPE, topic=CASES, audience=("role:collector", "role:credit-manager"),
        about="case_id", period="event.id", channels=TO_ROLE, template="case-clock", urgency=URGENT,
        drop_when=(CollectionCaseClosed.TYPE,),
    ),
    Rule(
        id="deliveries-stopped", event=DeliveriesStopped.TYPE, topic=CASES, audience=("role:salesperson",),
        about="customer_id", period="stopped_on", channels=TO_ROLE, template="deliveries-stopped", urgency=URGENT,
        drop_when=(DeliveriesResumed.TYPE,),
    ),
    Rule(
        id="deliveries-resumed", event=DeliveriesResumed.TYPE, topic=CASES, audience=("role:salesperson",),
        about="customer_id", period="resumed_on", channels=TO_ROLE, template="deliveries-resumed", urgency=URGENT,
    ),
    # An order may be checked many times a day while it waits; one notice a day is enough. Looking for room in the total is a part of
    # its check.
    Rule(
        id="order-held", event=OrderCreditHeld.TYPE, topic=ORDERS,
        where=(Condition(field="total_room", operator="not_in", values=("requested",)),), audience=DESK, about="order_id",
        period="event.occurred_on", channels=TO_ROLE, template="order-held", urgency=URGENT,
        drop_when=(OrderCreditApproved.TYPE, OrderCreditOverridden.TYPE, OrderExposureReleased.TYPE,),
    ),
    Rule(
        id="order-released", event=OrderCreditApproved.TYPE, topic=ORDERS,
        where=(Condition(field="after_hold", values=("true",)),), audience=DESK, about="order_id",
        period="event.occurred_on", channels=TO_ROLE, template="order-released", urgency=URGENT,
    ),
    Rule(
        id="order-overridden", event=OrderCreditOverridden.TYPE, topic=ORDERS, audience=DESK, about="order_id",
        period="event.occurred_on", channels=TO_ROLE, template="order-overridden", urgency=URGENT,
    ),
    Rule(
        id="limit-use", event=LimitUseReached.TYPE, topic=LIMITS, audience=DESK, about="customer_id", period="event.id",
        channels=TO_ROLE, template="limit-use", urgency=URGENT,
    ),
    Rule(
        id="total-limit-use", event=TotalLimitUseReached.TYPE, topic=LIMITS,
        audience=("role:credit-controller", "role:credit-manager"), about="percent", period="event.id", channels=TO_ROLE,
        template="total-limit-use", urgency=URGENT,
    ),
    Rule(
        id="total-limit-proposed", event=TotalLimitProposed.TYPE, topic=LIMITS, audience=("role:credit-manager",),
        about="valid_from", period="event.id", channels=TO_ROLE, template="total-limit-proposed",
    ),
    Rule(
        id="limit-proposed", event=CreditLimitProposed.TYPE, topic=LIMITS, audience=("role:credit-manager",),
        about="customer_id", period="proposal_id", channels=TO_ROLE, template="limit-proposed",
    ),
    # An import from another system also sets limits; nobody here decided those, so nobody is notified.
    Rule(
        id="limit-set", event=CreditLimitSet.TYPE, topic=LIMITS,
        where=(Condition(field="proposal_id", operator="not_in", values=("none",)),), audience=DESK,
        about="customer_id", period="proposal_id", channels=TO_ROLE, template="limit-set",
    ),
    Rule(
        id="limit-rejected", event=CreditLimitRejected.TYPE, topic=LIMITS, audience=DESK, about="customer_id",
        period="proposal_id", channels=TO_ROLE, template="limit-rejected",
    ),
    Rule(
        id="temporary-limit-ended", event=TemporaryLimitEnded.TYPE, topic=LIMITS, audience=DESK, about="customer_id",
        period="raise_id", channels=TO_ROLE, template="temporary-limit-ended",
    ),
    Rule(
        id="behaviour-class", event=BehaviourClassChanged.TYPE, topic=LIMITS,
        where=(Condition(field="after", values=("C", "D")),), audience=DESK, about="customer_id", period="decided_on",
        channels=TO_ROLE, template="behaviour-class",
    ),
    # A customer that is hopeless, or given up, is worked on at once; what the others call for is a list.
    Rule(
        id="behaviour-action", event=BehaviourActionAsked.TYPE, topic=LIMITS,
        where=(Condition(field="action", operator="not_in", values=HARD_ACTIONS),), audience=("role:salesperson",),
        about="action_id", period="requested_on", channels=TO_ROLE, template="behaviour-action", drop_when=ACTION_OVER,
    ),
    Rule(
        id="behaviour-action-hard", event=BehaviourActionAsked.TYPE, topic=LIMITS,
        where=(Condition(field="action", values=HARD_ACTIONS),), audience=("role:salesperson", "role:credit-manager"),
        about="action_id", period="requested_on", channels=TO_ROLE, template="behaviour-action", urgency=URGENT,
        drop_when=ACTION_OVER,
    ),
    Rule(
        id="prospect", event=ProspectAsked.TYPE, topic=LIMITS, audience=("role:salesperson",), about="customer_id",
        period="requested_on", channels=TO_ROLE, template="prospect", drop_when=(ProspectJudged.TYPE,),
    ),
    Rule(
        id="prospect-unanswered", event=ProspectUnanswered.TYPE, topic=LIMITS, audience=("role:credit-head",),
        about="customer_id", period="unanswered_on", channels=TO_ROLE, template="prospect-unanswered", urgency=URGENT,
        drop_when=(ProspectJudged.TYPE,),
    ),
    Rule(
        id="credit-class", event=CreditClassChanged.TYPE, topic=LIMITS,
        where=(Condition(field="before", operator="not_in", values=("none",)),), audience=("role:credit-controller",),
        about="customer_id", period="decided_on", channels=TO_ROLE, template="credit-class",
    ),
    Rule(
        id="credit-review", event=ReviewDue.TYPE, topic=LIMITS, audience=("role:credit-controller",),
        about="customer_id", period="review_id", channels=TO_ROLE, template="credit-review",
    ),
    Rule(
        id="cheque-bounced", event=ChequeBounced.TYPE, topic=PAYMENTS, audience=DESK, about="payment_id",
        period="bounced_on", channels=TO_ROLE, template="cheque-bounced", urgency=URGENT,
    ),
    Rule(
        id="invoice-disputed", event=InvoiceDisputed.TYPE, topic=PAYMENTS,
        audience=("role:collector", "role:salesperson"), about="dispute_id", period="disputed_on", channels=TO_ROLE,
        template="invoice-disputed",
        drop_when=(DisputeResolved.TYPE,),
    ),
    Rule(
        id="write-off-proposed", event=WriteOffProposed.TYPE, topic=PAYMENTS, audience=("role:credit-manager",),
        about="invoice_id", period="proposed_on", channels=TO_ROLE, template="write-off-proposed",
    ),
    Rule(
        id="written-off", event=InvoiceWrittenOff.TYPE, topic=PAYMENTS,
        where=(Condition(field="cause", operator="not_in", values=("small_difference",)),), audience=DESK, about="invoice_id",
        period="written_off_on", channels=TO_ROLE, template="written-off",
    ),
)  # fmt: skip
