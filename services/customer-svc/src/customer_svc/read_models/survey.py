"""Surveys: what customers answered, and how satisfied they are."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, Numeric, Select, cast, func, select, true

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import SurveyRecorded
from customer_svc.read_models import alias

Handled = SurveyRecorded


@dataclass(frozen=True)
class Row:
    """``parts`` is what the score is made of: indicators (csi), gaps (servqual) or features (kano), as in the contract."""

    survey_id: str
    customer_id: str
    order_id: str | None
    answered_on: date
    kind: str
    score: Decimal | None
    at_risk: bool
    answers: dict[str, Any]
    parts: list[dict[str, Any]]


def keys(event: Handled, _: Envelope) -> list[Key]:
    # In logs from before a survey was one customer's, two customers may have one of the same id.
    return [(event.customer_id, event.survey_id)]


def evolve(_: Key, __: Row | None, event: Handled, ___: Envelope) -> Row:
    return Row(
        survey_id=event.survey_id,
        customer_id=event.customer_id,
        order_id=event.order_id,
        answered_on=event.answered_on,
        kind=event.kind,
        score=event.score,
        at_risk=event.at_risk,
        answers=event.model_dump(mode="json")["answers"],
        parts=[part.model_dump(mode="json") for part in (*event.indicators, *event.gaps, *event.features)],
    )


MODEL = ReadModel(
    name="surveys",
    version=2,
    row=Row,
    key=("customer_id", "survey_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("answered_on", "customer_id", "survey_id"), ("kind", "answered_on")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.answered_on, TABLE.c.customer_id, TABLE.c.survey_id)


Kind = Literal["csi", "servqual", "kano", "rating"]


def surveys(customer_id: str | None = None, at_risk: bool | None = None, kind: Kind | None = None) -> Select[Any]:
    query = select(TABLE)
    if customer_id is not None:
        query = query.where(alias.same_as(TABLE.c.customer_id, customer_id))
    if at_risk is not None:
        query = query.where(TABLE.c.at_risk == at_risk)
    if kind is not None:
        query = query.where(TABLE.c.kind == kind)
    return query


def satisfaction(since: date | None = None, until: date | None = None) -> Select[Any]:
    """The ratings of a period (both days included) in one row: answer_count, mean, at_risk_count; the mean is None for none."""
    return _of_period(_figures(), "rating", since, until)


def trend(kind: str, since: date | None, until: date | None) -> Select[Any]:
    """The same figures of one kind, month by month."""
    month = func.to_char(TABLE.c.answered_on, "YYYY-MM").label("month")
    query = _of_period(_figures().add_columns(month), kind, since, until)
    return query.group_by(month).order_by(month)


def parts(kind: str, name: str, since: date | None, until: date | None) -> Select[Any]:
    """What scores were made of: each ``name`` (indicator, dimension) with answers, mean and mean importance."""
    each, part = _each_part()
    value = "gap" if kind == "servqual" else "score"
    label = part.op("->>")(name).label(name)
    mean = func.avg(cast(part.op("->>")(value), Numeric))
    importance = func.avg(cast(part.op("->>")("importance"), Numeric))
    query = select(
        label,
        func.count().label("answer_count"),
        func.round(mean, 4).label("mean"),
        func.round(importance, 2).label("importance"),
    ).select_from(each)
    return _of_period(query, kind, since, until).group_by(label).order_by(label)


def kano(since: date | None, until: date | None) -> Select[Any]:
    """feature, kano and how often."""
    each, part = _each_part()
    feature, found = part.op("->>")("feature").label("feature"), part.op("->>")("kano").label("kano")
    query = select(feature, found, func.count().label("answers")).select_from(each)
    return _of_period(query, "kano", since, until).group_by(feature, found).order_by(feature, found)


def _each_part() -> tuple[FromClause, ColumnElement[Any]]:
    """The surveys with a row for each part, and the part's document."""
    parts_ = func.jsonb_array_elements(TABLE.c.parts).table_valued("value").lateral("each_part")
    return TABLE.join(parts_, true()), parts_.c.value


def _figures() -> Select[Any]:
    return select(
        func.count().label("answer_count"),
        func.round(func.avg(TABLE.c.score), 2).label("mean"),
        func.count().filter(TABLE.c.at_risk).label("at_risk_count"),
    )


def _of_period(query: Select[Any], kind: str, since: date | None, until: date | None) -> Select[Any]:
    query = query.where(TABLE.c.kind == kind)
    if since is not None:
        query = query.where(TABLE.c.answered_on >= since)
    if until is not None:
        query = query.where(TABLE.c.answered_on <= until)
    return query
