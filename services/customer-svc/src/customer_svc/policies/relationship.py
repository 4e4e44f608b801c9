"""How relationships with customers are judged and kept."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy
from contracts.customer import Emphasis
from contracts.fields import Id, Percent
from customer_svc.policies.part import PolicyPart


class StageGates(PolicyPart):
    """What a stage needs: preferred 4 orders in 12 months and 3 contacts; partner 2 years and a joint plan;
    alliance an approval and a contract."""

    preferred_orders: int = Field(default=4, ge=0)
    preferred_contacts: int = Field(default=3, ge=0)
    partner_years: int = Field(default=2, ge=0)


class KeyAccountRules(PolicyPart):
    """Key accounts: 10 % of the customers should take more than 60 % of the effort; a department from 20 on; one meeting
    a year; a team by what the customer looks at."""

    share_of_customers: Percent = Decimal(10)
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


class CarePolicy(Policy):
    """Life cycle and churn: growth and decline on the three months before in percent; silence in multiples of a
    customer's own median interval between orders, of which it needs some to have one."""

    NAME: ClassVar[str] = "care"

    every_days: int = Field(default=7, ge=1, le=92, description="days between two looks at all customers")
    lookback_months: int = Field(default=36, ge=6, le=120, description="months of orders that are looked at")
    min_orders: int = Field(default=3, ge=2, description="days with orders that a customer needs to have a rhythm")
    yellow_intervals: Annotated[Decimal, Field(gt=1)] = Decimal("1.5")
    red_intervals: Annotated[Decimal, Field(gt=1)] = Decimal("2.5")
    red_decline: Percent = Decimal(30)
    growth: Percent = Decimal(10)
    decline: Percent = Decimal(10)
    silent_intervals: Annotated[Decimal, Field(gt=1)] = Decimal(2)
    task_days: int = Field(default=14, ge=1, le=365, description="days until a retention task is to be done")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.red_intervals < self.yellow_intervals:
            raise ValueError("red_intervals must not be less than yellow_intervals")
        return self
