"""Who may do what with customers, orders, complaints and opportunities; with which customers is a question of data scopes."""

from collections.abc import Mapping

from chassis.roles import PARTNER, RULES, RUNNING, Granted, Roles

OPEN_PERSONAL = "personal.open"
"""Of whoever calls or writes to the people at a customer."""
_READ = (
    *RULES,
    "customer.channel.read", "customer.complaints.read", "customer.customers.read", "customer.files.read",
    "customer.opportunities.read", "customer.orders.read", "customer.recalls.read", "customer.relationships.read", "customer.reports.read",
    "customer.retentions.read", "customer.returns.read", "customer.surveys.read", "customer.tierings.read",
    "customer.tiers.read", "customer.todos.read", "customer.values.read",
)  # fmt: skip
_SALES = (
    *_READ, "customer.complaints.acknowledge", "customer.complaints.open", "customer.complaints.work", "customer.files.change",
    "customer.files.register", "customer.opportunities.*", "customer.relationships.*", "customer.retentions.*", "customer.todos.*",
)  # fmt: skip
_MANAGER = (
    *_SALES, "customer.channel.*", "customer.complaints.*", "customer.files.*", "customer.key-accounts.*", "customer.recalls.*",
)  # fmt: skip

ROLES: Mapping[str, tuple[str, ...]] = {
    **RUNNING,
    "salesperson": (*_SALES, OPEN_PERSONAL),
    "key-account-manager": (*_SALES, OPEN_PERSONAL, "customer.channel.*"),
    "sales-manager": (*_MANAGER, OPEN_PERSONAL, "customer.tierings.request", "backtests.*", "policies.*"),
    "quality-engineer": (*_READ, OPEN_PERSONAL, "customer.complaints.*", "customer.recalls.*"),
    "quality-manager": (*RULES, "customer.recalls.read"),
    "credit-controller": _READ,
    "head-of-credit": _READ,
    "collector": (*_READ, OPEN_PERSONAL),
    "system": (
        "customer.*.read",
        *RULES,
        "log.read",
        "customer.complaints.open",
        "customer.facts.record",
        "customer.files.*",
    ),
    PARTNER: ("customer.complaints.open", "customer.complaints.read", "customer.orders.read"),
}


class CustomerRoles(Roles):
    """The roles of running an installation, and those of sales, service and quality."""

    roles: Granted = ROLES
