"""The recall 召回 of a supplier's lots: called by a person, widened by later facts, followed until the customers' recalls are closed."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import assert_never

from chassis.calendar import add_days
from chassis.domain import Decision, Refusal
from contracts.erp import LotRef, Severity
from contracts.supplier import (
    LotRecallCalled,
    LotRecallPassedOn,
    LotRecallProgressed,
    LotUse,
    RecallRemedy,
)
from supplier_svc.policies.recalls import RecallPolicy
from supplier_svc.supplier import recall_widening
from supplier_svc.supplier.facts import check_date
from supplier_svc.supplier.repeats import check_same
from supplier_svc.supplier.rules.recalls import (
    Uses,
    built_of,
    deliveries_of,
    ids_of,
    lots_made_of,
    near,
    recalled,
    received,
    sold,
    working_day,
)
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.recalls import Recall


@dataclass(frozen=True)
class CallRecall:
    """Call lots of an item back, or those that were made of a sub-supplier's lot. ``uses``: what they were built into, as their streams
    have it."""

    supplier_id: str
    recall_id: str
    item_id: str
    lot_ids: tuple[str, ...]
    sub_supplier_id: str | None
    sub_lot_id: str | None
    reason: str
    severity: Severity
    remedy: RecallRemedy
    called_on: date
    by: str
    uses: Uses = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FollowUse:
    """A recalled lot was built into another one."""

    supplier_id: str
    recall_id: str
    component: LotRef
    use: LotUse
    on: date


@dataclass(frozen=True, slots=True)
class NoteProgress:
    """How far the customers' recall of one sold item is, as customer-svc counts it."""

    supplier_id: str
    recall_id: str
    sold_recall_id: str
    item_id: str
    customers: int
    shipped: Decimal
    back: Decimal
    possible: Decimal
    is_closed: bool
    on: date


@dataclass(frozen=True, slots=True)
class ConfirmMarked:
    """All lots that the recall reached up to ``revision`` are marked."""

    supplier_id: str
    recall_id: str
    revision: int


Command = CallRecall | FollowUse | NoteProgress | ConfirmMarked

CONTENTS = ("item_id", "reason", "severity", "remedy", "called_on", "sub_supplier_id", "sub_lot_id")


class LotUnknown(Refusal):
    """No delivery of {supplier_id} has lot {lot_id}; was it received under another number?"""

    status = 404


class CalledInFuture(Refusal):
    """Recall {recall_id} is called on {called_on}, which lies in the future; today is {today}. Correct called_on."""

    status = 422


class CalledBeforeReceived(Refusal):
    """Recall {recall_id} is called on {called_on}, before lot {lot_id} was received on {received_on}. Correct called_on."""

    status = 422


class RecallIdTaken(Refusal):
    """Recall {recall_id} would share the ids of its sold items with recall {other_id} of {supplier_id}. Give it an id of its own."""


class RecallUnknown(Refusal):
    """Supplier {supplier_id} has no recall {recall_id}."""

    status = 404


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case CallRecall():
            _call(command, decision)
        case FollowUse():
            _follow(command, decision)
        case NoteProgress():
            _note(command, decision)
        case ConfirmMarked():
            _passed_on(command, decision)
        case _:
            assert_never(command)


def lots_of(command: CallRecall, supplier: Supplier) -> tuple[str, ...]:
    """The numbers of the lots that are called back. Raises LotUnknown."""
    if command.sub_supplier_id is None or command.sub_lot_id is None:
        lot_ids = tuple(dict.fromkeys(command.lot_ids))
    else:
        lot_ids = tuple(lots_made_of(supplier.facts, command.item_id, command.sub_supplier_id, command.sub_lot_id))
        if not lot_ids:
            raise LotUnknown(supplier_id=command.supplier_id, lot_id=command.sub_lot_id)
    for lot_id, deliveries in deliveries_of(supplier.facts, command.item_id, lot_ids).items():
        if not deliveries:
            raise LotUnknown(supplier_id=command.supplier_id, lot_id=lot_id)
    return lot_ids


def _call(command: CallRecall, decision: Decision[Supplier]) -> None:
    known = decision.state.recalls.by_id.get(command.recall_id)
    if known is not None:
        now = {name: getattr(command, name) for name in CONTENTS}
        check_same(f"Recall {command.recall_id}", {name: getattr(known.called, name) for name in CONTENTS}, now)
        if command.lot_ids:
            first = tuple(sorted(each.lot_id for each in known.called.lots))
            given = tuple(sorted(set(command.lot_ids)))
            check_same(f"Recall {command.recall_id}", {"lot_ids": first}, {"lot_ids": given})
        return
    _check_id(command, decision.state)
    check_date(f"Recall {command.recall_id}", command.called_on, decision)
    lot_ids, facts = lots_of(command, decision.state), decision.state.facts
    policy = decision.policy(RecallPolicy, command.called_on)
    of_lot = deliveries_of(facts, command.item_id, lot_ids)
    lots = [received(command.item_id, lot_id, of_lot[lot_id]) for lot_id in lot_ids]
    for lot in lots:
        if command.called_on < lot.since:
            raise CalledBeforeReceived(
                recall_id=command.recall_id, called_on=command.called_on, lot_id=lot.lot_id, received_on=lot.since
            )
    reached = (*lots, *built_of(lots, command.uses, policy.document.levels))
    decision.emit(
        LotRecallCalled(
            supplier_id=command.supplier_id,
            recall_id=command.recall_id,
            item_id=command.item_id,
            lots=tuple(recalled(lot_id, of_lot[lot_id]) for lot_id in lot_ids),
            sold=sold(command.recall_id, reached),
            reached=reached,
            near_lots=near(facts, command.item_id, lot_ids, policy.document.near_days),
            reason=command.reason,
            severity=command.severity,
            remedy=command.remedy,
            called_on=command.called_on,
            due_on=working_day(add_days(command.called_on, policy.document.due_days)),
            by=command.by,
            sub_supplier_id=command.sub_supplier_id,
            sub_lot_id=command.sub_lot_id,
            policy_version=policy.version,
        )
    )


def _check_id(command: CallRecall, supplier: Supplier) -> None:
    """Other suppliers' recalls are kept apart by their claims. Raises RecallIdTaken for one of this supplier."""
    own = set(ids_of(command.recall_id))
    for other_id in supplier.recalls.by_id:
        if own.intersection(ids_of(other_id)):
            raise RecallIdTaken(recall_id=command.recall_id, other_id=other_id, supplier_id=command.supplier_id)


def _follow(command: FollowUse, decision: Decision[Supplier]) -> None:
    recall = _known(command.supplier_id, command.recall_id, decision)
    component = recall.reached.get((command.component.item_id, command.component.lot_id))
    if component is not None:
        recall_widening.after_use(decision, recall, component, command.use, command.on)


def _passed_on(command: ConfirmMarked, decision: Decision[Supplier]) -> None:
    recall = _known(command.supplier_id, command.recall_id, decision)
    if command.revision > recall.passed_on:
        decision.emit(
            LotRecallPassedOn(supplier_id=command.supplier_id, recall_id=command.recall_id, revision=command.revision)
        )


def _note(command: NoteProgress, decision: Decision[Supplier]) -> None:
    recall = _known(command.supplier_id, command.recall_id, decision)
    known = recall.progress.get(command.sold_recall_id)
    now = LotRecallProgressed(
        supplier_id=command.supplier_id,
        recall_id=command.recall_id,
        sold_recall_id=command.sold_recall_id,
        item_id=command.item_id,
        customers=command.customers,
        shipped=command.shipped,
        back=command.back,
        possible=command.possible,
        is_closed=command.is_closed or (known is not None and known.is_closed),
        progressed_on=command.on,
    )
    if known is None or known.model_copy(update={"progressed_on": command.on}) != now:
        decision.emit(now)


def _known(supplier_id: str, recall_id: str, decision: Decision[Supplier]) -> Recall:
    recall = decision.state.recalls.by_id.get(recall_id)
    if recall is None:
        raise RecallUnknown(supplier_id=supplier_id, recall_id=recall_id)
    return recall
