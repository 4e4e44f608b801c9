"""One row per collection case: its strategy, steps, pauses, promises and stages, and what comes next."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import (
    CaseClockRanOut,
    CaseDelegated,
    CasePaused,
    CaseResumed,
    CaseStageReached,
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStepRescheduled,
    CollectionStepTaken,
    CollectionStepWithdrawn,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
)
from credit_svc.collection.case_folds import CaseEvent
from credit_svc.read_models.case_details import changes
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    case_id: str
    opened_on: date
    oldest_invoice_id: str
    currency: str
    """Of the oldest overdue invoice."""
    steps: list[Any]
    """Each as ``{step, taken_on, days_past_due, oldest_invoice_id, overdue, currency, policy_version, taken_by, reason, contact_way,
    way_because}``."""
    strategy: str = "general"
    strategy_because: str = ""
    current_step: str | None = None
    next_step: str | None = None
    next_step_on: date | None = None
    paused_because: str | None = None
    paused_until: date | None = None
    pause_reason: str | None = None
    promises: list[Any] = field(default_factory=list)
    """Each as ``{promise_id, amount, currency, promised_on, made_on, state}``; state: open, kept, broken."""
    broken_promises: int = 0
    way: str | None = None
    agency: str | None = None
    commission_percent: Decimal | None = None
    commission_fixed: Decimal | None = None
    stages: list[Any] = field(default_factory=list)
    """Each as ``{way, stage, number, reached_on, note, recorded_by, clock, clock_ends_on, ran_out_on}``."""
    closed_on: date | None = None
    closed_because: str | None = None
    highest_step: str | None = None
    withdrawals: list[Any] = field(default_factory=list)
    """Steps that were taken back, each with the fields of ``CollectionStepWithdrawn``."""
    way_asked: bool = False
    way_question: dict[str, Any] = field(default_factory=dict)
    """The fields of ``CaseWayAsked`` with ``{status, postponed_until}``; status: open, postponed, unanswered; empty when none is open."""
    way_answers: list[Any] = field(default_factory=list)
    way_items: list[Any] = field(default_factory=list)
    """What was given to the way: ``{invoice_id, amount}``."""
    ended_ways: list[Any] = field(default_factory=list)
    """Each as ``{way, because, ended_on}``."""
    review: dict[str, Any] = field(default_factory=dict)
    """The review that a person owes: ``{due_on, answer_by, options}``; empty when none."""
    reviews: list[Any] = field(default_factory=list)
    plans: list[Any] = field(default_factory=list)
    """Payment plans: the fields of ``PaymentPlanAgreed``, ``status`` (open, kept, broken), and of each instalment its status."""
    plan_proposal: dict[str, Any] = field(default_factory=dict)
    """The payment plan that waits for another person: the fields of ``PaymentPlanProposed``; empty when none does."""


Handled = CaseEvent


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.case_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if isinstance(event, CollectionCaseOpened):
        return Row(
            event.customer_id, event.case_id, event.opened_on, event.invoice_id, event.currency, [], event.strategy,
            event.because,
        )  # fmt: skip
    if row is None:
        return None
    return _stepped(replace(row, **changes(row, event)), event)


def _stepped(row: Row, event: Handled) -> Row:
    match event:
        case CollectionStepTaken():
            step = event.model_dump(mode="json", include=STEP)
            return replace(_moved(row, event), steps=[*row.steps, step], current_step=event.step)
        case CollectionStepRescheduled() | CollectionStepWithdrawn():
            return _moved(row, event)
        case CasePaused() as e:
            return replace(
                row,
                paused_because=e.cause,
                paused_until=e.until,
                pause_reason=e.reason,
                next_step_on=e.until,
                review={},
            )
        case CaseResumed():
            return replace(row, paused_because=None, paused_until=None, pause_reason=None)
        case PromiseMade():
            promise = event.model_dump(mode="json", include=PROMISE)
            return replace(row, promises=[*row.promises, {**promise, "status": "open"}])
        case PromiseKept():
            return _judged(row, event.promise_id, "kept")
        case PromiseBroken():
            return replace(_judged(row, event.promise_id, "broken"), broken_promises=row.broken_promises + 1)
        case CaseDelegated() as e:
            return replace(
                row,
                agency=e.agency,
                commission_percent=e.commission_percent or row.commission_percent,
                commission_fixed=e.commission_fixed or row.commission_fixed,
            )
        case CaseStageReached():
            stage = event.model_dump(mode="json", include=STAGE)
            return replace(row, way=event.way, stages=[*row.stages, {**stage, "ran_out_on": None}])
        case CaseClockRanOut():
            stages = [
                {**each, "ran_out_on": event.ran_out_on.isoformat()}
                if each["stage"] == event.stage and event.whose is None
                else each
                for each in row.stages
            ]
            return replace(row, stages=stages)
        case CollectionCaseClosed():
            return replace(
                row, closed_on=event.closed_on, closed_because=event.cause, next_step=None, next_step_on=None,
                way_question={}, way_asked=False, review={}, plan_proposal={},
            )  # fmt: skip
    return row


STEP = {
    "step",
    "taken_on",
    "days_past_due",
    "oldest_invoice_id",
    "overdue",
    "currency",
    "policy_version",
    "taken_by",
    "reason",
    "contact_way",
    "way_because",
}
PROMISE = {"promise_id", "amount", "currency", "promised_on", "made_on"}
STAGE = {"way", "stage", "number", "reached_on", "note", "recorded_by", "clock", "clock_ends_on"}


def _moved(row: Row, event: CollectionStepTaken | CollectionStepRescheduled | CollectionStepWithdrawn) -> Row:
    review = row.review if event.next_step_on and event.next_step_on.isoformat() == row.review.get("answer_by") else {}
    return replace(
        row,
        review=review,
        oldest_invoice_id=event.oldest_invoice_id,
        currency=event.currency,
        next_step=event.next_step,
        next_step_on=event.next_step_on,
    )


def _judged(row: Row, promise_id: str, status: str) -> Row:
    promises = [{**each, "status": status} if each["promise_id"] == promise_id else each for each in row.promises]
    return replace(row, promises=promises)


MODEL = following(
    ReadModel(
        name="collection_case",
        version=7,
        row=Row,
        key=("customer_id", "case_id"),
        keys=keys,
        evolve=evolve,
        indexes=(("case_id",), ("closed_on",)),
    )
)


def case(case_id: str) -> Select[Any]:
    table = MODEL.table
    return select(table).where(table.c.case_id == case_id)


def case_of_customer(customer_id: str) -> Select[Any]:
    """The open case of a customer, if there is one."""
    table = MODEL.table
    return select(table).where(table.c.customer_id == customer_id, table.c.closed_on.is_(None))
