"""Rules for debit notes of credit-svc: one notice a month to the customer instead of one for each charge."""

from contracts.credit import (
    DebitNoteIssued,
    DebitNoteReduced,
    DebitNoteWaived,
    DebitNoteWaiverProposed,
    DebitNoteWaiverRejected,
    InterestCharged,
)
from notify_svc.rules.conditions import Condition
from notify_svc.rules.defaults.credit import PAYMENTS
from notify_svc.rules.defaults.routes import QUARTER_DAYS, TO_PARTNER, TO_ROLE
from notify_svc.rules.subscriptions import Rule

FINANCE = "role:finance"

RULES = (
    Rule(
        id="debit-note", event=DebitNoteIssued.TYPE, topic=PAYMENTS, audience=("partner",), about="debit_note_id",
        period="issued_on", channels=TO_PARTNER, template="debit-note", mandatory=True, max_age_days=QUARTER_DAYS,
    ),
    Rule(
        id="debit-note-finance", event=DebitNoteIssued.TYPE, topic=PAYMENTS, audience=(FINANCE,), about="debit_note_id",
        period="issued_on", channels=TO_ROLE, template="debit-note", max_age_days=QUARTER_DAYS,
    ),
    # The customer hears of a charge by its note; finance sees what the next notes will be.
    Rule(
        id="interest-charged", event=InterestCharged.TYPE, topic=PAYMENTS,
        where=(Condition(field="amount", operator="at_least", values=("1",)),), audience=(FINANCE,), about="invoice_id",
        period="charged_until", channels=TO_ROLE, template="interest-charged", max_age_days=QUARTER_DAYS,
    ),
    Rule(
        id="debit-note-reduced", event=DebitNoteReduced.TYPE, topic=PAYMENTS, audience=("partner", FINANCE),
        about="debit_note_id", period="event.id", channels=TO_PARTNER, template="debit-note-reduced",
        max_age_days=QUARTER_DAYS,
    ),
    Rule(
        id="debit-note-waiver-proposed", event=DebitNoteWaiverProposed.TYPE, topic=PAYMENTS,
        audience=("role:credit-manager",), about="debit_note_id", period="event.id", channels=TO_ROLE,
        template="debit-note-waiver-proposed", drop_when=(DebitNoteWaived.TYPE, DebitNoteWaiverRejected.TYPE),
    ),
    Rule(
        id="debit-note-waived", event=DebitNoteWaived.TYPE, topic=PAYMENTS, audience=("partner", FINANCE),
        about="debit_note_id", period="event.id", channels=TO_PARTNER, template="debit-note-waived",
        max_age_days=QUARTER_DAYS,
    ),
)  # fmt: skip
