"""Tier decisions: what each run decided about each customer, with everything it was decided from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import CustomerTierChanged, CustomerTiered
from customer_svc.files.access import Reach
from customer_svc.read_models import customer_file

Handled = CustomerTiered | CustomerTierChanged


@dataclass(frozen=True)
class Row:
    """``changed`` when the run moved the customer; ``because`` is the reason."""

    customer_id: str
    currency: str
    as_of: date
    tiering_id: str
    tier: str
    previous: str | None
    deserved: str
    changed: bool
    because: str | None
    demotion_due_on: date | None
    rank: int
    population: int
    last_order_on: date
    recency_days: int
    orders: int
    amount: Decimal
    recency_score: int
    frequency_score: int
    monetary_score: int
    code: str
    policy_version: int
    index: Decimal
    factors: list[dict[str, Any]]


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id, event.value.currency, event.as_of)]


def evolve(_: Key, __: Row | None, event: Handled, ___: Envelope) -> Row:
    changed = isinstance(event, CustomerTierChanged)
    value = event.value
    return Row(
        customer_id=event.customer_id,
        currency=value.currency,
        as_of=event.as_of,
        tiering_id=event.tiering_id,
        tier=event.tier,
        previous=event.previous if isinstance(event, CustomerTierChanged) else event.tier,
        deserved=event.deserved if isinstance(event, CustomerTiered) else event.tier,
        changed=changed,
        because=event.because if isinstance(event, CustomerTierChanged) else None,
        demotion_due_on=event.demotion_due_on if isinstance(event, CustomerTiered) else None,
        rank=event.rank,
        population=event.population,
        last_order_on=value.last_order_on,
        recency_days=value.recency_days,
        orders=value.orders,
        amount=value.amount,
        recency_score=value.recency_score,
        frequency_score=value.frequency_score,
        monetary_score=value.monetary_score,
        code=value.code,
        policy_version=event.policy_version,
        index=event.index,
        factors=[factor.model_dump(mode="json") for factor in event.factors],
    )


MODEL = ReadModel(
    name="tier_decisions",
    version=2,
    row=Row,
    key=("customer_id", "currency", "as_of"),
    keys=keys,
    evolve=evolve,
    indexes=(
        ("tiering_id", "amount", "customer_id"),
        ("tiering_id", "orders", "customer_id"),
        ("tiering_id", "last_order_on", "customer_id"),
    ),
)
TABLE = MODEL.table


def standings(customer_id: str, as_of: date | None = None, currency: str | None = None) -> Select[Any]:
    """The decision in force on a date (by default the last one) in each currency of a customer."""
    query = (
        select(TABLE)
        .ext(distinct_on(TABLE.c.currency))
        .where(TABLE.c.customer_id == customer_id)
        .order_by(TABLE.c.currency, TABLE.c.as_of.desc())
    )
    if as_of is not None:
        query = query.where(TABLE.c.as_of <= as_of)
    if currency is not None:
        query = query.where(TABLE.c.currency == currency)
    return query


def in_force(rows: Iterable[dict[str, Any]], as_of: date | None, currency: str | None) -> list[dict[str, Any]]:
    """As ``standings``, of rows that are in memory."""
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["as_of"]):
        if (as_of is None or row["as_of"] <= as_of) and currency in (None, row["currency"]):
            found[row["currency"]] = row
    return [found[each] for each in sorted(found)]


Measure = Literal["amount", "orders", "recent", "silent"]
"""What the customers of a run can be listed by: ``recent`` are those that ordered last, ``silent`` those that did not for longest."""

TOP_COLUMNS = ("customer_id", "tier", "amount", "orders", "last_order_on", "recency_days", "code", "rank")


def of_run(tiering_id: str) -> Select[Any]:
    """The customers of a run, as lists of them show them."""
    return select(*(TABLE.c[name] for name in TOP_COLUMNS)).where(TABLE.c.tiering_id == tiering_id)


def order_by(measure: Measure) -> tuple[tuple[ColumnElement[Any], ...], bool]:
    """The columns that put the first customers by a measure first, and whether they descend."""
    column = TABLE.c[measure] if measure in ("amount", "orders") else TABLE.c.last_order_on
    return (column, TABLE.c.customer_id), measure != "silent"


def _first(tiering_id: str, limit: int) -> Select[Any]:
    return of_run(tiering_id).order_by(TABLE.c.amount.desc(), TABLE.c.customer_id.desc()).limit(limit)


def largest(tiering_id: str, limit: int, reach: Reach | None = None) -> Select[Any]:
    """The first customers in reach by amount; ``cumulated`` is what each brings together with all larger ones of the run."""
    # Where everybody is in reach, the first ones are enough; else somebody far down may be the first in reach.
    of_run = select(TABLE).where(TABLE.c.tiering_id == tiering_id) if reach else _first(tiering_id, limit)
    found = of_run.subquery("of_run").c
    order = (found.amount.desc(), found.customer_id.desc())
    cumulated = func.sum(found.amount).over(order_by=order, rows=(None, 0)).label("cumulated")
    ranked = select(found.customer_id, found.amount, cumulated).subquery("ranked")
    query = select(ranked).order_by(ranked.c.amount.desc(), ranked.c.customer_id.desc()).limit(limit)
    return customer_file.scoped(query, ranked.c.customer_id, reach)
