"""Claims for nonconformances, rewards and penalties."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.erp import Severity
from contracts.fields import Amount, Currency, Percent
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
    share_points: Annotated[Percent, Field(gt=0)] = Field(
        default=Decimal(10), description="percent of an item's orders that a larger or smaller share is more or less"
    )
    share_months: int = Field(default=3, ge=1, le=120, description="how long a larger or smaller share runs")
    preferred_larger_share: bool = Field(
        default=True, description="whether a preferred source gets a larger share of its items"
    )
    penalty_c_points: Percent = Field(
        default=Decimal(0), description="percent of its items' orders that a C costs; 0: a C costs none"
    )
    stop_ends_with_improvement: bool = Field(
        default=True, description="whether orders that a D stopped go on once its improvement is accepted"
    )

    def claim(self, severity: Severity) -> Decimal:
        match severity:
            case "critical":
                return self.claim_critical
            case "major":
                return self.claim_major
            case "minor":
                return self.claim_minor
