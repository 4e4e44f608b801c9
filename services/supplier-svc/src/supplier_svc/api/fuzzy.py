"""Routes of the fuzzy comprehensive evaluation: of a supplier's period, and of figures of one's own. They record nothing."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import JsonBody, Queries, needs
from contracts.fields import Id
from supplier_svc.api.suppliers import existing_supplier
from supplier_svc.reports.fuzzy import fuzzy_evaluation
from supplier_svc.requests.fields import PeriodText
from supplier_svc.requests.fuzzy import FuzzyBody
from supplier_svc.responses.fuzzy import FuzzyAnswer, FuzzyResult
from supplier_svc.scoring.fuzzy import check, evaluate
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.rounding import published, published_score

router = APIRouter(prefix="/v1", tags=["fuzzy evaluation"])


@router.get("/suppliers/{supplier_id}/fuzzy-evaluation", dependencies=[needs("supplier.grades.read")])
async def show_fuzzy_evaluation(
    supplier_id: Id, queries: Queries, period: Annotated[PeriodText, Query()]
) -> FuzzyAnswer:
    """The comment on a period that weighs each opinion of the surveys; it decides nothing."""
    await existing_supplier(supplier_id, queries)
    return await fuzzy_evaluation(supplier_id, queries, Period.parse(period))


@router.post("/calculators/fuzzy", dependencies=[needs("supplier.calculators.read")])
async def evaluate_fuzzy(body: JsonBody[FuzzyBody]) -> FuzzyResult:
    """Work out a fuzzy evaluation of weights and memberships; comments are counted from 1, and a tie goes to the later one."""
    check(body.weights, body.matrix, body.values)
    found = evaluate(body.weights, body.matrix, body.operator)
    return FuzzyResult(
        b=[published(each) for each in found.b],
        normalised=[published(each) for each in found.normalised],
        comment_number=found.comment,
        is_tie=found.is_tie,
        score=published_score(found.score(body.values)) if body.values else None,
    )
