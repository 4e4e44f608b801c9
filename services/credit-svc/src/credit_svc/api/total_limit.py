"""Routes of the total limit: what all customers together may owe."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, Queries, needs
from credit_svc.reports.total_limit import total_limit_report
from credit_svc.requests import TotalLimitBody, TotalProposalBody
from credit_svc.responses.total_limit import TotalLimitAnswer
from credit_svc.total_limit.setting import ProposeTotal, SetTotal

router = APIRouter(prefix="/v1/total-limit", tags=["limits"])


@router.get("", dependencies=[needs("credit.total-limit.read")])
async def show_total_limit(queries: Queries) -> TotalLimitAnswer:
    """What all customers together may owe, what of it is granted and used at the rates of today, and by class of customer."""
    return await total_limit_report(queries)


@router.post("/proposals", dependencies=[needs("credit.total-limit.propose")])
async def propose_total_limit(body: JsonBody[TotalProposalBody], commands: Commands) -> Answered:
    """Propose what all customers together may owe; another person sets it."""
    by = commands.person(body.proposed_by, "proposed_by")
    return await commands.do(
        ProposeTotal(
            body.amount, body.currency, body.overbook_percent, body.valid_from or commands.today, body.reason, by
        )
    )


@router.put("", dependencies=[needs("credit.total-limit.set")])
async def set_total_limit(body: JsonBody[TotalLimitBody], commands: Commands) -> Answered:
    """Set what all customers together may owe, as another person proposed it. Below what is granted it is set all the same; no limit
    rises then until all of them fit."""
    by = commands.person(body.approved_by, "approved_by")
    proposed_by = None if body.proposed_by is None else commands.person(body.proposed_by, "proposed_by")
    return await commands.do(
        SetTotal(
            body.amount, body.currency, body.overbook_percent, body.valid_from or commands.today, body.reason, by,
            proposed_by,
        )
    )  # fmt: skip
