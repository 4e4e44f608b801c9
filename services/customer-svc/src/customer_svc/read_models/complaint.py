"""Complaints: where each one stands, whether its promises were met, and the figures of many."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Select, and_, cast, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import (
    ComplaintAcknowledged,
    ComplaintActionFollowed,
    ComplaintAssigned,
    ComplaintCalledBack,
    ComplaintCauseReported,
    ComplaintClockBreached,
    ComplaintClosed,
    ComplaintHandedToSupplier,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintTraced,
    ComplaintTraceWithdrawn,
    ComplaintWorkStarted,
)
from customer_svc.complaints.state import Status
from customer_svc.read_models import alias, complaint_causes

Handled = (
    ComplaintOpened
    | ComplaintAcknowledged
    | ComplaintAssigned
    | ComplaintWorkStarted
    | ComplaintClockBreached
    | ComplaintResolved
    | ComplaintCalledBack
    | ComplaintClosed
    | ComplaintReopened
    | ComplaintTraced
    | ComplaintActionFollowed
    | ComplaintCauseReported
    | ComplaintTraceWithdrawn
    | ComplaintHandedToSupplier
)


@dataclass(frozen=True)
class Row:
    """``breaches`` are the clocks that ran out, ``traces`` the lots found to be the cause, ``times`` the reopenings.

    ``actions`` are the suppliers' corrective actions (8D) with the steps done and the next one due, ``reports`` what was said of the
    cause, ``handovers`` the suppliers who answer themselves.
    """

    complaint_id: str
    customer_id: str
    topic: str
    severity: str
    description: str
    owner_id: str
    status: Status
    opened_at: datetime
    respond_due_at: datetime | None
    on_site_due_at: datetime | None
    resolve_due_at: datetime | None
    order_id: str | None
    item_id: str | None
    policy_version: int
    acknowledged_at: datetime | None = None
    on_site_at: datetime | None = None
    resolved_at: datetime | None = None
    solution: str | None = None
    called_back_at: datetime | None = None
    satisfied: bool | None = None
    closed_at: datetime | None = None
    times: int = 0
    breaches: list[str] | None = None
    traces: list[dict[str, Any]] | None = None
    actions: list[dict[str, Any]] | None = None
    reports: list[dict[str, Any]] | None = None
    handovers: list[dict[str, Any]] | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.complaint_id,)]


def evolve(_: Key, row: Row | None, event: Handled, __: Envelope) -> Row | None:
    if isinstance(event, ComplaintOpened):
        due = {clock.clock: clock.due_at for clock in event.clocks}
        return Row(
            complaint_id=event.complaint_id,
            customer_id=event.customer_id,
            topic=event.topic,
            severity=event.severity,
            description=event.description,
            owner_id=event.owner_id,
            status="open",
            opened_at=event.opened_at,
            respond_due_at=due.get("respond"),
            on_site_due_at=due.get("on_site"),
            resolve_due_at=due.get("resolve"),
            order_id=event.order_id,
            item_id=event.item_id,
            policy_version=event.policy_version,
        )
    return row and _changed(row, event)


def _changed(row: Row, event: Handled) -> Row:
    match event:
        case ComplaintAcknowledged():
            return replace(row, status="acknowledged", acknowledged_at=event.acknowledged_at)
        case ComplaintAssigned():
            return replace(row, owner_id=event.owner_id)
        case ComplaintWorkStarted():
            on_site_at = event.started_at if event.on_site else row.on_site_at
            return replace(row, status="in_progress", on_site_at=on_site_at)
        case ComplaintClockBreached():
            return replace(row, breaches=[*(row.breaches or []), event.clock])
        case ComplaintResolved():
            return replace(row, status="resolved", resolved_at=event.resolved_at, solution=event.solution)
        case ComplaintCalledBack():
            return replace(row, called_back_at=event.called_at, satisfied=event.satisfied)
        case ComplaintClosed():
            return replace(row, status="closed", closed_at=event.closed_at)
        case ComplaintReopened():
            due_at = event.clocks[0].due_at
            return replace(
                row, status="in_progress", times=event.times, resolve_due_at=due_at, resolved_at=None, closed_at=None
            )
        case ComplaintTraced():
            lot = {"supplier_id": event.supplier_id, "item_id": event.item_id, "lot_id": event.lot_id}
            return replace(row, traces=[*(row.traces or []), {**lot, "severity": event.severity, "code": event.code}])
        case ComplaintActionFollowed():
            traces = complaint_causes.answering(row.traces or [], event) or None
            return replace(row, traces=traces, actions=complaint_causes.followed(row.actions or [], event))
        case ComplaintCauseReported():
            return replace(
                row,
                actions=complaint_causes.ended(row.actions or [], event) or None,
                reports=[*(row.reports or []), complaint_causes.report(event)],
                handovers=complaint_causes.answered(row.handovers or [], event) or None,
            )
        case ComplaintTraceWithdrawn():
            lists = (row.traces or [], row.actions or [], row.handovers or [])
            traces, actions, handovers = (complaint_causes.without(each, event) or None for each in lists)
            return replace(row, traces=traces, actions=actions, handovers=handovers)
        case ComplaintHandedToSupplier():
            handed = {"supplier_id": event.supplier_id, "handed_on": f"{event.handed_on}", "due_on": f"{event.due_on}"}
            return replace(row, handovers=[*(row.handovers or []), {**handed, "answered_on": None}])
        case ComplaintOpened():
            return row


MODEL = ReadModel(
    name="complaints",
    version=2,
    row=Row,
    key=("complaint_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("customer_id", "complaint_id"), ("status", "complaint_id"), ("opened_at", "complaint_id")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.complaint_id,)


def complaint(complaint_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.complaint_id == complaint_id)


def complaints(
    customer_id: str | None = None, status: Status | None = None, owner_id: str | None = None
) -> Select[Any]:
    query = select(TABLE)
    if customer_id is not None:
        query = query.where(alias.same_as(TABLE.c.customer_id, customer_id))
    for column, wanted in ((TABLE.c.status, status), (TABLE.c.owner_id, owner_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    return query


def counted(customer_ids: list[str], before: datetime) -> Select[Any]:
    """How many complaints a customer had before an instant, under all its ids."""
    opened = (TABLE.c.customer_id.in_(customer_ids), TABLE.c.opened_at < before)
    return select(func.count().label("complaints")).where(*opened)


def quality(since: datetime, before: datetime) -> Select[Any]:
    """The complaints opened from one instant until before another, by topic and severity.

    A promise counts as met when it was met in time, as broken when it was met late or its time is over; hours are
    means over those that are answered or resolved.
    """
    respond_h, resolve_h = _hours(TABLE.c.acknowledged_at), _hours(TABLE.c.resolved_at)
    return (
        select(
            TABLE.c.topic,
            TABLE.c.severity,
            func.count().label("complaint_count"),
            _counted(TABLE.c.status.not_in(("resolved", "closed"))).label("open_count"),
            _counted(TABLE.c.acknowledged_at <= TABLE.c.respond_due_at).label("responded_in_time"),
            _counted(_late("respond", TABLE.c.acknowledged_at, TABLE.c.respond_due_at)).label("responded_late"),
            _counted(TABLE.c.resolved_at <= TABLE.c.resolve_due_at).label("resolved_in_time"),
            _counted(_late("resolve", TABLE.c.resolved_at, TABLE.c.resolve_due_at)).label("resolved_late"),
            func.round(func.avg(respond_h), 2).label("mean_hours_to_respond"),
            func.round(func.avg(resolve_h), 2).label("mean_hours_to_resolve"),
            _counted(TABLE.c.times > 0).label("reopened_count"),
            _counted(TABLE.c.satisfied.is_(True)).label("satisfied_count"),
            _counted(TABLE.c.traces.is_not(None)).label("traced_count"),
        )
        .where(TABLE.c.opened_at >= since, TABLE.c.opened_at < before)
        .group_by(TABLE.c.topic, TABLE.c.severity)
        .order_by(TABLE.c.topic, TABLE.c.severity)
    )


def _late(clock: str, done_at: ColumnElement[Any], due_at: ColumnElement[Any]) -> ColumnElement[bool]:
    return (done_at > due_at) | and_(done_at.is_(None), TABLE.c.breaches.contains([clock]))


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _hours(done_at: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.extract("epoch", done_at - TABLE.c.opened_at), Numeric) / 3600
