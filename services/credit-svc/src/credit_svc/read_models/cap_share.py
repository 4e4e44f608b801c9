"""One row per cap and customer: the share that is granted, and the smaller one that was requested."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import CapSet, CapShareAsked, CapShareGranted, CapShareReturned


@dataclass(frozen=True)
class Row:
    """The row without a customer (``""``) is the cap itself, its ``share`` the whole of it."""

    cap_id: str
    customer_id: str
    share: Decimal
    currency: str
    requested: Decimal | None = None
    is_taken: bool = False
    """Whether the account keeps within it already."""
    name: str | None = None


Handled = CapSet | CapShareGranted | CapShareAsked | CapShareReturned


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.cap_id, "" if isinstance(event, CapSet) else event.customer_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case CapSet() as e:
            return Row(e.cap_id, "", e.amount, e.currency, is_taken=True, name=e.name)
        case CapShareGranted() as e:
            return Row(e.cap_id, e.customer_id, e.share, e.currency)
        case CapShareAsked(share=share):
            return row and replace(row, requested=share, is_taken=False)
        case CapShareReturned(share=share):
            return row and replace(row, share=share, requested=None, is_taken=True)


MODEL = ReadModel(
    name="cap_share",
    version=2,
    row=Row,
    key=("cap_id", "customer_id"),
    keys=keys,
    evolve=evolve,
)


def caps() -> tuple[Select[Any], tuple[ColumnElement[str], ...]]:
    """Caps and their shares, each cap before its shares, and the columns to page by."""
    table = MODEL.table
    return select(table), (table.c.cap_id, table.c.customer_id)
