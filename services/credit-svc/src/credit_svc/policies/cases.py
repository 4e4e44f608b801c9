"""What becomes of an open case beside its ladder. Source: the rules page, "A case follows the oldest item", "Low risk, support"."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from chassis.policies import Policy
from contracts.fields import Count

Days = Annotated[int, Field(ge=1, le=366)]


class CasePolicy(Policy):
    """How a case falls back, who is asked before an agency or a court gets it, reviews of cases, and payment plans."""

    NAME: ClassVar[str] = "cases"

    withdraws_steps: bool = True
    """Whether a case goes back to the step that its oldest open item deserves when an older one is paid, credited or written off."""
    way_answer_days: Days = 10
    """Days in which a person answers whether a case goes to an agency, a tribunal or a court."""
    way_postponed_days_max: Days = 30
    """For at most so many days the answer is put off."""
    way_postponements_max: Count = 2
    """So often."""
    review_answer_days: Days = 10
    """Days in which a person answers a review of a case; then it is pursued like any other."""
    review_again_days: Days = 60
    """Days after which a case that was kept as it is is looked at again."""
    reviews_kept_max: Count = 2
    """So often a case is kept as it is; the next review decides."""
    strategy_follows: tuple[Literal["credit_class", "offence", "lateness"], ...] = ("credit_class", "offence")
    """What changes the strategy of an open case: another credit class; a behaviour class made worse by a bounced cheque, a refusal or
    broken promises (offence), or by days past due (lateness). The last of them would end each general ladder after 30 days."""
    plan_instalments_min: Annotated[int, Field(ge=1, le=366)] = 2
    plan_instalments_max: Annotated[int, Field(ge=1, le=366)] = 24
    """Of a payment plan."""
    plan_again_months: Annotated[int, Field(ge=0, le=120)] = 12
    """Months after a plan was broken in which none is agreed."""
    plan_refused_behaviour: tuple[Literal["A", "B", "C", "D"], ...] = ("D",)
    """Customers of these classes get no payment plan: they do not want to pay."""

    @model_validator(mode="after")
    def _can_be_agreed(self) -> "CasePolicy":
        if self.plan_instalments_max < self.plan_instalments_min:
            raise ValueError("plan_instalments_max must be plan_instalments_min or more")
        return self
