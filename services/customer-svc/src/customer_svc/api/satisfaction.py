"""Reports of satisfaction: ratings, index, service quality, Kano."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import Select

from chassis.http import Queries
from contracts.customer import KanoClass
from customer_svc.api.scopes import Scope
from customer_svc.files.access import Reach
from customer_svc.policies.satisfaction import SatisfactionPolicy
from customer_svc.read_models import customer_file, survey
from customer_svc.satisfaction.kano import CLASSES, coefficients

router = APIRouter(prefix="/v1/reports", tags=["reports"])

Since = Annotated[date | None, Query(description="first day")]
Until = Annotated[date | None, Query(description="last day")]
Kind = Literal["csi", "servqual", "rating"]


class Satisfaction(BaseModel):
    """How customers rate us. ``mean`` of the ratings and the ``at_risk_share`` in percent are None when there is no rating."""

    since: date | None
    until: date | None
    count: int
    mean: Decimal | None
    at_risk: int
    at_risk_share: Decimal | None


class Month(BaseModel):
    month: str
    count: int
    mean: Decimal | None
    at_risk: int


class Made(BaseModel):
    """An indicator or a dimension: its mean score or gap, and how important it is to those who answered."""

    name: str
    answers: int
    mean: Decimal
    importance: Decimal | None = None


class Quality(BaseModel):
    """A kind of survey: what its mean is made of, and its months. ``large`` when the sample says something alone."""

    kind: Kind
    answers: int
    large: bool
    mean: Decimal | None
    at_risk: int
    parts: list[Made]
    months: list[Month]


class KanoLine(BaseModel):
    """A feature: how many answers put it into each class, the class of most of them, Better and Worse."""

    feature: str
    answers: dict[KanoClass, int]
    kano: KanoClass
    better: Decimal | None
    worse: Decimal | None


@router.get("/satisfaction")
async def read_satisfaction(queries: Queries, scope: Scope, since: Since = None, until: Until = None) -> Satisfaction:
    """How customers rate us, over all time or a period."""
    found = (await _rows(survey.satisfaction(since, until), queries, scope))[0]
    share = _percent(Decimal(found["at_risk"]), Decimal(found["count"]))
    return Satisfaction(since=since, until=until, **found, at_risk_share=share)


@router.get("/satisfaction/kano")
async def read_kano(queries: Queries, scope: Scope, since: Since = None, until: Until = None) -> list[KanoLine]:
    """What each feature is to customers."""
    counts: dict[str, Counter[KanoClass]] = defaultdict(Counter)
    for row in await _rows(survey.kano(since, until), queries, scope):
        counts[row["feature"]][row["kano"]] += row["answers"]
    return [_kano_line(feature, counted) for feature, counted in counts.items()]


@router.get("/satisfaction/{kind}")
async def read_quality(kind: Kind, queries: Queries, scope: Scope, since: Since = None, until: Until = None) -> Quality:
    """The index (csi), service quality (servqual) or ratings: what the mean is made of, and its trend by month."""
    months = [Month(**row) for row in await _rows(survey.trend(kind, since, until), queries, scope)]
    answers = sum(month.count for month in months)
    weighed = sum((month.mean * month.count for month in months if month.mean is not None), Decimal(0))
    policy = queries.policies.at(SatisfactionPolicy, queries.now.date()).document
    return Quality(
        kind=kind,
        answers=answers,
        large=answers >= policy.large_sample,
        mean=round(weighed / answers, 2) if answers else None,
        at_risk=sum(month.at_risk for month in months),
        parts=await _parts(queries, scope, kind, since, until),
        months=months,
    )


async def _parts(
    queries: Queries, scope: Reach | None, kind: Kind, since: date | None, until: date | None
) -> list[Made]:
    if kind == "rating":
        return []
    name = "dimension" if kind == "servqual" else "indicator"
    found = await _rows(survey.parts(kind, name, since, until), queries, scope)
    return [Made(name=row[name], **{key: row[key] for key in ("answers", "mean", "importance")}) for row in found]


async def _rows(query: Select[Any], queries: Queries, scope: Reach | None) -> list[dict[str, Any]]:
    return await queries.rows(customer_file.scoped(query, survey.TABLE.c.customer_id, scope))


def _kano_line(feature: str, counted: Counter[KanoClass]) -> KanoLine:
    found = coefficients(counted)
    return KanoLine(
        feature=feature,
        answers=dict(counted),
        kano=max(CLASSES, key=lambda each: (counted[each], -CLASSES.index(each))),
        better=found and found.better,
        worse=found and found.worse,
    )


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return round(part * 100 / whole, 2) if whole else None
