"""How well each step of collection works, and each way of reaching the debtor; a query over the cases, without rows of its own."""

from typing import Any, Literal

from sqlalchemy import Date, Integer, Numeric, Select, and_, case, cast, column, func, null, select
from sqlalchemy.dialects.postgresql import JSONB

from credit_svc.read_models import collection_case

By = Literal["step", "way"]
FIELDS = {"step": "step", "way": "contact_way"}


def effectiveness(by: By = "step") -> Select[Any]:
    """Per step or way, and currency: ``taken_count``, and of these ``settled_count`` before the next step, ``settled_amount``, and the mean
    ``days_to_settle`` from the step to the end of the case."""
    cases = collection_case.MODEL.table
    taken = func.jsonb_array_elements(cases.c.steps).table_valued(
        column("value", JSONB), name="taken", joins_implicitly=True
    )
    step = taken.c.value
    # A step may be taken again for a younger item; the last one of all was it.
    settles = and_(cases.c.closed_because == "settled", step == cases.c.steps.op("->")(-1))
    overdue = cast(step.op("->>")("overdue"), Numeric)
    days = cast(cases.c.closed_on - cast(step.op("->>")("taken_on"), Date), Integer)
    name, currency = step.op("->>")(FIELDS[by]), step.op("->>")("currency")
    return (
        select(
            name.label(by),
            null().label("way" if by == "step" else "step"),
            currency.label("currency"),
            func.count().label("taken_count"),
            func.sum(case((settles, 1), else_=0)).label("settled_count"),
            func.sum(case((settles, overdue), else_=0)).label("settled_amount"),
            func.round(func.avg(case((settles, days))), 1).label("days_to_settle"),
        )
        .select_from(cases, taken)
        .where(name.is_not(None))
        .group_by(name, currency)
        .order_by(func.min(cast(step.op("->>")("days_past_due"), Integer)), name, currency)
    )
