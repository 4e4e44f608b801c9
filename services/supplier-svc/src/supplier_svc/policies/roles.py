"""Who may do what with suppliers, grades, items and corrective actions.

The buyer who places orders decides on no grade and no nonconformance; quality decides on those and places no orders.
"""

from collections.abc import Mapping

from chassis.roles import PARTNER, RULES, RUNNING, Granted, Roles

OPEN_PERSONAL = "personal.open"
"""Of whoever calls or writes to the people at a supplier."""

ROLES: Mapping[str, tuple[str, ...]] = {
    **RUNNING,
    "buyer": (
        "supplier.*.read", *RULES, OPEN_PERSONAL, "supplier.claims.*", "supplier.contracts.sign", "supplier.files.*",
        "supplier.improvements.record", "supplier.items.*", "supplier.objections.raise", "supplier.suppliers.rate",
        "supplier.sub-suppliers.*",
    ),
    "purchasing-manager": ("supplier.*", OPEN_PERSONAL, "policies.*", "backtests.*"),
    "quality-engineer": (
        "supplier.*.read", *RULES, OPEN_PERSONAL, "supplier.certificates.*", "supplier.corrective-actions.*", "supplier.grades.decide",
        "supplier.nonconformances.*", "supplier.objections.decide", "supplier.qualification.decide", "supplier.trading.suspend",
        "supplier.sub-suppliers.*", "supplier.recalls.*",
    ),
    "quality-manager": ("supplier.*", OPEN_PERSONAL, "policies.*", "backtests.*"),
    "system": ("supplier.*.read", *RULES, "log.read", "supplier.facts.record", "supplier.certificates.record", "supplier.files.*"),
    PARTNER: (
        "supplier.corrective-actions.complete", "supplier.corrective-actions.read", "supplier.grades.read",
        "supplier.nonconformances.read", "supplier.objections.raise", "supplier.objections.read", "supplier.scorecards.read",
        "supplier.suppliers.read",
    ),
}  # fmt: skip


class SupplierRoles(Roles):
    """The roles of running an installation, and those of purchasing and quality."""

    roles: Granted = ROLES
