"""The facts of a period added up: the numbers that every scheme measures."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from contracts.erp import CaseKind
from contracts.supplier import SurveyTopic
from supplier_svc.scoring.failed_lots import mean_ratio, passed_of_month
from supplier_svc.scoring.opinions import by_function, mean_of_functions
from supplier_svc.scoring.tally import Nonconformance, Opinion, Received, Tally

FailedLots = Callable[[], Mapping[str, frozenset[str]]]
"""Item → its lots that failed; called by who measures by them, because it looks at every month."""


def no_failed_lots() -> Mapping[str, frozenset[str]]:
    """For who measures nothing by them."""
    return {}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts of a supplier in a period, of all its items and plants or of one.

    ``rejected_lots`` are those of the delivered ``lots`` whose rejection the supplier answers for; of the ``scheduled`` ones, ``late`` came
    late. ``price_above_percent`` and ``lowest_ratio`` are means over materials; None where no lot has such a price.
    """

    lots: int = 0
    rejected_lots: int = 0
    scheduled: int = 0
    late: int = 0
    days_late: int = 0
    line_stops: int = 0
    line_stop_minutes: int = 0
    inspections: int = 0
    price_above_percent: Fraction | None = None
    lowest_ratio: Fraction | None = None
    cases: Mapping[CaseKind, int] = field(default_factory=dict)
    surveyed: Mapping[SurveyTopic, Fraction] = field(default_factory=dict)
    records: Mapping[str, Nonconformance] = field(default_factory=dict)
    pass_ratio: Callable[[], Fraction | None] = field(default=lambda: None, compare=False)
    """The mean of the months' ratios of lots that did not fail in use; worked out where a scheme measures by it."""

    @property
    def points(self) -> int:
        return sum(record.points for record in self.records.values())

    @property
    def facts(self) -> int:
        """How many inspections and records there are to judge by where no lots were reported."""
        return self.inspections + len(self.records)


def evidence_of(
    tallies: Iterable[Tally],
    item_id: str | None = None,
    plant_id: str | None = None,
    failed_lots: FailedLots = no_failed_lots,
) -> Evidence:
    """The evidence of some months together; with ``item_id`` or ``plant_id`` of that item or plant alone.

    A rejected lot or a line stop counts when the inspection found no defect (the lot itself is the finding), or at least one that the
    supplier answers for. Several rejections of a lot are one rejected lot. Surveys are about the supplier as a whole.
    """

    def in_scope(item: str | None, plant: str | None) -> bool:
        return (item_id is None or item == item_id) and (plant_id is None or plant == plant_id)

    tallies, whole = list(tallies), item_id is None and plant_id is None
    received = defaultdict[str | None, list[Received]](list)
    records = dict[str, Nonconformance]()
    rejected, stops, minutes, inspections = set[tuple[str, str]](), 0, 0, 0
    cases, opinions = defaultdict[CaseKind, int](int), list[Opinion]()
    for tally in tallies:
        for (item, plant), taken in tally.received.items():
            if in_scope(item, plant):
                received[item].append(taken)
        inspections += sum(number for (item, plant), number in tally.inspections.items() if in_scope(item, plant))
        answered = dict[str, bool]()
        for name, record in tally.records.items():
            if in_scope(record.item_id, record.plant_id) or whole:
                records[name] = record
            if record.inspection_id is not None:
                answers = record.responsibility == "supplier"
                answered[record.inspection_id] = answered.get(record.inspection_id, False) or answers
        for inspection_id, notable in tally.notable.items():
            if in_scope(notable.item_id, notable.plant_id) and answered.get(inspection_id, True):
                if notable.is_rejected:
                    rejected.add((notable.item_id, notable.lot_id))
                stops += notable.line_stop_minutes > 0
                minutes += notable.line_stop_minutes
        for case in tally.cases.values():
            if in_scope(case.item_id, case.plant_id):
                cases[case.kind] += 1
        if whole:
            opinions.extend(tally.surveys.values())
    every = [taken for of_item in received.values() for taken in of_item]
    lots = sum(each.lots for each in every)
    return Evidence(
        lots=lots,
        rejected_lots=min(len(rejected), lots),
        scheduled=lots,
        late=sum(each.late for each in every),
        days_late=sum(each.days_late for each in every),
        line_stops=stops,
        line_stop_minutes=minutes,
        inspections=inspections,
        price_above_percent=_mean_of_means(
            [(sum(e.above_standard_percent for e in of), sum(e.with_standard for e in of)) for of in received.values()]
        ),
        lowest_ratio=_mean_of_means(
            [(sum(e.lowest_ratio for e in of), sum(e.with_lowest for e in of)) for of in received.values()]
        ),
        cases=dict(cases),
        surveyed={topic: mean_of_functions(scores) / 100 for topic, scores in by_function(opinions).items()},
        records=records,
        pass_ratio=lambda: _pass_ratio(tallies, failed_lots(), item_id, plant_id),
    )


def _pass_ratio(
    tallies: Iterable[Tally], failed: Mapping[str, frozenset[str]], item_id: str | None, plant_id: str | None
) -> Fraction | None:
    return mean_ratio(passed_of_month(tally, failed, item_id, plant_id) for tally in tallies)


def _mean_of_means(materials: Iterable[tuple[Decimal | int, int]]) -> Fraction | None:
    """The mean of the materials' means; None where no lot of any material has a value."""
    means = [Fraction(total) / number for total, number in materials if number]
    return sum(means, Fraction(0)) / len(means) if means else None
