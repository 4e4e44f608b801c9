"""One row per collection case: the steps taken with their days, and the next one."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Numeric, Select, and_, cast, func, literal, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import (
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStepRescheduled,
    CollectionStepTaken,
)
from credit_svc.policies import WorklistWeights
from credit_svc.read_models import open_item


@dataclass(frozen=True)
class Row:
    customer_id: str
    case_id: str
    opened_on: date
    oldest_invoice_id: str
    currency: str
    """Of the oldest overdue invoice."""
    steps: list[Any]
    """Each as ``{step, taken_on, days_past_due, oldest_invoice_id, overdue, currency, policy_version}``."""
    current_step: str | None = None
    next_step: str | None = None
    next_step_on: date | None = None
    closed_on: date | None = None
    closed_because: str | None = None


Fact = CollectionCaseOpened | CollectionStepTaken | CollectionStepRescheduled | CollectionCaseClosed


def keys(event: Fact, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.case_id)]


def evolve(key: Key, row: Row | None, event: Fact, envelope: Envelope) -> Row | None:
    if isinstance(event, CollectionCaseOpened):
        return Row(event.customer_id, event.case_id, event.opened_on, event.invoice_id, event.currency, [])
    if row is None:
        return None
    match event:
        case CollectionStepTaken():
            shown = {"step", "taken_on", "days_past_due", "oldest_invoice_id", "overdue", "currency", "policy_version"}
            return replace(
                row,
                oldest_invoice_id=event.oldest_invoice_id,
                currency=event.currency,
                steps=[*row.steps, event.model_dump(mode="json", include=shown)],
                current_step=event.step,
                next_step=event.next_step,
                next_step_on=event.next_step_on,
            )
        case CollectionStepRescheduled():
            return replace(
                row,
                oldest_invoice_id=event.oldest_invoice_id,
                currency=event.currency,
                next_step=event.next_step,
                next_step_on=event.next_step_on,
            )
        case CollectionCaseClosed():
            return replace(
                row, closed_on=event.closed_on, closed_because=event.because, next_step=None, next_step_on=None
            )


MODEL = ReadModel(
    name="collection_case",
    version=1,
    row=Row,
    key=("customer_id", "case_id"),
    handles=(CollectionCaseOpened, CollectionStepTaken, CollectionStepRescheduled, CollectionCaseClosed),
    keys=keys,
    evolve=evolve,
    indexes=(("case_id",), ("closed_on",)),
)


def case(case_id: str) -> Select[Any]:
    table = MODEL.table
    return select(table).where(table.c.case_id == case_id)


def case_of_customer(customer_id: str) -> Select[Any]:
    """The open case of a customer, if there is one."""
    table = MODEL.table
    return select(table).where(table.c.customer_id == customer_id, table.c.closed_on.is_(None))


def worklist(on: date, weights: WorklistWeights) -> tuple[Select[Any], tuple[ColumnElement[Any], ...]]:
    """Open cases with their score and its parts, the highest score first, and the columns to page by.

    Source: the rules page, "Worklist". A part is its points × the share of the full value, at most all its points.
    """
    cases, items = MODEL.table, open_item.MODEL.table
    pursued = and_(
        items.c.customer_id == cases.c.customer_id,
        items.c.currency == cases.c.currency,
        items.c.status == "overdue",
    )
    sums = (
        select(
            cases.c.customer_id,
            cases.c.case_id,
            func.sum(items.c.open_amount).label("overdue"),
            cast(literal(on, Date) - func.min(items.c.due_on), Integer).label("days_past_due"),
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
    scored = (
        select(
            cases.c.customer_id,
            cases.c.case_id,
            cases.c.opened_on,
            cases.c.oldest_invoice_id,
            cases.c.currency,
            sums.c.overdue,
            sums.c.days_past_due,
            cases.c.current_step,
            cases.c.next_step,
            cases.c.next_step_on,
            amount_points.label("amount_points"),
            age_points.label("age_points"),
            (amount_points + age_points).label("score"),
            (-(amount_points + age_points)).label("rank"),
        )
        .select_from(
            cases.join(sums, and_(sums.c.case_id == cases.c.case_id, sums.c.customer_id == cases.c.customer_id))
        )
        .subquery()
    )
    return select(scored), (scored.c.rank, scored.c.case_id)
