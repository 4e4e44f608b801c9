"""What suppliers may read and do with tokens of their own, and what they are never shown."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from chassis.partners import PartnerAccess, PartnerRight
from chassis.sentences import statements
from contracts.fields import Id
from contracts.supplier import (
    SupplierSurveyAsked,
    SupplierSurveyClosed,
    SupplierSurveyed,
    SupplierSurveyReminded,
    SupplierSurveyScheduled,
)
from supplier_svc.sentences import Sentences

READS: tuple[PartnerRight, ...] = (
    "supplier.suppliers.read", "supplier.qualification.read", "supplier.certificates.read", "supplier.contracts.read",
    "supplier.grades.read", "supplier.scorecards.read", "supplier.deliveries.read", "supplier.inspections.read",
    "supplier.nonconformances.read", "supplier.cases.read", "supplier.settlements.read", "supplier.notes.read",
    "supplier.items.read", "supplier.corrective-actions.read", "supplier.improvements.read", "supplier.complaint-answers.read",
    "supplier.recalls.read", "supplier.sub-suppliers.read", "supplier.objections.read", "supplier.submissions.read",
)  # fmt: skip
DOES: tuple[PartnerRight, ...] = ("supplier.objections.raise", "supplier.claims.answer", "supplier.submissions.make")

QUALITY, PURCHASING, US = "quality", "purchasing", "company"
ROLES = {
    "applicant": PURCHASING, "revised_by": PURCHASING, "approved_by": PURCHASING, "rated_by": PURCHASING, "owner_id": PURCHASING,
    "owner_name": PURCHASING, "owner_phone": None, "business_owner": None, "reviewer": QUALITY, "assessor": QUALITY,
    "decided_by": QUALITY, "done_by": QUALITY, "accepted_by": QUALITY, "returned_by": QUALITY, "called_by": QUALITY,
    "answered_by": US, "declared_by": US, "respondent": US, "by": US, "actor": US, "contact": US, "handed_in_by": US,
}  # fmt: skip
"""Fields that name persons of ours, and what a supplier sees instead; its own contacts are left as they signed."""
NEVER = frozenset({
    "standard_price", "lowest_price", "pattern", "sources", "sources_counted", "urged", "adjustments", "rank", "correlation_id",
    "customer_id", "customer_count", "feedback",
})  # fmt: skip
"""Fields about other suppliers, prices that are not its own, our customers, what was said of it in confidence, how the services work."""
SURVEYS = (
    SupplierSurveyScheduled,
    SupplierSurveyAsked,
    SupplierSurveyReminded,
    SupplierSurveyClosed,
    SupplierSurveyed,
)
LEFT_OUT = frozenset(event.TYPE for event in SURVEYS)
"""Events of which a supplier sees nothing: who is asked about suppliers, and what they answered."""
PRICES = frozenset({"price_above_standard_percent", "lowest_price_ratio"})
"""Measures that give away a standard or lowest price."""
OF_OTHERS = (Sentences.NUMBER_OF_ANOTHER,)
"""Sentences that name another supplier."""


class SupplierPartnerAccess(PartnerAccess):
    """What a supplier may read and do itself, of its own only; in force on the day of the request."""

    reads: tuple[PartnerRight, ...] = Field(default=READS, description="rights of what a supplier may read")
    does: tuple[PartnerRight, ...] = Field(
        default=DOES, description="rights of what a supplier may do, signed by its contact"
    )
    submissions: tuple[Id, ...] = Field(
        default=(
            "corrective_action_step",
            "improvement",
            "certificate",
            "contacts",
            "complaint_answer",
            "sub_supplier",
        ),
        description="kinds of what a supplier may hand in",
    )

    @classmethod
    def shown(cls, answer: Any) -> Any:
        """Without other sources, prices of others, answers by person and persons of ours, who stand as roles."""
        if isinstance(answer, list):
            priced = price_criteria(name for each in answer if (name := _text(each, "name")) is not None)
            return [cls.shown(each) for each in answer if not _is_left_out(each, priced)]
        if not isinstance(answer, dict):
            return answer
        return {name: None if name in NEVER else _shown_as(name, cls.shown(value)) for name, value in answer.items()}


def criterion_of(factor: str) -> str:
    """The criterion that a factor of a grading belongs to: ``price`` of ``price.lowest_price_ratio``."""
    return factor.rpartition(".")[0] or factor


def price_criteria(factors: Iterable[str]) -> frozenset[str]:
    """The criteria made of prices, by the names of all factors. What else such a criterion is made of gives the price away too."""
    return frozenset(criterion_of(each) for each in factors if each.rpartition(".")[2] in PRICES)


def _is_left_out(each: Any, priced: frozenset[str]) -> bool:
    if isinstance(each, str):
        return any(statement.code for statement in statements(each, OF_OTHERS))
    name = _text(each, "name")
    return _text(each, "type") in LEFT_OUT or (name is not None and criterion_of(name) in priced)


def _text(each: Any, field: str) -> str | None:
    found = each.get(field) if isinstance(each, dict) else None
    return found if isinstance(found, str) else None


def _shown_as(name: str, value: Any) -> Any:
    if value is None or name not in ROLES or (isinstance(value, str) and value.startswith("partner:")):
        return value
    return ROLES[name]
