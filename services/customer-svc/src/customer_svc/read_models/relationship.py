"""Relationships: how near each customer is, its box, who cares for a key account, where effort goes."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Select, false, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import (
    DevelopmentPlanMade,
    EffortSpent,
    JointPlanAgreed,
    KeyAccountDesignated,
    KeyAccountReleased,
    KeyAccountVisited,
    LifeCycleChanged,
    NineBoxPlaced,
    NineBoxReviewOpened,
    RelationshipStageChanged,
)
from customer_svc.files.access import Reach
from customer_svc.read_models import alias, customer_file

Handled = (
    RelationshipStageChanged
    | JointPlanAgreed
    | LifeCycleChanged
    | NineBoxPlaced
    | NineBoxReviewOpened
    | DevelopmentPlanMade
    | KeyAccountDesignated
    | KeyAccountReleased
    | KeyAccountVisited
    | EffortSpent
)


Box = Literal["A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3"]
"""Worth, then position: of the nine-box."""


@dataclass(frozen=True)
class Row:
    """``review_box`` is the box that an open review proposes; ``hours`` all effort spent so far."""

    customer_id: str
    stage: str = "vendor"
    stage_on: date | None = None
    joint_plan: str | None = None
    phase: str | None = None
    phase_on: date | None = None
    box: str | None = None
    box_on: date | None = None
    review_box: str | None = None
    review_because: str | None = None
    development_plan: str | None = None
    key_account: bool = False
    key_account_owner: str | None = None
    sponsor_id: str | None = None
    emphasis: str | None = None
    team: list[str] | None = None
    next_meeting_on: date | None = None
    last_visit_on: date | None = None
    hours: Decimal = Decimal(0)


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    known = row or Row(key[0])
    match event:
        case RelationshipStageChanged():
            return replace(known, stage=event.stage, stage_on=event.changed_on)
        case JointPlanAgreed():
            return replace(known, joint_plan=event.plan)
        case LifeCycleChanged():
            return replace(known, phase=event.phase, phase_on=event.changed_on)
        case NineBoxPlaced():
            return replace(known, box=event.box, box_on=event.placed_on, review_box=None, review_because=None)
        case NineBoxReviewOpened():
            return replace(known, review_box=event.proposed, review_because=event.because)
        case DevelopmentPlanMade():
            return replace(known, development_plan=event.plan)
        case KeyAccountDesignated():
            return replace(
                known,
                key_account=True,
                key_account_owner=event.owner_id,
                sponsor_id=event.sponsor_id,
                emphasis=event.emphasis,
                team=list(event.team),
                next_meeting_on=event.next_meeting_on,
            )
        case KeyAccountReleased():
            return replace(known, key_account=False, next_meeting_on=None)
        case KeyAccountVisited():
            last = max(known.last_visit_on or event.visited_on, event.visited_on)
            return replace(known, last_visit_on=last, next_meeting_on=event.next_meeting_on)
        case EffortSpent():
            return replace(known, hours=known.hours + event.hours)


MODEL = ReadModel(
    name="relationships",
    version=2,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("key_account", "customer_id"), ("box", "customer_id")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.customer_id,)


def relationship(customer_id: str) -> Select[Any]:
    return _standing().where(TABLE.c.customer_id == customer_id)


def _standing() -> Select[Any]:
    other, merged = TABLE.alias(), alias.TABLE
    more = (
        select(func.coalesce(func.sum(other.c.hours), 0))
        .join(merged, merged.c.customer_id == other.c.customer_id)
        .where(merged.c.survivor_id == TABLE.c.customer_id)
        .scalar_subquery()
    )
    columns = (column for column in TABLE.c if column.name != "hours")
    return select(*columns, (TABLE.c.hours + more).label("hours"))


def relationships(
    key_account: bool | None = None, box: Box | None = None, in_review: bool | None = None
) -> Select[Any]:
    """Where customers stand; what was decided of an id before it was merged is history, the hours count."""
    query = _standing().where(TABLE.c.customer_id.not_in(alias.merged_ids()))
    if key_account is not None:
        query = query.where(TABLE.c.key_account == key_account)
    if box is not None:
        query = query.where(TABLE.c.box == box)
    if in_review is not None:
        query = query.where(TABLE.c.review_box.is_not(None) if in_review else TABLE.c.review_box.is_(None))
    return query


def without_a_plan(box: str) -> Select[Any]:
    """Customers of a box and key accounts for whom nobody has made a development plan, with their owners."""
    files = customer_file.TABLE
    return (
        select(TABLE.c.customer_id, files.c.name, files.c.owner_id, TABLE.c.box, TABLE.c.key_account)
        .select_from(TABLE.outerjoin(files, files.c.customer_id == TABLE.c.customer_id))
        .where(
            (TABLE.c.box == box) | TABLE.c.key_account,
            TABLE.c.development_plan.is_(None),
            TABLE.c.customer_id.not_in(alias.merged_ids()),
        )
        .order_by(TABLE.c.customer_id)
    )


def effort(reach: Reach | None = None) -> Select[Any]:
    """Hours and customers, of key accounts and of the others; hours under a merged id are the customer's."""
    found, customer_id = alias.resolved(TABLE)
    by_customer: list[Any] = [customer_id.label("customer_id"), func.sum(TABLE.c.hours).label("hours")]
    spent_hours = select(*by_customer).select_from(found).where(TABLE.c.hours > 0).group_by(customer_id)
    spent = customer_file.scoped(spent_hours, TABLE.c.customer_id, reach).subquery("spent")
    is_key = func.coalesce(TABLE.c.key_account, false()).label("key_account")
    figures: list[Any] = [func.count().label("customers"), func.sum(spent.c.hours).label("hours")]
    return (
        select(is_key, *figures)
        .select_from(spent.outerjoin(TABLE, TABLE.c.customer_id == spent.c.customer_id))
        .group_by(is_key)
        .order_by(is_key.desc())
    )
