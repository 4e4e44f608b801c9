"""A recall: opened, widened, closed; customers reminded, and whoever is late reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.calendar import add_days
from chassis.differences import difference
from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import (
    OpenAtCustomer,
    RecallClosed,
    RecallMeasure,
    RecallOpened,
    RecallOverdue,
    RecallReminded,
    RecallWidened,
)
from customer_svc.policies.recalls import RecallPolicy
from customer_svc.recalls.state import Recall
from customer_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class OpenRecall:
    """Call lots of an item back; again with more lots, it is widened. ``supplier_id`` and ``called_as``: by supplier-svc."""

    recall_id: str
    item_id: str
    lot_ids: tuple[str, ...]
    because: str
    measure: RecallMeasure
    opened_on: date
    due_on: date | None
    by: str
    target_percent: Decimal | None = None
    supplier_id: str | None = None
    called_as: str | None = None


@dataclass(frozen=True, slots=True)
class CloseRecall:
    recall_id: str
    because: str
    closed_on: date
    by: str


@dataclass(frozen=True, slots=True)
class RemindHolder:
    """A customer still has, or may have, recalled goods."""

    recall_id: str
    customer_id: str
    on: date


@dataclass(frozen=True, slots=True)
class ReportLate:
    """The day of the recall has passed."""

    recall_id: str
    on: date


class RecallDiffers(Refusal):
    """Recall {recall_id} is open already; it cannot be opened again with {difference}. Give another recall an id of its own."""


class RecallUnknown(Refusal):
    """There is no recall {recall_id}."""

    status = 404


class RecallIsClosed(Refusal):
    """Recall {recall_id} is closed."""


CONTENTS = ("item_id", "because", "measure", "supplier_id", "called_as")


def open_recall(command: OpenRecall, recall: Recall, policies: PolicyBook) -> Sequence[Event]:
    known = recall.opened
    if known is not None:
        before, now = ({name: getattr(each, name) for name in CONTENTS} for each in (known, command))
        if differs := difference(before, now):
            raise RecallDiffers(recall_id=command.recall_id, difference=differs)
        more = tuple(each for each in dict.fromkeys(command.lot_ids) if each not in recall.lot_ids)
        if not more:
            return []
        return [
            RecallWidened(recall_id=known.recall_id, item_id=known.item_id, lot_ids=more, widened_on=command.opened_on)
        ]
    policy = policies.at(RecallPolicy, command.opened_on)
    target = policy.document.target_percent if command.target_percent is None else command.target_percent
    return [
        RecallOpened(
            recall_id=command.recall_id,
            item_id=command.item_id,
            lot_ids=tuple(dict.fromkeys(command.lot_ids)),
            because=command.because,
            measure=command.measure,
            target_percent=target,
            opened_on=command.opened_on,
            due_on=command.due_on or add_days(command.opened_on, policy.document.due_days),
            by=command.by,
            supplier_id=command.supplier_id,
            called_as=command.called_as,
            policy_version=policy.version,
        )
    ]


def opened(recall_id: str, recall: Recall) -> RecallOpened:
    """Raises RecallUnknown."""
    if recall.opened is None:
        raise RecallUnknown(recall_id=recall_id)
    return recall.opened


def close(command: CloseRecall, recall: Recall) -> Sequence[Event]:
    opened(command.recall_id, recall)
    if recall.closed:
        raise RecallIsClosed(recall_id=command.recall_id)
    return [closed(recall, command.because, command.closed_on, command.by)]


def closed(recall: Recall, because: str, on: date, by: str | None = None) -> RecallClosed:
    known = recall.opened
    assert known is not None
    left = ((customer_id, recall.holders[customer_id].open) for customer_id in sorted(recall.holders))
    return RecallClosed(
        recall_id=known.recall_id,
        item_id=known.item_id,
        closed_on=on,
        because=because,
        by=by,
        left=tuple(OpenAtCustomer(customer_id=customer_id, open=open) for customer_id, open in left if open),
        supplier_id=known.supplier_id,
        called_as=known.called_as,
        counts=recall.counts(),
    )


def remind(command: RemindHolder, recall: Recall, policies: PolicyBook) -> Sequence[Event]:
    known, holder = opened(command.recall_id, recall), recall.holder(command.customer_id)
    if not holder.open:
        return []
    days = policies.at(RecallPolicy, command.on).document.remind_days
    return [
        RecallReminded(
            recall_id=known.recall_id,
            customer_id=command.customer_id,
            item_id=known.item_id,
            lot_ids=recall.lot_ids,
            measure=known.measure,
            open=holder.open,
            number=holder.reminders + 1,
            reminded_on=command.on,
            remind_on=add_days(command.on, days),
            owner_id=holder.owner_id,
        )
    ]


def report_late(command: ReportLate, recall: Recall) -> Sequence[Event]:
    """Where nobody is known to have got anything, there is nothing to wait for."""
    known, counts = opened(command.recall_id, recall), recall.counts()
    if recall.closed:
        return []
    if not counts.customers:
        return [closed(recall, Sentences.RECALL_OF_NOBODY(), command.on)]
    return [
        RecallOverdue(
            recall_id=known.recall_id,
            item_id=known.item_id,
            due_on=known.due_on,
            target_percent=known.target_percent,
            supplier_id=known.supplier_id,
            counts=counts,
        )
    ]
