"""Customer files: who each customer is, and who owns it. One stream a customer, so one row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, or_, select, union_all

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import (
    Contact,
    CustomerArchived,
    CustomerAssigned,
    CustomerFileChanged,
    CustomerFileLapsed,
    CustomerRegistered,
    CustomerShared,
)
from contracts.personal import IN_CLEAR
from customer_svc.files.access import Reach
from customer_svc.read_models import alias

Handled = (
    CustomerRegistered | CustomerFileChanged | CustomerAssigned | CustomerShared | CustomerFileLapsed | CustomerArchived
)


@dataclass(frozen=True)
class Row:
    """``lapsed`` when nobody confirmed the data for too long; ``grants`` and ``contacts`` as in the contract.

    What tells of a person stands in ``contacts`` as in the log, sealed unless the event is older than sealing.
    """

    customer_id: str
    name: str
    owner_id: str
    type: str | None
    industry: str | None
    region: str | None
    size: str | None
    source: str | None
    group_id: str | None
    contacts: list[dict[str, Any]]
    grants: list[dict[str, Any]]
    registered_on: date
    changed_on: date
    lapsed: bool = False
    archived_on: date | None = None
    province: str | None = None
    city: str | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(_: Key, row: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case CustomerRegistered():
            return Row(
                customer_id=event.customer_id,
                name=event.name,
                owner_id=event.owner_id,
                **event.classification.model_dump(),
                group_id=event.group_id,
                contacts=_stored(event.contacts),
                grants=[],
                registered_on=event.registered_on,
                changed_on=event.registered_on,
            )
        case CustomerFileChanged():
            return row and _changed(row, event)
        case CustomerAssigned():
            return row and replace(row, owner_id=event.owner_id)
        case CustomerShared():
            return row and replace(row, grants=[grant.model_dump(mode="json") for grant in event.grants])
        case CustomerFileLapsed():
            return row and replace(row, lapsed=True)
        case CustomerArchived():
            return row and replace(row, archived_on=event.archived_on)


def _changed(row: Row, event: CustomerFileChanged) -> Row:
    changes: dict[str, Any] = {"changed_on": max(row.changed_on, event.changed_on), "lapsed": False}
    if event.name is not None:
        changes["name"] = event.name
    if event.group_id is not None:
        changes["group_id"] = event.group_id
    if event.contacts is not None:
        changes["contacts"] = _stored(event.contacts)
    if event.classification is not None:
        changes |= event.classification.model_dump()
    return replace(row, **changes)


def _stored(contacts: tuple[Contact, ...]) -> list[dict[str, Any]]:
    return [contact.model_dump(mode="json", context=IN_CLEAR) for contact in contacts]


MODEL = ReadModel(
    name="customer_files",
    version=2,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("owner_id", "customer_id"), ("group_id", "customer_id"), ("changed_on", "customer_id")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.customer_id,)


def file(customer_id: str) -> Select[Any]:
    """The file of the customer that an id is now."""
    return select(TABLE).where(TABLE.c.customer_id == alias.now(customer_id))


def files(group_id: str | None = None, lapsed: bool | None = None) -> Select[Any]:
    """The files; archived ones left out, and those of merged ids."""
    query = select(TABLE).where(TABLE.c.archived_on.is_(None), TABLE.c.customer_id.not_in(alias.merged_ids()))
    if group_id is not None:
        query = query.where(TABLE.c.group_id == group_id)
    if lapsed is not None:
        query = query.where(TABLE.c.lapsed == lapsed)
    return query


def owners_of(customer_ids: list[str]) -> Select[Any]:
    return select(TABLE.c.customer_id, TABLE.c.owner_id).where(TABLE.c.customer_id.in_(customer_ids))


def owners(customer_ids: Sequence[str]) -> Select[Any]:
    """Who owns these customers, by the file that each of them has under its own id."""
    return select(TABLE.c.customer_id, TABLE.c.owner_id).where(TABLE.c.customer_id.in_(customer_ids))


def scoped(
    query: Select[Any],
    customer_id: ColumnElement[str],
    reach: Reach | None,
    responsible: ColumnElement[str] | None = None,
) -> Select[Any]:
    """A query about customers, limited to those in a person's reach (None: all).

    The file names the owner of a customer; a merged id goes by the file of the customer that it is now. A row that names
    who is ``responsible`` for it is also in the reach of whoever reaches that person's customers.
    """
    if reach is None:
        return query
    owners = sorted(reach.owners)
    shared = TABLE.c.grants.contains([{"person_id": reach.person_id, "operations": [reach.operation]}])
    found = [customer_id.in_(_ids(or_(TABLE.c.owner_id.in_(owners), shared)))]
    if reach.unowned:
        found.append(customer_id.not_in(_ids()))
    if responsible is not None:
        found.append(responsible.in_(owners))
    return query.where(or_(*found))


def _ids(*conditions: ColumnElement[bool]) -> CompoundSelect[Any]:
    """All ids of the customers whose files meet conditions."""
    merged = alias.TABLE
    own = select(TABLE.c.customer_id).where(TABLE.c.customer_id.not_in(alias.merged_ids()), *conditions)
    others = select(merged.c.customer_id).join(TABLE, TABLE.c.customer_id == merged.c.survivor_id).where(*conditions)
    return union_all(own, others)
