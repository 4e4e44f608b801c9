"""Who may do what with accounts, limits, receivables and collections.

Separation of duties as in credit management's textbooks: sales proposes and never approves, the controller proposes and
collects, the head of credit approves. That the two are two people is asked of each act besides (four eyes).
"""

from collections.abc import Mapping

from chassis.roles import PARTNER, RULES, RUNNING, Granted, Roles

_SALES = (
    "credit.accounts.read", "credit.actions.*", "credit.calculators.read", "credit.disputes.open", "credit.limits.read",
    "credit.orders.check", "credit.orders.read", "credit.receivables.read",
)  # fmt: skip
_MANAGERS = (
    *_SALES, "credit.limits.propose", "credit.prospects.judge", "credit.reports.read", "credit.collection.read",
)  # fmt: skip
_CONTROLLER = (
    "credit.*.read", *RULES, "credit.accounts.*", "credit.actions.*", "credit.collection.*", "credit.prospects.judge",
    "credit.disputes.*", "credit.facts.record", "credit.interest.charge", "credit.debit-notes.waive",
    "credit.limits.propose", "credit.orders.check", "credit.orders.close", "credit.receivables.reassign",
    "credit.plans.propose", "credit.total-limit.propose", "credit.write-offs.propose",
)  # fmt: skip

ROLES: Mapping[str, tuple[str, ...]] = {
    **RUNNING,
    "salesperson": _SALES,
    "sales-manager": _MANAGERS,
    "key-account-manager": _MANAGERS,
    "finance": ("credit.facts.record", "credit.receivables.read", "credit.reports.read", *RULES),
    "collector": (
        "credit.*.read",
        *RULES,
        "credit.collection.*",
        "credit.disputes.open",
        "credit.plans.propose",
        "credit.write-offs.propose",
    ),
    "credit-controller": _CONTROLLER,
    "head-of-credit": (*_CONTROLLER, "credit.*", "backtests.run", "policies.*"),
    "system": (
        "credit.*.read",
        *RULES,
        "log.read",
        "credit.facts.record",
        "credit.orders.check",
        "credit.orders.close",
    ),
    PARTNER: ("credit.accounts.read", "credit.receivables.read"),
}


class CreditRoles(Roles):
    """The roles of running an installation, and those of sales, credit management and collections."""

    roles: Granted = ROLES
