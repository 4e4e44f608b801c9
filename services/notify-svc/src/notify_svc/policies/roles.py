"""Who may do what with notices, preferences, templates and endpoints: everybody of the company reads and acknowledges notices."""

from collections.abc import Mapping

from chassis.roles import PARTNER, RULES, RUNNING, Granted, Roles

_STAFF = (
    "notify.explanations.read", "notify.inbox.read", "notify.notifications.acknowledge", "notify.notifications.read",
    "notify.preferences.*", "notify.subscriptions.read", "notify.templates.read",
)  # fmt: skip
_MANAGER = (*_STAFF, "notify.templates.*", "policies.*")

ROLES: Mapping[str, tuple[str, ...]] = {
    **RUNNING,
    "operator": (*RUNNING["operator"], *_STAFF, "notify.endpoints.*", "notify.notifications.*", "notify.templates.*"),
    **dict.fromkeys(
        (
            "buyer",
            "collector",
            "credit-controller",
            "finance",
            "key-account-manager",
            "payables",
            "quality-engineer",
            "salesperson",
        ),
        _STAFF,
    ),
    **dict.fromkeys(("head-of-credit", "purchasing-manager", "quality-manager", "sales-manager"), _MANAGER),
    "system": ("notify.*.read", *RULES, "log.read"),
    PARTNER: ("notify.inbox.*", "notify.preferences.*"),
}


class NotifyRoles(Roles):
    """The roles of running an installation, and those of the company's people."""

    roles: Granted = ROLES
