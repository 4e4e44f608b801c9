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


_T = MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (_T.c.cap_id, _T.c.customer_id)


def caps(cap_id: str | None = None, customer_id: str | None = None) -> Select[Any]:
    """Caps and their shares, filtered by what is not None."""
    wanted = {"cap_id": cap_id, "customer_id": customer_id}
    return select(_T).where(*(_T.c[name] == value for name, value in wanted.items() if value is not None))
