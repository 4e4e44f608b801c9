"""Samples of what is due soon, and of what is overdue no more."""

from datetime import date
from decimal import Decimal

from contracts import Event
from contracts.credit import CustomerOverdueCleared, DiscountEndsSoon, DueItem, PaymentsDueSoon

FIRST, FOURTH = date(2024, 2, 1), date(2024, 2, 4)

SAMPLES: tuple[Event, ...] = (
    PaymentsDueSoon(
        customer_id="C-1", due_on=FOURTH, days_left=3, currency="CNY", total=Decimal("12300.50"),
        invoices=(
            DueItem(invoice_id="I-1", open_amount=Decimal("12000.50")),
            DueItem(invoice_id="I-2", open_amount=Decimal(300)),
        ),
        reminded_on=FIRST, policy_version=1,
    ),
    DiscountEndsSoon(
        customer_id="C-1", due_on=FOURTH, days_left=3, currency="CNY", total=Decimal(3000),
        invoices=(
            DueItem(
                invoice_id="I-3", open_amount=Decimal(3000), discount_until=FOURTH, discount_amount=Decimal(60),
            ),
        ),
        reminded_on=FIRST, policy_version=1,
    ),
    CustomerOverdueCleared(customer_id="C-1", cleared_on=FIRST, longest_days=12),
)  # fmt: skip
