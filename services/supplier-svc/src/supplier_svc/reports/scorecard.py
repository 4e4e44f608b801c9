"""The scorecard of one supplier, fit to be handed to it: its standing and why, its trend, its defects, what is due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.supplier import GradeFactor, Grading
from supplier_svc.policies.partner_access import criterion_of, price_criteria
from supplier_svc.policies.scorecards import SupplierScorecard
from supplier_svc.reports import words
from supplier_svc.reports.charts import Chart, pareto, trend
from supplier_svc.responses.quality import ParetoRow, QualityRow
from supplier_svc.scoring.next_grade import NextGrade, next_grade
from supplier_svc.scoring.period import Period

PERIODS_SHOWN = 12
DEFECTS_SHOWN = 10
CENT = Decimal("0.01")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class PeriodLine:
    """The facts of one period, and its grade; ``score`` is None where it was not graded."""

    period: str
    grade: str = "not graded yet"
    in_force: str = ""
    score: Decimal | None = None
    lots: int = 0
    late: int = 0
    inspected: int = 0
    rejected: int = 0
    records: int = 0
    points: int = 0
    restated_because: str = ""


@dataclass(frozen=True)
class Due:
    by: date
    what: str
    why: str


@dataclass(frozen=True)
class Scorecard:
    """Everything on the page. ``lines`` are the periods shown, in order, with what ``total`` adds up; ``grading`` decided the last one."""

    supplier_id: str
    name: str
    made_on: date
    policy: SupplierScorecard
    status: str
    status_note: str
    grade: str
    grade_note: str
    year_note: str
    is_preferred: bool
    span: str
    lines: list[PeriodLine]
    total: PeriodLine
    grading: Grading | None
    next_grade: NextGrade | None
    quality: QualityRow | None
    defects: list[ParetoRow]
    shares: list[dict[str, Any]]
    due: list[Due]

    @property
    def title(self) -> str:
        return words.shown(self.name, 160) if self.name else f"Supplier {self.supplier_id}"

    @property
    def trend(self) -> Chart:
        """The score of each period, with the border of each grade."""
        if self.grading is None:
            return trend([], [], "points", "")
        borders = [
            (each.grade, limit)
            for each in self.grading.thresholds
            if (limit := each.at_most if each.at_most is not None else each.at_least) is not None
        ]
        judged = [
            (line.period, line.score, line.in_force)
            for line in self.lines
            if line.score is not None and line.grade != words.GRADE["insufficient"]
        ]
        return trend(judged, borders, words.BASIS[self.grading.basis], words.threshold_words(self.grading))

    @property
    def pareto(self) -> Chart:
        """What each defect code cost, the costliest first, and all beyond the tenth together, so that the bars add up."""
        unit = "points" if any(row.points for row in self.defects) else "records"
        bars = [(row.of, getattr(row, unit), row.cumulative_percent) for row in self.defects]
        rest = bars[DEFECTS_SHOWN:]
        others = [(f"{len(rest)} other defects", sum(value for _, value, _ in rest), Decimal(100))] if rest else []
        return pareto([*bars[:DEFECTS_SHOWN], *others], unit)

    @property
    def factors(self) -> list[tuple[str, Decimal, str, Decimal]]:
        """What decided the last period: name, value, unit, and a contribution in hundredths that add up to the score."""
        if self.grading is None:
            return []
        factors = without_prices(self.grading.factors)
        given = [each.contribution for each in factors]
        return [
            (words.factor_words(each.name), each.value, each.unit, contribution)
            for each, contribution in zip(factors, tied(given, self.grading.score), strict=True)
        ]

    @property
    def key(self) -> list[tuple[str, str]]:
        """What the terms mean, for somebody who sees them for the first time."""
        limits = words.threshold_words(self.grading) if self.grading else "A is the best, D the worst"
        return [
            ("Grade", f"{limits}. A period with too few facts has none, and the grade before it stays in force."),
            ("Year", "each calendar year is graded too; no grade in force is better than the latest one, until better periods raise it."),
            ("In force", "the grade after the periods before it were taken into account; the latest one is the supplier's grade."),
            ("Status", "what trade is possible; decided apart from the grade, so that a supplier may be suspended or eliminated at any."),
            ("Points", "critical, major and minor nonconformances cost points where the supplier answers for them."),
            ("On time", "lots that arrived on or before the promised day, of all lots received."),
            ("Accepted", "inspected lots that were not rejected."),
            ("PPM", "defective parts per million inspected parts, whoever answers for them."),
            ("Partial", "lots that brought less than was ordered."),
        ]  # fmt: skip

    @property
    def file_name(self) -> str:
        """Of letters that every system takes; the supplier's number and the last period, so that no two are alike."""
        number = "".join(
            each if each.isascii() and (each.isalnum() or each in "-_") else "_" for each in self.supplier_id
        )
        return f"scorecard-{number}-{self.lines[-1].period if self.lines else self.made_on}.pdf"


def shown_periods(latest: str | None, today: date) -> list[Period]:
    """The twelve periods up to the latest graded one, of its length; without one, the months up to today."""
    last = Period.parse(latest) if latest else Period.of(today)
    return [last.plus(-back) for back in reversed(range(PERIODS_SHOWN))]


def period_lines(periods: Sequence[Period], rows: Sequence[Row]) -> list[PeriodLine]:
    """The lines of these periods that have a grade or a fact; facts are counted in the rows of months."""
    by_period = {row["period"]: row for row in rows}
    lines = list[PeriodLine]()
    for period in periods:
        months = [by_period[str(month)] for month in period.calendar_months() if str(month) in by_period]
        graded = by_period.get(str(period))
        if graded is None or graded["grade"] is None:
            graded = None
        if graded is None and not months:
            continue
        line = _counted(str(period), months)
        if graded is not None:
            line = replace(
                line,
                grade=words.GRADE.get(graded["grade"], graded["grade"]),
                in_force=words.GRADE.get(graded["moved_grade"], graded["moved_grade"]),
                score=graded["score"],
                restated_because=words.shown(graded["restated_because"] or ""),
            )
        lines.append(line)
    return lines


def _counted(period: str, months: Sequence[Row]) -> PeriodLine:
    return PeriodLine(
        period=period,
        lots=sum(row["lots_received"] for row in months),
        late=sum(row["lots_late"] for row in months),
        inspected=sum(row["inspection_count"] for row in months),
        rejected=sum(row["lots_rejected"] for row in months),
        records=sum(row["nonconformance_count"] for row in months),
        points=sum(row["points"] for row in months),
    )


def total_of(lines: Sequence[PeriodLine]) -> PeriodLine:
    return PeriodLine(
        period="in all",
        grade="",
        lots=sum(line.lots for line in lines),
        late=sum(line.late for line in lines),
        inspected=sum(line.inspected for line in lines),
        rejected=sum(line.rejected for line in lines),
        records=sum(line.records for line in lines),
        points=sum(line.points for line in lines),
    )


def without_prices(factors: Sequence[GradeFactor]) -> list[GradeFactor]:
    """A criterion that is made of prices as one factor, its points: what they are made of gives away a standard or lowest price."""
    priced, shown = price_criteria(each.name for each in factors), dict[str, GradeFactor]()
    for each in factors:
        name = each.name
        if (criterion := criterion_of(name)) in priced:
            points = each.contribution + (shown[criterion].contribution if criterion in shown else 0)
            name, each = criterion, GradeFactor(name=criterion, value=points, contribution=points, unit="points")
        shown[name] = each
    return [*shown.values()]


def tied(values: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """The values in hundredths, so that they add up to the total in hundredths: what rounding leaves goes to the largest one."""
    rounded = [value.quantize(CENT) for value in values]
    if rounded and (rest := total.quantize(CENT) - sum(rounded)) and abs(rest) <= CENT * len(rounded):
        largest = max(range(len(rounded)), key=lambda n: abs(values[n]))
        rounded[largest] += rest
    return rounded


def scorecard(
    supplier: Row,
    rows: Sequence[Row],
    quality: Sequence[QualityRow],
    defects: Sequence[ParetoRow],
    shares: Sequence[Row],
    improvements: Sequence[Row],
    actions: Sequence[Row],
    steps: Sequence[Row],
    policy: SupplierScorecard,
    made_on: date,
    year: Row | None = None,
) -> Scorecard:
    """The scorecard from rows of read models; ``rows`` are those of the supplier's periods, ``steps`` those of its qualification.

    ``year`` is the row of the latest graded year of the annual track.
    """
    graded = sorted((row for row in rows if row["grade"] is not None), key=lambda row: (row["ends_on"], row["period"]))
    latest = graded[-1] if graded else None
    lines = period_lines(shown_periods(latest["period"] if latest else None, made_on), rows)
    grading = Grading.model_validate(latest["grading"], strict=False) if latest else None
    lots = next((int(each.value) for each in grading.factors if each.name == "lots_received"), 0) if grading else 0
    grade = supplier["grade"]
    return Scorecard(
        supplier_id=supplier["supplier_id"],
        name=supplier["name"] or "",
        made_on=made_on,
        policy=policy,
        status=words.STATUS[supplier["status"]],
        status_note=words.status_note(supplier["status"], steps, latest["period"] if latest else None),
        grade=words.GRADE.get(grade, grade) if grade else "not graded yet",
        grade_note=words.grade_note(latest) if latest else "",
        year_note=words.year_note(year, supplier["ceiling"]) if year else "",
        is_preferred=supplier["is_preferred"],
        span=f"{lines[0].period} to {lines[-1].period}" if lines else "",
        lines=lines,
        total=total_of(lines),
        grading=grading,
        next_grade=next_grade(grading, int(latest["points"]), lots or latest["lots_received"]) if grading and latest else None,
        quality=quality[0] if quality else None,
        defects=list(defects),
        shares=[{**row, "share_percent": Decimal(row["share_percent"])} for row in shares],
        due=sorted([*_answers_due(improvements, made_on), *_actions_due(actions, made_on)], key=lambda each: each.by),
    )  # fmt: skip


def _answers_due(rows: Sequence[Row], today: date) -> Iterator[Due]:
    for row in rows:
        what = f"{words.ANSWER[row['kind']]} for {row['period']}"
        yield Due(row["due_on"], _overdue(what, row["due_on"], today), words.shown(row["summary"]))


def _actions_due(rows: Sequence[Row], today: date) -> Iterator[Due]:
    """The next steps of corrective actions; what they are about in words, not by our numbers of them."""
    for row in rows:
        why = words.shown(row["summary"])
        if row["cause"] == "nonconformance":
            severity = row["summary"].rpartition(" is ")[2].rstrip(".")
            why = f"{severity} nonconformance: {words.reference_words(row['reference'])}"
        what = f"8D report, next: {words.STEP[row['next_step']]}"
        yield Due(row["next_due_on"], _overdue(what, row["next_due_on"], today), why)


def _overdue(what: str, due_on: date, today: date) -> str:
    return f"{what} · overdue" if due_on < today else what
