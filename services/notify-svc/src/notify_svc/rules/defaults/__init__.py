"""Version 1 of the subscriptions: the triggers of the rules page, and what else people would want to hear of."""

from notify_svc.rules.defaults import (
    cases,
    contracts,
    courts,
    credit,
    credit_due,
    customer,
    debit_notes,
    reaching,
    recalls,
    submissions,
    supplier,
    supplier_notes,
    supplier_surveys,
)
from notify_svc.rules.subscriptions import Rule

DEFAULT_RULES: tuple[Rule, ...] = (
    *supplier.RULES,
    *supplier_notes.RULES,
    *supplier_surveys.RULES,
    *contracts.RULES,
    *submissions.RULES,
    *customer.RULES,
    *credit.RULES,
    *credit_due.RULES,
    *debit_notes.RULES,
    *cases.RULES,
    *courts.RULES,
    *reaching.RULES,
    *recalls.RULES,
)
