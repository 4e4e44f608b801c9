"""Rules for what is due soon, and for what is overdue no more."""

from contracts.credit import CustomerOverdueCleared, DiscountEndsSoon, PaymentsDueSoon
from notify_svc.rules.defaults.routes import TO_PARTNER, TO_ROLE
from notify_svc.rules.subscriptions import Digest, Rule

PAYMENTS = "payments"
DAILY = Digest(until_time="08:00")

RULES = (
    Rule(
        id="payments-due-soon", event=PaymentsDueSoon.TYPE, topic=PAYMENTS, audience=("partner",), about="customer_id",
        period="event.id", channels=TO_PARTNER, template="payments-due-soon",
    ),
    Rule(
        id="discount-ends-soon", event=DiscountEndsSoon.TYPE, topic=PAYMENTS, audience=("partner",),
        about="customer_id", period="event.id", channels=TO_PARTNER, template="discount-ends-soon",
    ),
    # The customer knows that it has paid.
    Rule(
        id="overdue-cleared", event=CustomerOverdueCleared.TYPE, topic=PAYMENTS,
        audience=("role:collector", "role:account-owner"), about="customer_id", period="event.id", channels=TO_ROLE,
        template="overdue-cleared", digest=DAILY,
    ),
)  # fmt: skip
