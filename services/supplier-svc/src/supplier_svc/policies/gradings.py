"""How the facts of a period become a grade."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.fields import STORED, Day, Id
from contracts.supplier import Track
from supplier_svc.policies.schemes import ASSESSMENT_TABLE, VENDOR_RATING, YEAR_END, Scheme

Limit = Annotated[Decimal, Field(ge=0, le=1_000_000)]
PeriodKind = Literal["month", "quarter", "year"]

POINTS_SCHEME, FUZZY_SCHEME = "nonconformance_points", "fuzzy"
BUILT_IN = {"year_end": YEAR_END}
"""Schemes that every document can name, also one that does not list them."""


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


class Annual(PolicyPart):
    """The annual track: every calendar year is graded too, some days after its end, when late facts and the last survey are in."""

    scheme: Id = "year_end"
    due_days: Annotated[int, Field(ge=0, le=366)] = 20


class SupplierGrading(Policy):
    """How a period is graded (动态分级): by nonconformance points or by a composite scheme; in force on its last day.

    ``period`` and ``scheme`` are the operational track, ``annual`` the annual one.
    """

    NAME: ClassVar[str] = "supplier-grading"

    period: PeriodKind = Field(
        default="month", description="length of a grading period; applies to the periods that begin under it"
    )
    scheme: Id = Field(default=POINTS_SCHEME, description="nonconformance_points, or the name of one of schemes")
    schemes: dict[Id, Scheme] = Field(
        default={"assessment_table": ASSESSMENT_TABLE, "vendor_rating": VENDOR_RATING, **BUILT_IN},
        description="composite schemes by name",
    )
    annual: Annual | None = Field(
        default=Annual(),
        description="scheme of the calendar year (also fuzzy), graded due_days after its first day after; null: none",
    )
    standing_rule: Literal["limited", "operational"] = Field(
        default="limited",
        description="limited: no standing is better than the latest graded year; operational: the year has no effect",
    )
    relief_periods: Annotated[int, Field(ge=1, le=60)] | None = Field(
        default=6,
        description="consecutive better periods that raise the limit of a year by one grade; null: only another year does",
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

    @model_validator(mode="before")
    @classmethod
    def _stored_before_there_was_an_annual_track(cls, document: Any, info: ValidationInfo) -> Any:
        """A document is stored with all of its fields; one without ``annual`` is from before, and goes on grading no years."""
        return {"annual": None, **document} if info.context is STORED and isinstance(document, dict) else document

    @model_validator(mode="after")
    def _schemes_exist(self) -> Self:
        for built_in in (POINTS_SCHEME, FUZZY_SCHEME):
            if built_in in self.schemes:
                raise ValueError(f"{built_in} is built in and cannot be a composite scheme")
        operational = list(dict.fromkeys([POINTS_SCHEME, *self.schemes, *BUILT_IN]))
        _check_scheme(self.scheme, operational)
        if self.annual is not None:
            _check_scheme(self.annual.scheme, [*operational, FUZZY_SCHEME])
            if self.period == "year":
                raise ValueError(
                    "Both tracks would grade years: set annual to null, or the period to month or quarter."
                )
        return self

    @property
    def composite(self) -> Scheme | None:
        """The composite scheme of the operational track; None while points decide."""
        return self.composite_named(self.scheme)

    def composite_named(self, name: str) -> Scheme | None:
        """A composite scheme; None for one that is none."""
        return self.schemes.get(name) or BUILT_IN.get(name)

    def scheme_of(self, track: Track) -> Id | None:
        """The scheme of a track; None where there is no such track."""
        if track == "operational":
            return self.scheme
        return self.annual.scheme if self.annual else None

    def days_to(self, track: Track) -> int:
        """Days from the first day after a period to the one on which it is graded."""
        return self.annual.due_days if track == "annual" and self.annual else 0


def _check_scheme(name: str, known: list[str]) -> None:
    if name not in known:
        raise ValueError(f"There is no scheme {name}; there are {', '.join(known)}.")
