"""Reports: which customers bring the sales."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import Reader
from contracts.fields import Currency
from customer_svc.abc_classes import LETTERS, AbcClass, Classed, abc
from customer_svc.months import FIRST_DAY, LAST_DAY, window_start
from customer_svc.policies import AbcPolicy, TieringPolicy
from customer_svc.read_models import orders
from customer_svc.value import CustomerValue

router = APIRouter(prefix="/reports", tags=["reports"])


class AbcLine(BaseModel):
    """A customer's class; ``cumulative`` is the percent of all sales up to and with this customer."""

    customer_id: str
    amount: Decimal
    cumulative: Decimal
    letter: AbcClass


class AbcSummary(BaseModel):
    """``share`` is the class's percent of all sales."""

    letter: AbcClass
    customers: int
    amount: Decimal
    share: Decimal


class AbcReport(BaseModel):
    """The classes, and the largest customers by sales from ``since`` to ``as_of``."""

    currency: str
    since: date
    as_of: date
    policy_version: int
    classes: list[AbcSummary]
    customers: list[AbcLine]


@router.get("/abc")
async def read_abc(
    reader: Reader,
    currency: Currency,
    as_of: Annotated[
        date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="last day of the window (default: today)")
    ] = None,
    top: Annotated[int, Query(ge=0, le=1000, description="customers to list")] = 50,
) -> AbcReport:
    """80/20: A brings the first 80 % of sales, B up to 95 %, C the rest; over the window of the tiering policy."""
    day = as_of or reader.now.date()
    window = reader.policies.at(TieringPolicy, day).document.window_months
    policy = reader.policies.at(AbcPolicy, day)
    since = window_start(day, window)
    rows = await reader.rows(orders.sales(currency, since, day))
    classed = abc((CustomerValue(**row) for row in rows), policy.document)
    total = sum((line.amount for line in classed), Decimal(0))
    return AbcReport(
        currency=currency,
        since=since,
        as_of=day,
        policy_version=policy.version,
        classes=[_summary(letter, classed, total) for letter in LETTERS],
        customers=[
            AbcLine(
                customer_id=line.customer_id,
                amount=line.amount,
                cumulative=round(line.cumulative, 2),
                letter=line.letter,
            )
            for line in classed[:top]
        ],
    )


def _summary(letter: AbcClass, classed: list[Classed], total: Decimal) -> AbcSummary:
    amounts = [line.amount for line in classed if line.letter == letter]
    amount = sum(amounts, Decimal(0))
    return AbcSummary(letter=letter, customers=len(amounts), amount=amount, share=_percent(amount, total) or Decimal(0))


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return round(part * 100 / whole, 2) if whole else None
