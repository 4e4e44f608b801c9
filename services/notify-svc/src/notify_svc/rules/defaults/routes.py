"""The usual routes: partners by mail, colleagues in their inbox, and the escalation when nobody acknowledges."""

from typing import Literal

from contracts.notify import Channel
from notify_svc.rules.subscriptions import Escalate

TO_PARTNER: tuple[Channel, ...] = ("email", "inbox")
TO_ROLE: tuple[Channel, ...] = ("inbox",)
URGENT: Literal["urgent"] = "urgent"

ACCOUNT_OWNER = "field:owner_id|role:account-owner"
QUARTER_DAYS = 92

HOUR, DAY = 60, 24 * 60
COMPLAINT_LADDER = (
    Escalate(after_minutes=HOUR, to="role:service-manager"),
    Escalate(after_minutes=4 * HOUR, to="role:service-head"),
)
CHURN_LADDER = (
    Escalate(after_minutes=DAY, to="role:sales-manager"),
    Escalate(after_minutes=3 * DAY, to="role:sales-head"),
)
