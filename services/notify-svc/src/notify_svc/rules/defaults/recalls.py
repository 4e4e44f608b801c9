"""Rules for recalls: nobody can switch them off, and they do not wait for the end of quiet hours."""

from contracts.customer import RecallCustomerNamed, RecallOverdue, RecallReminded
from contracts.supplier import LotRecallCalled, LotRecallWidened
from notify_svc.rules.defaults.routes import ACCOUNT_OWNER, TO_PARTNER, TO_ROLE, URGENT
from notify_svc.rules.subscriptions import Rule

RECALLS = "recalls"

RULES = (
    Rule(
        id="lot-recall", event=LotRecallCalled.TYPE, topic=RECALLS, audience=("partner", "role:quality-head", "role:buyer"),
        about="recall_id", period="called_on", channels=TO_PARTNER, template="lot-recall", urgency=URGENT, mandatory=True,
    ),
    Rule(
        id="lot-recall-widened", event=LotRecallWidened.TYPE, topic=RECALLS,
        audience=("partner", "role:quality-head", "role:buyer"), about="recall_id", period="event.id", channels=TO_PARTNER,
        template="lot-recall-widened", urgency=URGENT, mandatory=True,
    ),
    # Named again on another day, because more of the lot went to it, the customer is notified of that too.
    Rule(
        id="recall-customer", event=RecallCustomerNamed.TYPE, topic=RECALLS, audience=("partner", ACCOUNT_OWNER), about="recall_id",
        period="named_on", channels=TO_PARTNER, template="recall-customer", urgency=URGENT, mandatory=True,
    ),
    Rule(
        id="recall-reminder", event=RecallReminded.TYPE, topic=RECALLS, audience=("partner", ACCOUNT_OWNER), about="recall_id",
        period="reminded_on", channels=TO_PARTNER, template="recall-reminder", urgency=URGENT, mandatory=True,
    ),
    Rule(
        id="recall-overdue", event=RecallOverdue.TYPE, topic=RECALLS, audience=("role:quality-head",), about="recall_id",
        period="due_on", channels=TO_ROLE, template="recall-overdue", urgency=URGENT, mandatory=True,
    ),
)  # fmt: skip
