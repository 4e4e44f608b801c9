"""Reports of value: 80/20 of a run, and the top of it over any measure."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import NotFound, Queries
from contracts.fields import Currency
from customer_svc.api.scopes import Scope
from customer_svc.api.tables import Format, table
from customer_svc.files.access import Reach
from customer_svc.policies.tiering import TieringPolicy
from customer_svc.policies.value import AbcPolicy
from customer_svc.read_models import customer_file, order, tier_decision, tiering
from customer_svc.tiers.abc_classes import LETTERS, Letter, abc, percent_of
from customer_svc.tiers.value import CustomerValue
from customer_svc.tiers.window import FIRST_DAY, LAST_DAY, window_start

router = APIRouter(prefix="/v1/reports", tags=["reports"])

AsOf = Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="business date (default: today)")]
Limit = Annotated[int, Query(ge=0, le=1000, description="customers to list")]
MEASURES = {"amount": ("amount", False), "orders": ("orders", False), "recent": ("last_order_on", False),
            "silent": ("last_order_on", True)}  # fmt: skip
"""What customers can be listed by: column of the run's decisions, and whether the least comes first."""

TOP_COLUMNS = ("customer_id", "tier", "amount", "orders", "last_order_on", "recency_days", "code", "rank")


class AbcLine(BaseModel):
    """A customer's class; ``cumulative`` is the percent of all sales up to and with this customer."""

    customer_id: str
    amount: Decimal
    cumulative: Decimal
    letter: Letter


class AbcSummary(BaseModel):
    """``share`` is the class's percent of all sales; ``from_amount`` the least that belongs to it."""

    letter: Letter
    customers: int
    amount: Decimal
    share: Decimal
    from_amount: Decimal | None


class AbcReport(BaseModel):
    """The classes, and the largest customers by sales from ``since`` to ``as_of``.

    ``tiering_id`` is the run that classed them, None when there was none yet and they were classed for this answer.
    """

    currency: str
    since: date
    as_of: date
    tiering_id: str | None
    policy_version: int
    classes: list[AbcSummary]
    customers: list[AbcLine]


@router.get("/abc")
async def read_abc(
    queries: Queries, scope: Scope, currency: Currency, as_of: AsOf = None, top: Limit = 50
) -> AbcReport:
    """80/20: A brings the first 80 % of sales, B up to 95 %, C the rest; of the last run on or before the day.

    Classes and percents are of all customers; listed are those that the asking person may read.
    """
    day = as_of or queries.now.date()
    run = await queries.one(tiering.last(currency, day))
    if run is None:
        return await _classed_now(queries, scope, currency, day, top)
    window = queries.policies.at(TieringPolicy, run["as_of"]).document.window_months
    total = sum((Decimal(each["amount"]) for each in run["abc"]), Decimal(0))
    borders = {each["letter"]: Decimal(each["from_amount"]) for each in run["abc"]}
    lines = []
    for row in await queries.rows(tier_decision.largest(run["tiering_id"], top, scope)):
        letter = next((letter for letter in LETTERS if letter in borders and row["amount"] >= borders[letter]), "C")
        cumulative = round(percent_of(row["cumulated"], total), 2)
        lines.append(
            AbcLine(customer_id=row["customer_id"], amount=row["amount"], cumulative=cumulative, letter=letter)
        )
    return AbcReport(
        currency=currency,
        since=window_start(run["as_of"], window),
        as_of=run["as_of"],
        tiering_id=run["tiering_id"],
        policy_version=run["abc_policy_version"] or 1,
        classes=[_summary(letter, run["abc"], total) for letter in LETTERS],
        customers=lines,
    )


@router.get("/top")
async def read_top(
    queries: Queries,
    scope: Scope,
    currency: Currency,
    by: Annotated[Literal["amount", "orders", "recent", "silent"], Query(description="the measure")] = "amount",
    as_of: AsOf = None,
    limit: Limit = 20,
    format: Format = "json",
) -> Any:
    """The first customers of the last run on or before the day, over a measure of its 12 months."""
    run = await queries.one(tiering.last(currency, as_of or queries.now.date()))
    if run is None:
        raise NotFound("completed tiering run in", currency)
    measure, ascending = MEASURES[by]
    query = tier_decision.top(run["tiering_id"], measure, limit, ascending)
    rows = await queries.rows(customer_file.scoped(query, tier_decision.TABLE.c.customer_id, scope))
    return table([{name: row[name] for name in TOP_COLUMNS} for row in rows], format)


async def _classed_now(queries: Queries, scope: Reach | None, currency: str, day: date, top: int) -> AbcReport:
    policy = queries.policies.at(AbcPolicy, day)
    since = window_start(day, queries.policies.at(TieringPolicy, day).document.window_months)
    sales = order.sales(currency, since, day)
    classed = abc((CustomerValue(**row) for row in await queries.rows(sales)), policy.document)
    shown = classed
    if scope is not None:
        readable = await queries.rows(customer_file.scoped(sales, order.TABLE.c.customer_id, scope))
        ids = {row["customer_id"] for row in readable}
        shown = [line for line in classed if line.customer_id in ids]
    found = [
        {
            "letter": letter,
            "customers": len(amounts),
            "amount": sum(amounts, Decimal(0)),
            "from_amount": min(amounts, default=None),
        }
        for letter in LETTERS
        for amounts in [[line.amount for line in classed if line.letter == letter]]
    ]
    return AbcReport(
        currency=currency,
        since=since,
        as_of=day,
        tiering_id=None,
        policy_version=policy.version,
        classes=[_summary(letter, found, sum((line.amount for line in classed), Decimal(0))) for letter in LETTERS],
        customers=[
            AbcLine(
                customer_id=line.customer_id,
                amount=line.amount,
                cumulative=round(line.cumulative, 2),
                letter=line.letter,
            )
            for line in shown[:top]
        ],
    )


def _summary(letter: Letter, found: list[dict[str, Any]], total: Decimal) -> AbcSummary:
    each = next((each for each in found if each["letter"] == letter), None)
    if each is None:
        return AbcSummary(letter=letter, customers=0, amount=Decimal(0), share=Decimal(0), from_amount=None)
    amount = Decimal(each["amount"])
    return AbcSummary(
        letter=letter,
        customers=each["customers"],
        amount=amount,
        share=round(percent_of(amount, total), 2),
        from_amount=each["from_amount"],
    )
