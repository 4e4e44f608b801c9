"""Surveys: what customers answered, and how satisfied they are."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import SurveyRecorded


@dataclass(frozen=True)
class SurveyRow:
    survey_id: str
    customer_id: str
    order_id: str | None
    answered_on: date
    kind: str
    score: Decimal | None
    at_risk: bool
    answers: dict[str, Any]


def keys(event: SurveyRecorded, _: Envelope) -> list[Key]:
    # The id is the ERP's; two customers may have been given the same one.
    return [(event.customer_id, event.survey_id)]


def evolve(_: Key, __: SurveyRow | None, event: SurveyRecorded, ___: Envelope) -> SurveyRow:
    return SurveyRow(
        survey_id=event.survey_id,
        customer_id=event.customer_id,
        order_id=event.order_id,
        answered_on=event.answered_on,
        kind=event.kind,
        score=event.score,
        at_risk=event.at_risk,
        answers=event.model_dump(mode="json")["answers"],
    )


MODEL = ReadModel(
    name="surveys",
    version=1,
    row=SurveyRow,
    key=("customer_id", "survey_id"),
    handles=(SurveyRecorded,),
    keys=keys,
    evolve=evolve,
    indexes=(("answered_on", "customer_id", "survey_id"),),
)
TABLE = MODEL.table


def surveys(customer_id: str | None = None, at_risk: bool | None = None) -> Select[Any]:
    query = select(TABLE)
    if customer_id is not None:
        query = query.where(TABLE.c.customer_id == customer_id)
    if at_risk is not None:
        query = query.where(TABLE.c.at_risk == at_risk)
    return query


def satisfaction(since: date | None = None, until: date | None = None) -> Select[Any]:
    """The ratings of a period (both days included) in one row: count, mean, at_risk; the mean is None for none."""
    query = select(
        func.count().label("count"),
        func.round(func.avg(TABLE.c.score), 2).label("mean"),
        func.count().filter(TABLE.c.at_risk).label("at_risk"),
    ).where(TABLE.c.kind == "rating")
    if since is not None:
        query = query.where(TABLE.c.answered_on >= since)
    if until is not None:
        query = query.where(TABLE.c.answered_on <= until)
    return query
