"""How satisfied customers are: ratings, index, service quality, Kano; over all time or a period."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select

from chassis.http import Queries
from contracts.customer import KanoClass
from customer_svc.files.access import Reach
from customer_svc.policies.satisfaction import SatisfactionPolicy
from customer_svc.read_models import customer_file, survey
from customer_svc.responses.satisfaction import KanoLine, Kind, Made, Month, Quality, Satisfaction
from customer_svc.satisfaction.kano import CLASSES, coefficients


@dataclass(frozen=True)
class Answers:
    """The answers of a period (both days included) that are in reach (None: all)."""

    queries: Queries
    scope: Reach | None
    since: date | None
    until: date | None

    async def ratings(self) -> Satisfaction:
        found = (await self._rows(survey.satisfaction(self.since, self.until)))[0]
        share = _percent(Decimal(found["at_risk_count"]), Decimal(found["answer_count"]))
        return Satisfaction(since=self.since, until=self.until, **found, at_risk_share=share)

    async def kano(self) -> list[KanoLine]:
        counts: dict[str, Counter[KanoClass]] = defaultdict(Counter)
        for row in await self._rows(survey.kano(self.since, self.until)):
            counts[row["feature"]][row["kano"]] += row["answers"]
        return [_kano_line(feature, counted) for feature, counted in counts.items()]

    async def quality(self, kind: Kind) -> Quality:
        months = [Month(**row) for row in await self._rows(survey.trend(kind, self.since, self.until))]
        answers = sum(month.answer_count for month in months)
        weighed = sum((month.mean * month.answer_count for month in months if month.mean is not None), Decimal(0))
        policy = self.queries.policies.at(SatisfactionPolicy, self.queries.today).document
        return Quality(
            kind=kind,
            answer_count=answers,
            large=answers >= policy.large_sample,
            mean=round(weighed / answers, 2) if answers else None,
            at_risk_count=sum(month.at_risk_count for month in months),
            parts=await self._parts(kind),
            months=months,
        )

    async def _parts(self, kind: Kind) -> list[Made]:
        if kind == "rating":
            return []
        name = "dimension" if kind == "servqual" else "indicator"
        found = await self._rows(survey.parts(kind, name, self.since, self.until))
        return [
            Made(name=row[name], **{key: row[key] for key in ("answer_count", "mean", "importance")}) for row in found
        ]

    async def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        return await self.queries.rows(customer_file.scoped(query, survey.TABLE.c.customer_id, self.scope))


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
