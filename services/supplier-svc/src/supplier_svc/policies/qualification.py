"""What it takes to be approved as a supplier and to return after elimination."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationInfo, model_validator

from chassis.policies import Policy
from contracts.fields import Id, Percent, is_stored
from contracts.supplier import CertificateKind, ContractClause, ContractKind

Days = Annotated[int, Field(ge=0, le=366)]
ALL_CLAUSES: tuple[ContractClause, ...] = (
    "development", "trial", "inspection", "packing_and_transport", "nonconforming_product", "after_sales",
)  # fmt: skip
THREE_LICENCES: tuple[CertificateKind, ...] = ("business_licence", "organisation_code", "tax_registration")


class SupplierQualification(Policy):
    """Qualification (供应商选择), certificates and re-entry; in force on the day of the step."""

    NAME: ClassVar[str] = "supplier-qualification"

    prohibited: tuple[Id, ...] = Field(
        default=(), description="supplier ids, names and licence numbers; never approved"
    )
    licences: tuple[CertificateKind, ...] = Field(
        default=THREE_LICENCES,
        description="certificates that a file needs; a unified social credit code replaces all of them",
    )
    contracts: tuple[ContractKind, ...] = Field(
        default=("supply", "quality_assurance", "after_sales"), description="kinds that an approval needs"
    )
    clauses: tuple[ContractClause, ...] = Field(
        default=ALL_CLAUSES, description="clauses that the contracts together must cover"
    )
    remind_days_before: Days = Field(
        default=30, description="days before a certificate's expiry on which its daily reminders begin"
    )
    remind_days_after: Days = Field(default=1, description="days after its expiry on which they end")
    contract_remind_days: Annotated[tuple[Days, ...], Field(max_length=30)] = Field(
        default=(90, 60, 30, 7, 0),
        description="days before a contract's end on which its end is reminded of, unless it is renewed",
    )
    reentry_months: int = Field(
        default=12, ge=0, le=120, description="months after elimination before a supplier may qualify again"
    )
    reentry_share_max_percent: Percent = Field(
        default=Decimal(10), description="largest share of an item's orders during the trial after re-entry, in percent"
    )
    reentry_periods: int = Field(
        default=3, ge=1, le=24, description="consecutive acceptable periods (A–C) that end the trial"
    )

    review_by_role: Id = Field(default="buyer", description="role that is notified when a file waits for its review")
    approval_by_role: Id = Field(
        default="quality-head", description="role that is notified when a supplier waits for its approval"
    )

    separate_duties: bool = Field(
        default=True,
        description="who applied, wrote the file, reviewed it or assessed a gate does not review, approve or rate own work",
    )

    @model_validator(mode="before")
    @classmethod
    def _published_before_duties_were_separate(cls, document: Any, info: ValidationInfo) -> Any:
        if isinstance(document, dict) and is_stored(info) and "separate_duties" not in document:
            return {**document, "separate_duties": False}
        return document

    @model_validator(mode="after")
    def _trial_gets_something(self) -> Self:
        if self.reentry_share_max_percent == 0:
            raise ValueError("a trial without orders cannot be passed: reentry_share_max_percent must be above 0")
        return self
