"""Version 1 of the subscriptions: the triggers of the rules page that the published events allow."""

from typing import Literal

from contracts.credit import CollectionStepTaken, OrderCreditApproved, OrderCreditHeld, PaymentOverdue
from contracts.customer import CustomerTierChanged
from contracts.notify import Channel
from contracts.supplier import SupplierGraded, SupplierGradeRestated
from notify_svc.subscriptions import Condition, Rule

TO_PARTNER: tuple[Channel, ...] = ("email", "inbox")
TO_ROLE: tuple[Channel, ...] = ("inbox",)
URGENT: Literal["urgent"] = "urgent"

SUPPLIER_RULES = (
    Rule(
        id="supplier-grade",
        event=SupplierGraded.TYPE,
        audience=("partner",),
        about="supplier_id",
        period="period",
        channels=TO_PARTNER,
        template="supplier-grade",
        mandatory=True,
    ),
    Rule(
        id="supplier-grade-weak",
        event=SupplierGraded.TYPE,
        where=(Condition(field="grading.grade", values=("C", "D")),),
        audience=("role:quality-head", "role:buyer"),
        about="supplier_id",
        period="period",
        channels=TO_ROLE,
        template="supplier-grade-weak",
        urgency=URGENT,
        mandatory=True,
    ),
    # A restatement comes of a late fact and carries its date, so it may be a quarter old and still be news. Each one is
    # told: a result that goes there and back must not leave the middle one standing.
    Rule(
        id="supplier-grade-restated",
        event=SupplierGradeRestated.TYPE,
        audience=("partner",),
        about="supplier_id",
        period="event.id",
        channels=TO_PARTNER,
        template="supplier-grade-restated",
        mandatory=True,
        max_age_days=92,
    ),
    Rule(
        id="supplier-grade-restated-quality",
        event=SupplierGradeRestated.TYPE,
        audience=("role:quality-head",),
        about="supplier_id",
        period="event.id",
        channels=TO_ROLE,
        template="supplier-grade-restated",
        max_age_days=92,
    ),
)

CUSTOMER_RULES = (
    Rule(
        id="customer-tier-moved",
        event=CustomerTierChanged.TYPE,
        where=(Condition(field="previous", operator="not_in", values=("none",)),),
        audience=("role:account-owner",),
        about="customer_id",
        period="tiering_id",
        channels=TO_ROLE,
        template="customer-tier",
    ),
    # A first tier is news only at the top of the pyramid: the first run over a population tiers everybody.
    Rule(
        id="customer-tier-first",
        event=CustomerTierChanged.TYPE,
        where=(
            Condition(field="previous", values=("none",)),
            Condition(field="tier", values=("vip", "important")),
        ),
        audience=("role:account-owner",),
        about="customer_id",
        period="tiering_id",
        channels=TO_ROLE,
        template="customer-tier",
    ),
)

CREDIT_RULES = (
    Rule(
        id="payment-overdue",
        event=PaymentOverdue.TYPE,
        audience=("partner",),
        about="invoice_id",
        period="due_on",
        channels=TO_PARTNER,
        template="payment-overdue",
        mandatory=True,
    ),
    Rule(
        id="payment-overdue-sales",
        event=PaymentOverdue.TYPE,
        audience=("role:salesperson",),
        about="invoice_id",
        period="due_on",
        channels=TO_ROLE,
        template="payment-overdue-sales",
    ),
    Rule(
        id="collection-step",
        event=CollectionStepTaken.TYPE,
        audience=("partner",),
        about="case_id",
        period="step",
        channels=TO_PARTNER,
        template="collection-step",
        mandatory=True,
    ),
    Rule(
        id="collection-step-sales",
        event=CollectionStepTaken.TYPE,
        audience=("role:salesperson",),
        about="case_id",
        period="step",
        channels=TO_ROLE,
        template="collection-step-sales",
    ),
    # An order may be checked many times a day while it waits; one notice a day says it.
    Rule(
        id="order-held",
        event=OrderCreditHeld.TYPE,
        audience=("role:credit-controller", "role:salesperson"),
        about="order_id",
        period="event.occurred_on",
        channels=TO_ROLE,
        template="order-held",
        urgency=URGENT,
    ),
    Rule(
        id="order-released",
        event=OrderCreditApproved.TYPE,
        where=(Condition(field="after_hold", values=("true",)),),
        audience=("role:credit-controller", "role:salesperson"),
        about="order_id",
        period="event.occurred_on",
        channels=TO_ROLE,
        template="order-released",
        urgency=URGENT,
    ),
)

DEFAULT_RULES: tuple[Rule, ...] = (*SUPPLIER_RULES, *CUSTOMER_RULES, *CREDIT_RULES)
