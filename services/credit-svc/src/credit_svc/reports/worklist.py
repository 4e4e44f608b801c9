"""The worklist of collection: open cases by a score that is shown in its parts. No rows of its own."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Numeric, Select, String, and_, case, cast, column, func, literal, select

from chassis.http import Page, Paging, Queries, Sorting
from credit_svc.policies.collection import CollectionPolicy, WorklistWeights
from credit_svc.read_models import account, collection_case, open_item
from credit_svc.responses.collection import WorklistItem


def worklist(on: date, weights: WorklistWeights) -> Select[Any]:
    """Open cases with their score and its parts; the lowest ``rank`` is the highest score.

    Source: the rules page, "Worklist". A part is its points × the share of the full value, at most all its points.
    """
    cases, items, accounts = collection_case.MODEL.table, open_item.MODEL.table, account.MODEL.table
    pursued = and_(
        items.c.customer_id == cases.c.customer_id,
        items.c.currency == cases.c.currency,
        items.c.status == "overdue",
    )
    undisputed = items.c.open_amount > items.c.disputed
    oldest_due_on = func.coalesce(func.min(items.c.due_on).filter(undisputed), func.min(items.c.due_on))
    overdue_from = func.coalesce(func.min(items.c.overdue_from).filter(undisputed), func.min(items.c.overdue_from))
    sums = (
        select(
            cases.c.customer_id,
            cases.c.case_id,
            func.sum(func.greatest(items.c.open_amount - items.c.disputed, 0)).label("overdue"),
            cast(literal(on, Date) - oldest_due_on, Integer).label("days_past_due"),
            overdue_from.label("pursued_since"),
        )
        .select_from(cases.join(items, pursued))
        .where(cases.c.closed_on.is_(None))
        .group_by(cases.c.customer_id, cases.c.case_id)
        .subquery()
    )
    amount_share = func.least(1, sums.c.overdue / literal(weights.full_amount, Numeric))
    age_share = func.least(1, sums.c.days_past_due / literal(weights.full_age_days, Numeric))
    amount_points = func.round(amount_share * literal(weights.amount_points, Numeric), 2, type_=Numeric)
    age_points = func.round(age_share * literal(weights.age_points, Numeric), 2, type_=Numeric)
    by_class = [(accounts.c.behaviour == each, points) for each, points in weights.behaviour_points.items()]
    behaviour_points = cast(case(*by_class, else_=0), Numeric)
    promise_points = func.least(cases.c.broken_promises, 2) * literal(weights.broken_promise_points, Numeric)
    score = amount_points + age_points + behaviour_points + promise_points
    scored = (
        select(
            cases.c.customer_id,
            cases.c.case_id,
            cases.c.opened_on,
            cases.c.oldest_invoice_id,
            cases.c.currency,
            sums.c.overdue,
            sums.c.days_past_due,
            cases.c.strategy,
            accounts.c.behaviour,
            cases.c.broken_promises.label("broken_promise_count"),
            cases.c.paused_because,
            cases.c.paused_until,
            cases.c.way,
            cases.c.way_asked,
            cases.c.current_step,
            cases.c.highest_step,
            sums.c.pursued_since,
            cases.c.next_step,
            cases.c.next_step_on,
            amount_points.label("amount_points"),
            age_points.label("age_points"),
            behaviour_points.label("behaviour_points"),
            promise_points.label("promise_points"),
            score.label("score"),
            (-score).label("rank"),
        )
        .select_from(
            cases.join(sums, and_(sums.c.case_id == cases.c.case_id, sums.c.customer_id == cases.c.customer_id)).join(
                accounts, accounts.c.customer_id == cases.c.customer_id
            )
        )
        .subquery()
    )
    return select(scored)


SORT = Sorting(
    (column("rank", Numeric), column("case_id", String)),
    column("overdue", Numeric),
    column("days_past_due", Integer),
    column("opened_on", Date),
    column("next_step_on", Date),
)
"""The most pressing first, or by a column."""


async def worklist_page(
    queries: Queries, page: Paging, customer_id: str | None = None, currency: str | None = None, sort: str | None = None,
    way_asked: bool | None = None,
) -> Page[WorklistItem]:  # fmt: skip
    today = queries.today
    cases = worklist(today, queries.policies.at(CollectionPolicy, today).document.worklist).subquery()
    wanted = {"customer_id": customer_id, "currency": currency, "way_asked": way_asked}
    query = select(cases).where(*(cases.c[name] == value for name, value in wanted.items() if value is not None))
    found = await queries.page(query, SORT.order(sort), page)
    shown = [{name: value for name, value in row.items() if name != "rank"} for row in found.items]
    return Page(items=shown, next=found.next)
