"""A supplier's facts of one calendar month, reduced to what a grade needs.

Named tuples, here and in the state of facts: folding a million records is mostly creating values, and a tuple takes a third of the time.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from immutables import Map

from contracts.erp import CaseKind, Responsibility, Severity
from contracts.supplier import SurveyFunction, SurveyTopic

PRICE_STEP = Decimal("0.0000000001")
"""Price ratios are rounded to this before they are summed, so that the sum is exact in any order."""

RATIO_MAX = Decimal(1_000_000)
"""A price beyond this ratio (or per cent) of another is a typing error; it counts as much as this, so that every sum stays exact."""

Place = tuple[str | None, str | None]
"""An item and a plant."""


class Nonconformance(NamedTuple):
    """A defect record and what it costs now."""

    severity: Severity
    responsibility: Responsibility
    points: int
    found_on: date
    inspection_id: str | None = None
    item_id: str | None = None
    plant_id: str | None = None
    code: str | None = None
    quantity: Decimal | None = None
    lot_id: str | None = None
    customer_id: str | None = None
    was: tuple[Responsibility, ...] = ()
    """Who answered for it before it was decided otherwise."""
    stage: str | None = None


class Inspected(NamedTuple):
    """An inspection that matters beyond its number: it rejected its lot, or a production line stood still."""

    item_id: str
    plant_id: str | None
    lot_id: str
    is_rejected: bool
    line_stop_minutes: int


class Received(NamedTuple):
    """The lots of an item at a plant: how many, how late, and their prices against the standard and the lowest.

    ``named``: how many deliveries there are of each lot.
    """

    lots: int = 0
    late: int = 0
    days_late: int = 0
    above_standard_percent: Decimal = Decimal(0)
    with_standard: int = 0
    lowest_ratio: Decimal = Decimal(0)
    with_lowest: int = 0
    named: Map[str, int] = Map()

    def plus(
        self,
        lot_id: str,
        days_late: int,
        unit_price: Decimal,
        standard: Decimal | None,
        lowest: Decimal | None,
        lots: int = 1,
    ) -> "Received":
        """With one more lot, or with one that was counted taken out again (``lots`` −1).

        A price of 0 has no ratio, so such a lot does not count towards prices.
        """
        above = (unit_price / standard - 1) * 100 if standard else None
        ratio = lowest / unit_price if lowest is not None and unit_price else None
        return Received(
            self.lots + lots,
            self.late + lots * (days_late > 0),
            self.days_late + lots * days_late,
            self.above_standard_percent + lots * _summand(above),
            self.with_standard + lots * (above is not None),
            self.lowest_ratio + lots * _summand(ratio),
            self.with_lowest + lots * (ratio is not None),
            self.named.set(lot_id, self.named.get(lot_id, 0) + lots),
        )

    def excused(self, days_late: int) -> "Received":
        """With a late lot that counts as on time."""
        return self._replace(late=self.late - 1, days_late=self.days_late - days_late)


def _summand(ratio: Decimal | None) -> Decimal:
    return max(-RATIO_MAX, min(ratio or Decimal(0), RATIO_MAX)).quantize(PRICE_STEP)


class Case(NamedTuple):
    """A lack of cooperation."""

    kind: CaseKind
    happened_on: date
    item_id: str | None = None
    plant_id: str | None = None
    note: str = ""


class Opinion(NamedTuple):
    """What a head of a function thinks of the supplier, 0 to 100 by topic."""

    function: SurveyFunction
    scores: dict[SurveyTopic, Decimal]


class Tally(NamedTuple):
    """The facts of one calendar month; ``notable`` inspections, ``records``, ``cases`` and ``surveys`` by their ids."""

    inspections: Map[Place, int] = Map()
    received: Map[Place, Received] = Map()
    notable: Map[str, Inspected] = Map()
    records: Map[str, Nonconformance] = Map()
    cases: Map[str, Case] = Map()
    surveys: Map[str, Opinion] = Map()

    @property
    def has_facts(self) -> bool:
        return bool(self.received or self.inspections or self.notable or self.records or self.cases or self.surveys)
