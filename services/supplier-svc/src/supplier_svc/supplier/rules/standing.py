"""One standing from two tracks: the operational grade, limited by the latest graded year until better periods raise the limit. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from chassis.policies import PolicyBook
from contracts.supplier import LetterGrade, SupplierGrade
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.scoring.period import Period
from supplier_svc.sentences import Sentences

ONE_UP: dict[LetterGrade, LetterGrade] = {"C": "B", "B": "A"}
"""A ceiling D is never lifted by better periods; an A limits nothing."""


class Judged(NamedTuple):
    """A graded period that is not insufficient, with its grade after movement.

    ``at`` orders: a period counts against a ceiling that was set before it was graded. Of a year it is when it was graded or restated
    last, which sets the ceiling anew; of another period when it was graded first.
    """

    period: Period
    grade: LetterGrade
    at: int


class Standing(NamedTuple):
    """The grade in force, and what it is made of; ``running`` better periods of the ``needed`` ones that raise the ceiling.

    ``needed`` is None where no number of periods raises it. ``annual`` is the latest graded year, also where it has no effect.
    """

    grade: SupplierGrade | None
    operational: Judged | None
    annual: Judged | None
    ceiling: LetterGrade | None = None
    because: str = ""
    running: int = 0
    needed: int | None = None

    @property
    def is_limited(self) -> bool:
        """Whether the ceiling decides."""
        return self.ceiling is not None and (self.operational is None or self.operational.grade < self.ceiling)


def worse(one: SupplierGrade | None, other: LetterGrade | None) -> SupplierGrade | None:
    """The worse grade of two; of a grade and none, or one without enough facts, it is that grade."""
    if other is None:
        return one
    return other if one in (None, "insufficient") else max(one, other)


def standing_of(
    operational: Iterable[Judged], annual: Iterable[Judged], otherwise: SupplierGrade | None, policies: PolicyBook
) -> Standing:
    """The standing by the graded periods of both tracks, in any order; ``otherwise`` is the grade where there are none.

    The policy of the last day of the latest graded period says whether a year limits, that of each period how many raise the limit.
    """
    periods = sorted(operational)
    latest, year = periods[-1] if periods else None, max(annual, default=None)
    grade: SupplierGrade | None = latest.grade if latest else otherwise
    if year is None:
        return Standing(grade, latest, None)
    last = max(each.period.ends_on for each in (latest, year) if each is not None)
    if policies.at(SupplierGrading, last).document.standing_rule == "operational":
        return Standing(grade, latest, year)
    counted = [each for each in periods if each.at > year.at and each.period.ends_on > year.period.ends_on]
    return _limited(grade, latest, year, counted, policies)


def _limited(
    grade: SupplierGrade | None, latest: Judged | None, year: Judged, counted: Sequence[Judged], policies: PolicyBook
) -> Standing:
    ceiling, running = year.grade, 0
    because = Sentences.GRADED_AS(period=year.period, grade=year.grade)
    needed = policies.at(SupplierGrading, year.period.ends_on).document.relief_periods
    for each in counted:
        needed = policies.at(SupplierGrading, each.period.ends_on).document.relief_periods
        running = running + 1 if each.grade < ceiling else 0
        if needed is not None and running >= needed and ceiling in ONE_UP:
            ceiling = ONE_UP[ceiling]
            because = Sentences.CEILING_RAISED(period=year.period, grade=year.grade, periods=running, last=each.period)
            running = 0
    needed = needed if ceiling in ONE_UP else None
    return Standing(worse(grade, ceiling), latest, year, ceiling, because, running, needed)
