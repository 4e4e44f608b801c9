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
        "supplier.*.read", *RULES, OPEN_PERSONAL, "supplier.claims.*", "supplier.contracts.*", "supplier.files.*",
        "supplier.improvements.record", "supplier.items.*", "supplier.objections.raise", "supplier.suppliers.rate",
        "supplier.surveys.answer",
        "supplier.sub-suppliers.*",
    ),
    "payables": (
        "supplier.notes.*", "supplier.settlements.read", "supplier.claims.settle", "supplier.due-actions.read", "supplier.suppliers.read",
        *RULES,
    ),
    "sales-manager": ("supplier.surveys.*", "supplier.suppliers.read"),
    "purchasing-manager": ("supplier.*", OPEN_PERSONAL, "policies.*", "backtests.*"),
    "quality-engineer": (
        "supplier.*.read", *RULES, OPEN_PERSONAL, "supplier.certificates.*", "supplier.corrective-actions.*", "supplier.grades.decide",
        "supplier.complaint-answers.*", "supplier.sub-suppliers.*", "supplier.recalls.*",
        "supplier.nonconformances.*", "supplier.objections.decide", "supplier.qualification.decide",
        "supplier.submissions.decide", "supplier.trading.suspend",
    ),
    "quality-manager": ("supplier.*", OPEN_PERSONAL, "policies.*", "backtests.*"),
    "system": (
        "supplier.*.read", *RULES, "log.read", "supplier.facts.record", "supplier.certificates.record", "supplier.files.*",
        "supplier.notes.clear",
    ),
    PARTNER: (
        "supplier.complaint-answers.give", "supplier.complaint-answers.read", "supplier.corrective-actions.complete",
        "supplier.corrective-actions.read", "supplier.grades.read",
        "supplier.nonconformances.read", "supplier.objections.raise", "supplier.objections.read", "supplier.scorecards.read",
        "supplier.suppliers.read",
    ),
}  # fmt: skip


class SupplierRoles(Roles):
    """The roles of running an installation, and those of purchasing and quality."""

    roles: Granted = ROLES
