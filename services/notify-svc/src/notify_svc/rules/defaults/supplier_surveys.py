"""Rules for the survey of heads: who is asked, who is reminded, and that a round ended."""

from contracts.supplier import SupplierSurveyAsked, SupplierSurveyClosed, SupplierSurveyReminded
from notify_svc.rules.conditions import Condition
from notify_svc.rules.defaults.routes import TO_ROLE
from notify_svc.rules.subscriptions import Rule

SURVEYS = "supplier-surveys"

RULES = (
    # A head that is asked about more suppliers than one event names gets one notice all the same.
    Rule(
        id="supplier-survey-opened", event=SupplierSurveyAsked.TYPE, topic=SURVEYS, audience=("field:respondent",),
        about="round_id", period="asked_on", channels=TO_ROLE, template="supplier-survey-opened",
        drop_when=(SupplierSurveyClosed.TYPE,),
    ),
    Rule(
        id="supplier-survey-reminded", event=SupplierSurveyReminded.TYPE, topic=SURVEYS, audience=("field:respondent",),
        about="round_id", period="due_on", channels=TO_ROLE, template="supplier-survey-reminded",
        drop_when=(SupplierSurveyClosed.TYPE,),
    ),
    Rule(
        id="supplier-survey-closed", event=SupplierSurveyClosed.TYPE, topic=SURVEYS,
        where=(Condition(field="asked_count", operator="at_least", values=("1",)),), audience=("role:quality-head",),
        about="round_id", period="closed_on", channels=TO_ROLE, template="supplier-survey-closed",
    ),
)  # fmt: skip
