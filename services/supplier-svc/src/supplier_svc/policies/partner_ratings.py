"""How often partners are rated, what restricts them, and what suggests a rating."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from chassis.policies import Policy
from contracts.fields import Id, Percent

Days = Annotated[int, Field(ge=0, le=3660)]
Months = Annotated[int, Field(ge=1, le=120)]


class PartnerRatings(Policy):
    """Rating of partners A–E (客户及供应商评级); in force on the day of the rating, or on which one falls due."""

    NAME: ClassVar[str] = "partner-rating"

    every_months: Months = Field(default=12, description="months after a rating when the next one is due")
    first_after_days: Days = Field(default=90, description="days from approval or adoption to the first rating")
    overdue_days: Days = Field(default=30, description="days after which a rating that is due is overdue")
    restricted_share_max: Percent = Field(
        default=Decimal(20), description="largest share of an item's orders of a partner rated D, in percent"
    )
    certificate_lapsed_days: Days = Field(
        default=30, description="a certificate that a file needs and that ended more days ago suggests a D"
    )
    missed_months: Months = Field(
        default=12, description="an answer that was missed within as many months suggests a D"
    )
    rated_by_role: Id = Field(default="buyer", description="role that is notified when a rating is due")
