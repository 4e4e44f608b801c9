"""Rules for notes between us and suppliers."""

from contracts.supplier import SupplierNoteCleared, SupplierNoteIssued
from notify_svc.rules.conditions import Condition
from notify_svc.rules.defaults.routes import QUARTER_DAYS, TO_PARTNER, TO_ROLE
from notify_svc.rules.subscriptions import Rule

NOTES = "supplier-notes"
PAYABLES = "role:payables"
SMALLEST = "0.000001"
"""Of the amounts that an event can hold."""

RULES = (
    Rule(
        id="supplier-note", event=SupplierNoteIssued.TYPE, topic=NOTES, audience=("partner",), about="note_id",
        period="issued_on", channels=TO_PARTNER, template="supplier-note", mandatory=True, max_age_days=QUARTER_DAYS,
    ),
    Rule(
        id="supplier-note-payables", event=SupplierNoteIssued.TYPE, topic=NOTES, audience=(PAYABLES,), about="note_id",
        period="issued_on", channels=TO_ROLE, template="supplier-note", max_age_days=QUARTER_DAYS,
    ),
    Rule(
        id="supplier-note-excess", event=SupplierNoteCleared.TYPE, topic=NOTES,
        where=(Condition(field="excess", operator="at_least", values=(SMALLEST,)),), audience=(PAYABLES,), about="note_id",
        period="event.id", channels=TO_ROLE, template="supplier-note-excess", max_age_days=QUARTER_DAYS,
    ),
)  # fmt: skip
