"""One row per customer: its currency and its limit. Amounts come from the customer's items, payments and orders."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, and_, case, func, select
from sqlalchemy.sql.expression import ScalarSelect

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import CreditLimitSet, Exposure
from credit_svc.account import ACCOUNT_EVENTS
from credit_svc.exposure import Position
from credit_svc.policies import SEVERITY, CollectionPolicy
from credit_svc.read_models import collection_case, open_item, order_credit, payment


@dataclass(frozen=True)
class Row:
    customer_id: str
    currency: str | None = None
    credit_limit: Decimal | None = None
    """None: the limit of the policy."""
    limit_from: date | None = None
    limit_reason: str | None = None
    limit_approved_by: str | None = None


def keys(event: Any, envelope: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Any, envelope: Envelope) -> Row:
    row = row or Row(*key)
    if row.currency is None:
        row = replace(row, currency=getattr(event, "currency", None))
    match event:
        case CreditLimitSet() as e:
            return replace(
                row,
                credit_limit=e.limit,
                limit_from=e.valid_from,
                limit_reason=e.reason,
                limit_approved_by=e.approved_by,
            )
        case _:
            return row


MODEL = ReadModel(
    name="account",
    version=1,
    row=Row,
    key=("customer_id",),
    handles=ACCOUNT_EVENTS,
    keys=keys,
    evolve=evolve,
)


def position(row: dict[str, Any], on: date, policy: CollectionPolicy) -> Position:
    """An account as a row of ``accounts`` shows it, in the shape that the order check takes."""
    step, oldest = row["current_step"], row["oldest_due_on"]
    return Position(
        exposure=Exposure(
            currency=row["currency"],
            limit=row["credit_limit"],
            receivable=row["receivable"],
            approved_orders=row["approved_orders"],
            security=Decimal(0),
            overdue=row["overdue"],
        ),
        oldest_overdue=row["oldest_overdue"],
        days_past_due=(on - oldest).days if oldest else 0,
        holding_step=step if step and SEVERITY[step] >= SEVERITY[policy.credit_held_from] else None,
    )


def accounts(on: date, default_limit: Decimal) -> tuple[Select[Any], ColumnElement[str]]:
    """Every account with its exposure on a day, and the column to page by."""
    account, items = MODEL.table, open_item.MODEL.table
    money, orders, cases = payment.MODEL.table, order_credit.MODEL.table, collection_case.MODEL.table

    def total(amount: ColumnElement[Any], *where: ColumnElement[bool]) -> ScalarSelect[Any]:
        return select(func.coalesce(func.sum(amount), 0)).where(*where).scalar_subquery()

    mine = and_(items.c.customer_id == account.c.customer_id, items.c.status != "settled")
    late = and_(mine, items.c.overdue_from <= on)

    def oldest(column: ColumnElement[Any]) -> ScalarSelect[Any]:
        age = (items.c.due_on, items.c.issued_on, items.c.invoice_id)
        return select(column).where(late).order_by(*age).limit(1).scalar_subquery()

    own = items.c.currency == account.c.currency
    open_items = total(items.c.open_amount, mine, own)
    waiting = total(
        money.c.unallocated, money.c.customer_id == account.c.customer_id, money.c.currency == account.c.currency
    )
    own_orders = orders.c.customer_id == account.c.customer_id
    held = case((orders.c.state == "held", 1), else_=0)
    approved = case((orders.c.state == "approved", orders.c.amount), else_=0)
    found: list[ColumnElement[Any] | Label[Any]] = [
        account.c.customer_id,
        account.c.currency,
        func.coalesce(account.c.credit_limit, default_limit).label("credit_limit"),
        account.c.limit_from,
        account.c.limit_reason,
        account.c.limit_approved_by,
        (open_items - waiting).label("receivable"),
        total(items.c.open_amount, late, own).label("overdue"),
        total(approved, own_orders).label("approved_orders"),
        total(held, own_orders).label("held_orders"),
        oldest(items.c.due_on).label("oldest_due_on"),
        oldest(items.c.invoice_id).label("oldest_overdue"),
        select(func.max(cases.c.current_step))
        .where(cases.c.customer_id == account.c.customer_id, cases.c.closed_on.is_(None))
        .scalar_subquery()
        .label("current_step"),
    ]
    return select(*found), account.c.customer_id
