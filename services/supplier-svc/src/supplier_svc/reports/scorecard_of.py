"""Reads what a scorecard is made of."""

from typing import Any

from chassis.http import Queries
from supplier_svc.policies.scorecards import SupplierScorecard
from supplier_svc.read_models import (
    corrective_action,
    defect_month,
    improvement,
    lot_month,
    order_share,
    qualification,
    supplier_month,
)
from supplier_svc.reports.quality import pareto_rows, quality_rows
from supplier_svc.reports.scorecard import Scorecard, scorecard, shown_periods

SHARES_SHOWN = 30
ACTIONS_SHOWN = 15


async def scorecard_of(supplier: dict[str, Any], queries: Queries) -> Scorecard:
    """The scorecard of a supplier, given by its row: every figure over the same periods, so that the sums agree."""
    supplier_id, today = supplier["supplier_id"], queries.today
    latest = await queries.one(supplier_month.latest_graded(supplier_id).limit(1))
    periods = shown_periods(latest["period"] if latest else None, today)
    months = str(next(periods[0].calendar_months())), str(periods[-1].last_month)
    lots = lot_month.quality(lot_month.BY["supplier"], *months, supplier_id, None, None)
    defects = defect_month.pareto(defect_month.BY["code"], *months, supplier_id, None, None)
    open_steps = corrective_action.actions(supplier_id, "open").order_by(corrective_action.TABLE.c.next_due_on)
    shares = order_share.of_supplier(supplier_id).order_by(
        order_share.TABLE.c.share_percent.desc(), order_share.TABLE.c.item_id
    )
    filed = await queries.one(qualification.qualification(supplier_id))
    return scorecard(
        supplier,
        await queries.rows(supplier_month.between(supplier_id, periods[0].starts_on, periods[-1].ends_on)),
        quality_rows(await queries.rows(lots)),
        pareto_rows(await queries.rows(defects)),
        await queries.rows(shares.limit(SHARES_SHOWN)),
        await queries.rows(improvement.improvements(supplier_id, "due").order_by(*improvement.ORDER)),
        await queries.rows(open_steps.limit(ACTIONS_SHOWN)),
        filed["steps"] if filed else [],
        queries.policies.at(SupplierScorecard, today).document,
        today,
        await queries.one(supplier_month.latest_year(supplier_id).limit(1)),
    )
