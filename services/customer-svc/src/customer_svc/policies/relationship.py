"""How relationships with customers are judged."""

from decimal import Decimal
from typing import ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.customer import Emphasis
from contracts.fields import Id, Percent


class StageGates(PolicyPart):
    """What a stage needs: preferred 4 orders in 12 months and 3 contacts; partner 2 years and a joint plan;
    alliance an approval and a contract."""

    preferred_orders: int = Field(default=4, ge=0)
    preferred_contacts: int = Field(default=3, ge=0)
    partner_years: int = Field(default=2, ge=0)


class KeyAccountRules(PolicyPart):
    """Key accounts: 10 % of the customers should take more than 60 % of the effort; a department from 20 on; one meeting
    a year; a team by the customer's emphasis."""

    share_of_customers: Percent = Decimal(10)
    customers_of_months: int = Field(
        default=12,
        ge=1,
        le=60,
        description="a customer with an order in these last months counts for share_of_customers",
    )
    share_of_effort: Percent = Decimal(60)
    department_from: int = Field(default=20, ge=1)
    meeting_every_days: int = Field(default=365, ge=1, le=3650)
    teams: dict[Emphasis, tuple[Id, ...]] = Field(
        default={"quality": ("quality", "technology", "production"), "price": ("accounting", "purchasing")}
    )
    deepen_above_share: Percent = Decimal("33.33")

    @model_validator(mode="after")
    def _have_teams(self) -> Self:
        if missing := sorted({"quality", "price"} - set(self.teams)):
            raise ValueError(f"teams has none for {', '.join(missing)}")
        return self


class RelationshipPolicy(Policy):
    """The gates of the stages, and key accounts."""

    NAME: ClassVar[str] = "relationship"

    gates: StageGates = StageGates()
    key_accounts: KeyAccountRules = KeyAccountRules()
