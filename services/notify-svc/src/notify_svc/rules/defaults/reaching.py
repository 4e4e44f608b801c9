"""Rules for how debtors are reached: what a person has to do, whose place is unknown, what an agency brought."""

from contracts.credit import AgencySettled, CollectionCaseClosed, CollectionStepTaken, DebtorPlaceNoted
from notify_svc.rules.conditions import Condition
from notify_svc.rules.defaults.routes import TO_ROLE
from notify_svc.rules.subscriptions import Rule

CASES = "collection"
HAS_REASON = Condition(field="way_because", operator="not_in", values=("",))

RULES = (
    Rule(
        id="collection-task", event=CollectionStepTaken.TYPE, topic=CASES,
        where=(Condition(field="contact_way", values=("none",)), HAS_REASON), audience=("role:collector",),
        about="case_id", period="event.id", channels=TO_ROLE, template="collection-task",
        drop_when=(CollectionCaseClosed.TYPE,),
    ),
    # A debtor who is large, distant or in an unknown place is a manager's.
    Rule(
        id="collection-manager", event=CollectionStepTaken.TYPE, topic=CASES,
        where=(Condition(field="step", values=("visit",)), HAS_REASON), audience=("role:credit-manager",),
        about="case_id", period="event.id", channels=TO_ROLE, template="collection-manager",
        drop_when=(CollectionCaseClosed.TYPE,),
    ),
    Rule(
        id="debtor-place-unknown", event=DebtorPlaceNoted.TYPE, topic=CASES,
        where=(
            Condition(field="is_distant", values=("true",)),
            Condition(field="province", values=("none",)),
            Condition(field="city", values=("none",)),
        ),
        audience=("role:account-owner",), about="customer_id", period="because", channels=TO_ROLE,
        template="debtor-place-unknown",
    ),
    Rule(
        id="agency-settled", event=AgencySettled.TYPE, topic=CASES, audience=("role:collector", "role:credit-manager"),
        about="case_id", period="settled_on", channels=TO_ROLE, template="agency-settled",
    ),
)  # fmt: skip
