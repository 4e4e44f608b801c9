"""Rules for what suppliers hand in by themselves."""

from contracts.supplier import PartnerSubmissionAccepted, PartnerSubmissionMade, PartnerSubmissionReturned
from notify_svc.rules.conditions import Condition
from notify_svc.rules.defaults.routes import TO_PARTNER, TO_ROLE
from notify_svc.rules.subscriptions import Rule

SUBMISSIONS = "submissions"
OF_PURCHASING = ("certificate", "contacts")
ANSWERED = (PartnerSubmissionAccepted.TYPE, PartnerSubmissionReturned.TYPE)

RULES = (
    Rule(
        id="submission-made", event=PartnerSubmissionMade.TYPE, topic=SUBMISSIONS,
        where=(Condition(field="kind", operator="not_in", values=OF_PURCHASING),), audience=("role:quality-head",),
        about="submission_id", period="made_on", channels=TO_ROLE, template="submission-made", drop_when=ANSWERED,
    ),
    Rule(
        id="submission-made-purchasing", event=PartnerSubmissionMade.TYPE, topic=SUBMISSIONS,
        where=(Condition(field="kind", values=OF_PURCHASING),), audience=("role:buyer",),
        about="submission_id", period="made_on", channels=TO_ROLE, template="submission-made", drop_when=ANSWERED,
    ),
    Rule(
        id="submission-accepted", event=PartnerSubmissionAccepted.TYPE, topic=SUBMISSIONS, audience=("partner",),
        about="submission_id", period="accepted_on", channels=TO_PARTNER, template="submission-accepted",
    ),
    Rule(
        id="submission-returned", event=PartnerSubmissionReturned.TYPE, topic=SUBMISSIONS, audience=("partner",),
        about="submission_id", period="returned_on", channels=TO_PARTNER, template="submission-returned", mandatory=True,
    ),
)  # fmt: skip
