"""One collection case with what it pursues and the stages that may come next."""

from datetime import date
from typing import Any, get_args

from chassis.http import NotFound, Queries
from contracts.credit import Route
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.account.suits import standing
from credit_svc.collection.routes import next_stages
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.read_models import case_law, collection_case, debit_note, open_item
from credit_svc.reports.today import today_of
from credit_svc.responses.collection import CaseAnswer


async def case_page(queries: Queries, case_id: str) -> CaseAnswer:
    """Raises NotFound."""
    row = await case_row(queries, case_id)
    customer_id = str(row["customer_id"])
    pursued = [] if row["closed_on"] else await queries.rows(open_item.overdue_items(customer_id))
    notes = [] if row["closed_on"] else await queries.rows(debit_note.debit_notes(customer_id, "open"))
    state: Account = await queries.state(CheckOrder, customer_id)
    policy = queries.policies.at(CollectionPolicy, await today_of(customer_id, queries)).document
    stages: dict[str, list[str]] = {}
    if state.case is not None and state.case.case_id == case_id:
        case = standing(state, state.case)
        stages = {way: [s.name for s in next_stages(case, way, policy)] for way in get_args(Route)}
    law = await queries.one(case_law.of_case(customer_id, case_id)) or {}
    return CaseAnswer(
        **row,
        overdue_invoices=pursued,
        open_debit_notes=notes,
        next_stages=stages,
        **{name: law.get(name, []) for name in ("clocks", "milestones", "awards", "judgments", "enforcements")},
    )


async def customer_of_case(case_id: str, queries: Queries) -> tuple[str, date]:
    """Whose case it is, and which day it is there. Raises NotFound."""
    customer_id = str((await case_row(queries, case_id))["customer_id"])
    return customer_id, await today_of(customer_id, queries)


async def case_row(queries: Queries, case_id: str) -> dict[str, Any]:
    """Raises NotFound."""
    row = await queries.one(collection_case.case(case_id))
    if row is None:
        raise NotFound("collection case", case_id)
    return row
