"""The months of a supplier: what was told of each, which were graded, and the standing that follows from them all."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from immutables import Map

from contracts.supplier import Grading, SupplierGrade
from supplier_svc.grading import Nonconformance, Tally
from supplier_svc.period import Period


@dataclass(frozen=True, slots=True)
class Open:
    """A month that was not graded yet; ``scheduled`` once its grading is on the to-do list."""

    tally: Tally = field(default_factory=Tally)
    scheduled: bool = False


@dataclass(frozen=True, slots=True)
class Graded:
    """A month that was graded; ``grading`` is the latest, restated where facts came late."""

    tally: Tally
    grading: Grading


Month = Open | Graded


@dataclass(frozen=True, slots=True)
class Months:
    """Every month that was told of, scheduled or graded; any other month is open and empty."""

    by_period: Map[Period, Month] = field(default_factory=Map)

    def __getitem__(self, period: Period) -> Month:
        return self.by_period.get(period, Open())

    def with_tally(self, period: Period, tally: Tally) -> "Months":
        return self._with(period, replace(self[period], tally=tally))

    def with_grading(self, period: Period, grading: Grading) -> "Months":
        return self._with(period, Graded(self[period].tally, grading))

    def with_scheduled(self, period: Period) -> "Months":
        return self._with(period, Open(self[period].tally, scheduled=True))

    def _with(self, period: Period, month: Month) -> "Months":
        return Months(self.by_period.set(period, month))

    def nonconformance(self, nonconformance_id: str) -> Nonconformance | None:
        found = (month.tally.records.get(nonconformance_id) for month in self.by_period.values())
        return next((record for record in found if record is not None), None)

    def is_active(self, period: Period, active_months: int) -> bool:
        """Whether there is a fact in the period or in the months just before it, ``active_months`` in all."""
        return any(self[period.plus(-back)].tally.has_facts for back in range(active_months))

    def first_open(self, start: Period) -> tuple[Period, Open]:
        """The first month from ``start`` on that was not graded."""
        period = start
        while not isinstance(month := self[period], Open):
            period = period.plus(1)
        return period, month

    @property
    def standing(self) -> SupplierGrade | None:
        """The grade in force: of the latest graded month that is not insufficient; None before the first grading."""
        judged = max((each for each in self._graded() if each[1] != "insufficient"), default=None)
        if judged is not None:
            return judged[1]
        return "insufficient" if any(self._graded()) else None

    def _graded(self) -> Iterator[tuple[Period, SupplierGrade]]:
        for period, month in self.by_period.items():
            if isinstance(month, Graded):
                yield period, month.grading.grade
