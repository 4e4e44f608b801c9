"""Version 1 of the subscriptions: the triggers of the rules page, and what else people would want to hear of."""

from notify_svc.rules.defaults import credit, customer, recalls, supplier
from notify_svc.rules.subscriptions import Rule

DEFAULT_RULES: tuple[Rule, ...] = (*supplier.RULES, *customer.RULES, *credit.RULES, *recalls.RULES)
