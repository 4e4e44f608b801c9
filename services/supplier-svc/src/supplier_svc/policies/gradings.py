"""How the facts of a period become a grade."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.fields import Day, Id
from supplier_svc.policies.schemes import ASSESSMENT_TABLE, VENDOR_RATING, Scheme

Limit = Annotated[Decimal, Field(ge=0, le=1_000_000)]
PeriodKind = Literal["month", "quarter", "year"]

POINTS_SCHEME = "nonconformance_points"


class Thresholds(PolicyPart):
    """The most points that each grade allows; more than ``c_at_most`` is a D."""

    a_at_most: Limit = Decimal(5)
    b_at_most: Limit = Decimal(15)
    c_at_most: Limit = Decimal(30)

    @model_validator(mode="after")
    def _ascend(self) -> Self:
        if not self.a_at_most <= self.b_at_most <= self.c_at_most:
            raise ValueError("a better grade must not tolerate more points: a_at_most ≤ b_at_most ≤ c_at_most")
        return self


class SupplierGrading(Policy):
    """How a period is graded (动态分级): by nonconformance points or by a composite scheme; in force on its last day."""

    NAME: ClassVar[str] = "supplier-grading"

    period: PeriodKind = Field(
        default="month", description="length of a grading period; applies to the periods that begin under it"
    )
    scheme: Id = Field(default=POINTS_SCHEME, description="nonconformance_points, or the name of one of schemes")
    schemes: dict[Id, Scheme] = Field(
        default={"assessment_table": ASSESSMENT_TABLE, "vendor_rating": VENDOR_RATING},
        description="composite schemes by name",
    )
    min_lots: int = Field(default=5, ge=1, description="with fewer lots received, the period is insufficient to grade")
    min_facts: int = Field(
        default=1,
        ge=1,
        description="where no lots were reported: with fewer inspections and records, the period is insufficient",
    )
    per_100_lots: Thresholds = Field(default=Thresholds(), description="points, where lots were received in the period")
    absolute_points: Thresholds = Field(default=Thresholds(), description="points, where no lots were reported")
    active_months: int = Field(
        default=12,
        ge=1,
        le=120,
        description="a supplier is graded while its last fact lies within this many months, counted back from the last month of the period",
    )
    plausible_from: Day = Field(
        default=date(1970, 1, 1), description="a fact dated earlier is refused as a typing error"
    )
    plausible_until: Day = Field(
        default=date(2099, 12, 31), le=date(2999, 12, 31), description="a fact dated later is refused likewise"
    )

    @model_validator(mode="after")
    def _scheme_exists(self) -> Self:
        if POINTS_SCHEME in self.schemes:
            raise ValueError(f"{POINTS_SCHEME} is built in and cannot be a composite scheme")
        if self.scheme != POINTS_SCHEME and self.scheme not in self.schemes:
            known = ", ".join([POINTS_SCHEME, *self.schemes])
            raise ValueError(f"there is no scheme {self.scheme}; there are {known}")
        return self

    @property
    def composite(self) -> Scheme | None:
        """The composite scheme in use; None while points decide."""
        return self.schemes.get(self.scheme)
