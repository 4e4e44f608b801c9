"""Claims for nonconformances, rewards and penalties."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.erp import Severity
from contracts.fields import Amount, Currency
from supplier_svc.policies.claims import ClaimPolicy

Claim = Annotated[Amount, Field(ge=0)]


class SupplierIncentives(ClaimPolicy):
    """Claims per nonconformance, rewards and penalties of the assessment; in force on the day of the record or period end.

    A claim is a percent of what the defective quantity cost, plus the fixed amount of the severity; where both are 0 no claim is raised
    automatically, and a person may still raise one.
    """

    NAME: ClassVar[str] = "supplier-incentives"

    currency: Currency = "CNY"
    claim_critical: Claim = Decimal(0)
    claim_major: Claim = Decimal(0)
    claim_minor: Claim = Decimal(0)
    reward_preferred: Claim = Field(default=Decimal(0), description="money for being named a preferred source")
    penalty_d: Claim = Field(default=Decimal(0), description="money for a D")

    def claim(self, severity: Severity) -> Decimal:
        match severity:
            case "critical":
                return self.claim_critical
            case "major":
                return self.claim_major
            case "minor":
                return self.claim_minor
