"""Opportunities: the funnel."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import BigInteger, Select, cast, func, literal, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import OpportunityChanged, OpportunityOpened, OpportunityStageChanged
from customer_svc.read_models import alias

Handled = OpportunityOpened | OpportunityStageChanged | OpportunityChanged

Dimension = Literal["stage", "owner_id", "period"]
"""What the funnel is shown by; the period is the month expected."""


@dataclass(frozen=True)
class Row:
    """``present_value`` = amount × probability; ``since`` is when it came to its stage; ``dwelt`` the days in all before."""

    opportunity_id: str
    customer_id: str
    name: str
    owner_id: str
    stage: str
    since: date
    amount: Decimal
    currency: str
    probability: Decimal
    present_value: Decimal
    expected_on: date
    opened_on: date
    changed_on: date
    dwelt: int
    decision_makers: list[dict[str, Any]]


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.opportunity_id,)]


def evolve(_: Key, row: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case OpportunityOpened():
            return Row(
                opportunity_id=event.opportunity_id,
                customer_id=event.customer_id,
                name=event.name,
                owner_id=event.owner_id,
                stage=event.stage,
                since=event.opened_on,
                amount=event.amount,
                currency=event.currency,
                probability=event.probability,
                present_value=event.amount * event.probability / 100,
                expected_on=event.expected_on,
                opened_on=event.opened_on,
                changed_on=event.opened_on,
                dwelt=0,
                decision_makers=[each.model_dump(mode="json") for each in event.decision_makers],
            )
        case OpportunityStageChanged():
            return row and replace(
                row,
                stage=event.stage,
                since=event.changed_on,
                probability=event.probability,
                present_value=row.amount * event.probability / 100,
                changed_on=max(row.changed_on, event.changed_on),
                dwelt=row.dwelt + event.dwell_days,
            )
        case OpportunityChanged():
            return row and replace(
                row,
                amount=event.amount,
                currency=event.currency,
                present_value=event.amount * row.probability / 100,
                expected_on=event.expected_on,
                changed_on=max(row.changed_on, event.changed_on),
                decision_makers=[each.model_dump(mode="json") for each in event.decision_makers],
            )


MODEL = ReadModel(
    name="opportunities",
    version=1,
    row=Row,
    key=("opportunity_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("customer_id", "opportunity_id"), ("owner_id", "opportunity_id")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.opportunity_id,)
PERIOD = func.to_char(TABLE.c.expected_on, "YYYY-MM").label("period")


def opportunity(opportunity_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.opportunity_id == opportunity_id)


def opportunities(customer_id: str | None = None, owner_id: str | None = None, stage: str | None = None) -> Select[Any]:
    query = select(TABLE)
    if customer_id is not None:
        query = query.where(alias.same_as(TABLE.c.customer_id, customer_id))
    for column, wanted in ((TABLE.c.owner_id, owner_id), (TABLE.c.stage, stage)):
        if wanted is not None:
            query = query.where(column == wanted)
    return query


def funnel(by: Sequence[Dimension], currency: str, as_of: date) -> Select[Any]:
    """Over one or two of stage, owner_id and period (month expected): count, amount, present value, mean dwell in days."""
    dimensions: list[Any] = [PERIOD if name == "period" else TABLE.c[name] for name in by]
    dwell = func.avg(cast(literal(as_of) - TABLE.c.since, BigInteger))
    figures: list[Any] = [
        func.count().label("opportunity_count"),
        func.sum(TABLE.c.amount).label("amount"),
        func.sum(TABLE.c.present_value).label("present_value"),
        func.round(dwell, 1).label("mean_dwell_days"),
    ]
    query = select(*dimensions, *figures).where(TABLE.c.currency == currency)
    return query.group_by(*dimensions).order_by(*dimensions)
