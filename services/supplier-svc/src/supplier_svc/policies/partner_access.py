"""What suppliers may read and do with tokens of their own, and what they are never shown."""

from typing import Any

from pydantic import Field

from chassis.partners import PartnerAccess, PartnerRight
from contracts.fields import Id
from contracts.supplier import SupplierSurveyed

READS: tuple[PartnerRight, ...] = (
    "supplier.suppliers.read", "supplier.qualification.read", "supplier.certificates.read", "supplier.grades.read",
    "supplier.scorecards.read", "supplier.deliveries.read", "supplier.inspections.read", "supplier.nonconformances.read",
    "supplier.settlements.read", "supplier.items.read", "supplier.corrective-actions.read", "supplier.improvements.read",
    "supplier.objections.read", "supplier.submissions.read",
)  # fmt: skip
DOES: tuple[PartnerRight, ...] = ("supplier.objections.raise", "supplier.submissions.make")

QUALITY, PURCHASING, US = "quality", "purchasing", "company"
ROLES = {
    "applicant": PURCHASING, "revised_by": PURCHASING, "approved_by": PURCHASING, "rated_by": PURCHASING, "owner_id": PURCHASING,
    "owner_name": PURCHASING, "owner_phone": None, "business_owner": None, "reviewer": QUALITY, "assessor": QUALITY,
    "decided_by": QUALITY, "done_by": QUALITY, "accepted_by": QUALITY, "returned_by": QUALITY, "respondent": US, "by": US,
    "actor": US, "contact": US, "handed_in_by": US,
}  # fmt: skip
"""Fields that name persons of ours, and what a supplier sees instead; its own contacts are left as they signed."""
NEVER = frozenset({
    "standard_price", "lowest_price", "pattern", "sources", "sources_counted", "urged", "adjustments", "rank", "correlation_id",
})  # fmt: skip
"""Fields about other suppliers, about prices that are not its own, and about how the services work."""
LEFT_OUT = frozenset({SupplierSurveyed.TYPE})
"""Events of which a supplier sees nothing: answers by person."""
PRICES = frozenset({"price_above_standard_percent", "lowest_price_ratio"})
"""Measures that give away a standard or lowest price."""


class SupplierPartnerAccess(PartnerAccess):
    """What a supplier may read and do itself, of its own only; in force on the day of the request."""

    reads: tuple[PartnerRight, ...] = Field(default=READS, description="rights of what a supplier may read")
    does: tuple[PartnerRight, ...] = Field(
        default=DOES, description="rights of what a supplier may do, signed by its contact"
    )
    submissions: tuple[Id, ...] = Field(
        default=("corrective_action_step", "improvement", "certificate", "contacts"),
        description="kinds of what a supplier may hand in",
    )

    @classmethod
    def shown(cls, answer: Any) -> Any:
        """Without other sources, prices of others, answers by person and persons of ours, who stand as roles."""
        if isinstance(answer, list):
            return [cls.shown(each) for each in answer if not _is_left_out(each)]
        if not isinstance(answer, dict):
            return answer
        return {name: None if name in NEVER else _shown_as(name, cls.shown(value)) for name, value in answer.items()}


def _is_left_out(each: Any) -> bool:
    if not isinstance(each, dict):
        return False
    signs = (("type", LEFT_OUT), ("name", PRICES))
    return any(isinstance(sign := each.get(field), str) and sign in hidden for field, hidden in signs)


def _shown_as(name: str, value: Any) -> Any:
    if value is None or name not in ROLES or (isinstance(value, str) and value.startswith("partner:")):
        return value
    return ROLES[name]
