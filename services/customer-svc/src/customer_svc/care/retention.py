"""Keeping a customer: warned about, worked for, recovered. Stream ``retention-{customer_id}``.

Rule: each warning opens a retention task; recovered when an order comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import assert_never

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import (
    BuyingFigures,
    ChurnLevel,
    ChurnRecovered,
    ChurnWarned,
    RetentionTaskDone,
    RetentionTaskOpened,
)
from customer_svc.policies.care import CarePolicy
from customer_svc.sentences import Sentences

# State


@dataclass(frozen=True, slots=True)
class Retention:
    """``level`` while a warning stands; ``open_task`` while somebody is at work; ``tasks`` counts all of them."""

    level: ChurnLevel | None = None
    warned_on: date = date.min
    open_task: str | None = None
    tasks: int = 0


# Evolve


def evolve(retention: Retention, event: Event) -> Retention:
    match event:
        case ChurnWarned():
            return replace(retention, level=event.level, warned_on=event.warned_on)
        case RetentionTaskOpened():
            return replace(retention, open_task=event.task_id, tasks=retention.tasks + 1)
        case RetentionTaskDone():
            return replace(retention, open_task=None)
        case ChurnRecovered():
            return replace(retention, level=None)
    return retention


# Commands


@dataclass(frozen=True, slots=True)
class WarnOfChurn:
    """A round's finding about a customer."""

    customer_id: str
    level: ChurnLevel
    owner_id: str
    because: str
    figures: BuyingFigures
    on: date
    policy_version: int


@dataclass(frozen=True, slots=True)
class NoteOrder:
    """The customer ordered; it matters only to one that was warned about."""

    customer_id: str
    order_id: str
    on: date


@dataclass(frozen=True, slots=True)
class FinishTask:
    customer_id: str
    task_id: str
    outcome: str
    on: date
    by: str


RetentionCommand = WarnOfChurn | NoteOrder | FinishTask


# Decide


class NoSuchTask(Refusal):
    """Customer {customer_id} has no open retention task {task_id}."""

    status = 404


def decide(command: RetentionCommand, retention: Retention, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case WarnOfChurn():
            return _warn(command, retention, policies)
        case NoteOrder(customer_id, order_id, on):
            if retention.level is None or on <= retention.warned_on:
                return []
            because = Sentences.ORDERED_AGAIN(order_id=order_id, ordered_on=on)
            return [ChurnRecovered(customer_id=customer_id, level=retention.level, recovered_on=on, because=because)]
        case FinishTask(customer_id, task_id, outcome, on, by):
            if retention.open_task != task_id:
                raise NoSuchTask(customer_id=customer_id, task_id=task_id)
            return [RetentionTaskDone(task_id=task_id, customer_id=customer_id, done_on=on, outcome=outcome, by=by)]
        case _:
            assert_never(command)


def _warn(command: WarnOfChurn, retention: Retention, policies: PolicyBook) -> Sequence[Event]:
    """A warning is published when it is new or worse; a task is opened unless somebody is at work already."""
    if retention.level in (command.level, "red") or command.on <= retention.warned_on:
        return []
    warned = ChurnWarned(
        customer_id=command.customer_id,
        level=command.level,
        previous=retention.level,
        owner_id=command.owner_id,
        warned_on=command.on,
        because=command.because,
        figures=command.figures,
        policy_version=command.policy_version,
    )
    if retention.open_task is not None:
        return [warned]
    days = policies.at(CarePolicy, command.on).document.task_days
    opened = RetentionTaskOpened(
        task_id=f"RT-{command.customer_id}-{retention.tasks + 1}"[:100],
        customer_id=command.customer_id,
        owner_id=command.owner_id,
        level=command.level,
        opened_on=command.on,
        due_on=command.on + timedelta(days=days),
    )
    return [warned, opened]


DECIDER = Decider(
    category="retention",
    commands=(WarnOfChurn, NoteOrder, FinishTask),
    stream_id=lambda command: command.customer_id,
    initial=Retention(),
    evolve=evolve,
    decide=decide,
    names="customer",
)
