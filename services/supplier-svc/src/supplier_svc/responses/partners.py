"""Partners: a suggested rating, a line of the ledger."""

from datetime import date
from decimal import Decimal

from contracts.figures import PlainModel
from contracts.personal import Personal
from contracts.supplier import (
    PartnerRating,
    PartnerRestriction,
    RatingFactor,
    SupplierGrade,
)
from supplier_svc.responses.answer import Answer
from supplier_svc.supplier.state.qualification import Stage


class SuggestedRating(Answer):
    """The worst rating that a partner's record calls for on a day, and what of it counts."""

    supplier_id: str
    as_of: date
    suggested: PartnerRating
    factors: list[RatingFactor]


class LedgerRow(PlainModel):
    """A partner in the ledger (台账). ``lapsed_fields`` names the days that have passed; amounts are in ``currency``, ``credit_limit``
    is what may be paid in advance; ``restrictions`` are those of the rating.
    """

    name: str
    applicant: str | None
    applied_on: date
    cooperation: str
    registered_address: str
    registered_capital: Decimal | None
    licence_number: str | None
    licence_expires_on: date | None
    organisation_code: str | None
    organisation_code_expires_on: date | None
    tax_number: str | None
    tax_expires_on: date | None
    contact_name: Personal | None
    contact_phone: Personal | None
    owner_name: Personal | None
    owner_phone: Personal | None
    rating: PartnerRating | None
    credit_limit: Decimal | None
    remarks: str
    supplier_id: str
    status: Stage
    standing: SupplierGrade | None
    lapsed_fields: list[str]
    currency: str | None
    restrictions: list[PartnerRestriction] | None
