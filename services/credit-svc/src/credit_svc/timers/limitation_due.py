"""To-do list: overdue invoices, on the day on which something is to be said of their limitation. It also answers until when that runs."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from chassis.calendar import LAST_DAY, add_days, add_months
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import (
    InvoiceCorrected,
    InvoiceSettled,
    InvoiceWrittenOff,
    LimitationNear,
    LimitationRanOut,
    LimitationRestarted,
    PaymentOverdue,
)
from credit_svc.account.limitation import CheckLimitation
from credit_svc.collection.legal import next_look
from credit_svc.read_models import open_item, region
from credit_svc.read_models.moved import following

OF_OLD_LOGS, REMINDED = 36, -180
"""Months of a limitation, and days to its end of the first reminder, of an overdue that tells neither; what is said then tells both."""


@dataclass(frozen=True)
class Row:
    """``due_on`` LAST_DAY: nothing is said any more, as the limitation ran out on ``ran_out_on``."""

    customer_id: str
    invoice_id: str
    due_on: date
    limitation_until: date
    correlation_id: str
    causation_id: str
    restarted_on: date | None = None
    restarted_by: str | None = None
    ran_out_on: date | None = None


Handled = (
    PaymentOverdue
    | LimitationRestarted
    | LimitationNear
    | LimitationRanOut
    | InvoiceCorrected
    | InvoiceSettled
    | InvoiceWrittenOff
)


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.invoice_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    ids = (envelope.correlation_id, envelope.id)
    match event:
        case PaymentOverdue(limitation_until=None):
            until = add_months(event.due_on, OF_OLD_LOGS)
            return Row(event.customer_id, event.invoice_id, add_days(until, REMINDED), until, *ids)
        case PaymentOverdue(limitation_until=date() as until, limitation_near_on=near_on):
            known = (row.restarted_on, row.restarted_by) if row is not None else (None, None)
            return Row(event.customer_id, event.invoice_id, near_on or add_days(until, 1), until, *ids, *known)
        case LimitationRestarted(until=until) as e:
            return Row(e.customer_id, e.invoice_id, next_look(e), until, *ids, e.restarted_on, e.by)
        case LimitationNear() if row is not None:
            return replace(row, due_on=next_look(event))
        case LimitationRanOut() if row is not None:
            return replace(row, due_on=LAST_DAY, ran_out_on=event.ran_out_on)
        case InvoiceCorrected(is_overdue=True):
            return row
    return None


def command(row: Row) -> CheckLimitation:
    return CheckLimitation(row.customer_id, row.invoice_id, row.limitation_until, on=row.due_on)


TODO = following(
    TodoList(
        name="limitation",
        version=1,
        row=Row,
        key=("customer_id", "invoice_id"),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
        indexes=(("limitation_until",),),
    )
)

_T, _ITEMS = TODO.table, open_item.MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (_T.c.limitation_until, _T.c.customer_id, _T.c.invoice_id)
"""What ends first, first."""

_SAME = and_(_T.c.customer_id == _ITEMS.c.customer_id, _T.c.invoice_id == _ITEMS.c.invoice_id)


def beside(items: Select[Any]) -> Select[Any]:
    """Invoices with ``limitation_until`` as well; None of those that are not overdue."""
    return items.add_columns(_T.c.limitation_until).outerjoin(_T, _SAME)


def ending(until: date, customer_id: str | None = None) -> Select[Any]:
    """The limitations of open invoices that end with a day at the latest, those that ran out too."""
    query = (
        select(
            _T.c.customer_id, _T.c.invoice_id, _ITEMS.c.currency, _ITEMS.c.open_amount, _ITEMS.c.due_on,
            _T.c.limitation_until, _T.c.restarted_on, _T.c.restarted_by, _T.c.ran_out_on,
        )
        .join(_ITEMS, _SAME)
        .where(_T.c.limitation_until <= until)
    )  # fmt: skip
    return query if customer_id is None else query.where(_T.c.customer_id == customer_id)
