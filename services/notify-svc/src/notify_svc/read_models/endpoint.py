"""Where channels reach recipients; ``credentials`` are sealed, and no route shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from chassis.read_models import Key, ReadModel
from contracts.envelope import Envelope
from contracts.notify import EndpointRegistered, EndpointRemoved, EndpointResealed, EndpointSecretRotated
from contracts.personal import Personal

Handled = EndpointRegistered | EndpointSecretRotated | EndpointResealed | EndpointRemoved


@dataclass(frozen=True)
class Row:
    endpoint_id: str
    recipient: str
    channel: str
    shown: str
    sealed: str
    credentials: Personal | None
    registered_at: datetime
    rotated_at: datetime | None = None
    both_until: datetime | None = None


def keys(event: Handled, envelope: Envelope) -> Sequence[Key]:
    return [(event.endpoint_id,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case EndpointRegistered():
            at = envelope.recorded_at
            return Row(
                event.endpoint_id, event.recipient, event.channel, event.shown, event.sealed, event.credentials, at
            )
        case EndpointSecretRotated():
            return row and replace(
                row, sealed=event.sealed, credentials=event.credentials, rotated_at=envelope.recorded_at,
                both_until=event.both_until,
            )  # fmt: skip
        case EndpointResealed():
            return row and replace(row, sealed=event.sealed, credentials=event.credentials)
        case EndpointRemoved():
            return None


MODEL = ReadModel(
    name="endpoint",
    version=2,
    row=Row,
    key=("endpoint_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("recipient",),),
)

_T = MODEL.table
ORDER: Sequence[ColumnElement[Any]] = (_T.c.recipient, _T.c.endpoint_id)


NOT_SHOWN = ("sealed", "credentials")
_SHOWN = tuple(column for column in _T.c if column.name not in (*NOT_SHOWN, "partition"))


def listed(recipient: str | None, channel: str | None = None) -> Select[Any]:
    """Endpoints without their sealed content, filtered by what is not None."""
    wanted = {"recipient": recipient, "channel": channel}
    return select(*_SHOWN).where(*(_T.c[name] == value for name, value in wanted.items() if value is not None))


def one(endpoint_id: str) -> Select[Any]:
    return select(*_SHOWN).where(_T.c.endpoint_id == endpoint_id)


def reaching(recipient: str, channel: str) -> Select[Any]:
    return select(_T).where(_T.c.recipient == recipient, _T.c.channel == channel)


def of_before() -> Select[Any]:
    """Every endpoint that a key of the deployment sealed, to be sealed with the key of its recipient."""
    return select(_T.c.endpoint_id, _T.c.recipient, _T.c.sealed).where(_T.c.credentials.is_(None))
