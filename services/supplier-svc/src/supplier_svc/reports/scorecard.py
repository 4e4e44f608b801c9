"""The scorecard of one supplier, fit to be sent to it: its standing and why, its trend, its defects, what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.http import Queries
from contracts.supplier import GradeThreshold, Grading
from supplier_svc.read_models import (
    corrective_action,
    defect_month,
    improvement,
    lot_month,
    order_share,
    supplier_month,
)
from supplier_svc.reports.charts import Chart, pareto, trend
from supplier_svc.reports.quality import pareto_rows, quality_rows
from supplier_svc.responses import ParetoRow, QualityRow
from supplier_svc.scoring.next_grade import NextGrade, next_grade
from supplier_svc.scoring.period import Period

PERIODS_SHOWN = 12
DEFECTS_SHOWN = 10
SHARES_SHOWN = 30
ACTIONS_SHOWN = 30


@dataclass(frozen=True)
class Scorecard:
    """Everything on the page. ``periods`` are the latest graded ones in order; ``grading`` decided the last of them."""

    supplier_id: str
    name: str
    made_on: date
    standing: str
    stage: str
    is_preferred: bool
    periods: list[dict[str, Any]]
    grading: Grading | None
    next_grade: NextGrade | None
    quality: QualityRow | None
    defects: list[ParetoRow]
    shares: list[dict[str, Any]]
    improvements: list[dict[str, Any]]
    corrective_actions: list[dict[str, Any]]

    @property
    def title(self) -> str:
        return f"{self.name} ({self.supplier_id})" if self.name else self.supplier_id

    @property
    def trend(self) -> Chart:
        """The score of each period, with the border of each grade."""
        thresholds: Sequence[GradeThreshold] = self.grading.thresholds if self.grading else ()
        borders = [
            (each.grade, limit)
            for each in thresholds
            if (limit := each.at_most if each.at_most is not None else each.at_least) is not None
        ]
        judged = [
            (row["period"], row["score"], row["in_force"]) for row in self.periods if row["grade"] != "insufficient"
        ]
        return trend(judged, borders)

    @property
    def pareto(self) -> Chart:
        """Points by defect code, the costliest first, with their cumulative share."""
        return pareto([(row.of, row.points or row.records, row.cumulative_percent) for row in self.defects])


def scorecard(
    supplier: dict[str, Any],
    graded: Sequence[dict[str, Any]],
    quality: Sequence[QualityRow],
    defects: Sequence[ParetoRow],
    shares: Sequence[dict[str, Any]],
    improvements: Sequence[dict[str, Any]],
    actions: Sequence[dict[str, Any]],
    made_on: date,
) -> Scorecard:
    """The scorecard from rows of read models; ``graded`` are the graded periods of the supplier, the latest first."""
    latest = graded[0] if graded else None
    grading = Grading.model_validate(latest["grading"], strict=False) if latest else None
    lots = next((int(each.value) for each in grading.factors if each.name == "lots_received"), 0) if grading else 0
    return Scorecard(
        supplier_id=supplier["supplier_id"],
        name=supplier["name"] or "",
        made_on=made_on,
        standing=supplier["standing"] or "not graded yet",
        stage=supplier["stage"].replace("_", " "),
        is_preferred=supplier["is_preferred"],
        periods=list(reversed(graded[:PERIODS_SHOWN])),
        grading=grading,
        next_grade=next_grade(grading, int(latest["points"]), lots or latest["lots_received"])
        if grading and latest
        else None,
        quality=quality[0] if quality else None,
        defects=list(defects[:DEFECTS_SHOWN]),
        shares=[{**row, "share_percent": Decimal(row["share_percent"])} for row in shares],
        improvements=list(improvements),
        corrective_actions=list(actions),
    )


async def scorecard_of(supplier: dict[str, Any], queries: Queries) -> Scorecard:
    """The scorecard of a supplier, given by its row."""
    supplier_id = supplier["supplier_id"]
    today = queries.now.date()
    last = Period.of(today)
    months = str(last.plus(-11)), str(last)
    lots = lot_month.quality(lot_month.BY["supplier"], *months, supplier_id, None, None)
    defects = defect_month.pareto(defect_month.BY["code"], *months, supplier_id, None, None)
    open_steps = corrective_action.actions(supplier_id, "open").order_by(corrective_action.TABLE.c.next_due_on)
    shares = order_share.of_supplier(supplier_id).order_by(
        order_share.TABLE.c.share_percent.desc(), order_share.TABLE.c.item_id
    )
    return scorecard(
        supplier,
        await queries.rows(supplier_month.latest_graded(supplier_id).limit(PERIODS_SHOWN)),
        quality_rows(await queries.rows(lots)),
        pareto_rows(await queries.rows(defects)),
        await queries.rows(shares.limit(SHARES_SHOWN)),
        await queries.rows(improvement.improvements(supplier_id, "due").order_by(*improvement.ORDER)),
        await queries.rows(open_steps.limit(ACTIONS_SHOWN)),
        today,
    )
