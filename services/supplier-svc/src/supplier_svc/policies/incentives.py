"""Claims for nonconformances, rewards and penalties."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from chassis.policies import Policy
from contracts.erp import Severity
from contracts.fields import Amount, Currency

Claim = Annotated[Amount, Field(ge=0)]


class SupplierIncentives(Policy):
    """Claims per nonconformance, rewards and penalties of the assessment; in force on the day of the record or period end.

    With an amount of 0 no claim is raised automatically; a person may still raise one.
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
