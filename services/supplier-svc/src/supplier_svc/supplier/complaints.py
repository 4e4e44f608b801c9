"""Complaints that were traced to the supplier's lots: which corrective action each is part of, and those that were not its fault."""

from collections.abc import Sequence
from datetime import date

from chassis.domain import Decision
from contracts.supplier import ComplaintJoinedAction, ComplaintTraceRefuted
from supplier_svc.scoring.tally import Nonconformance
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.corrective_actions import Action


def is_complaint(record: Nonconformance) -> bool:
    """A record that no inspection made is a customer's complaint, and has its id."""
    return record.inspection_id is None


def named_by(supplier: Supplier, reference: str) -> tuple[str, ...]:
    """The complaint that a reference of an action is, if it is one that the supplier answers for."""
    record = supplier.facts.nonconformance(reference)
    is_one = record is not None and is_complaint(record) and record.responsibility == "supplier"
    return (reference,) if is_one else ()


def complaints_of(supplier: Supplier, action: Action) -> tuple[str, ...]:
    """The complaints that an action is about, without those that turned out not to be the supplier's fault."""
    return tuple(each for each in action.complaint_ids if _answers_for(supplier, each))


def open_for(supplier: Supplier, record: Nonconformance) -> str | None:
    """The corrective action that is open on the item, the lot and the code of a record; of several the oldest."""
    matter, actions = (record.item_id, record.lot_id, record.code), supplier.corrective_actions.by_id
    found = [
        (action.opened_on, action_id)
        for action_id, action in actions.items()
        if action is not None
        and (of := supplier.facts.nonconformance(action.reference)) is not None
        and (of.item_id, of.lot_id, of.code) == matter
    ]
    return min(found)[1] if found else None


def about(supplier: Supplier, record_id: str, record: Nonconformance) -> Sequence[str]:
    """The open corrective actions that a record opened or joined, by id; only a complaint joins one."""
    actions, its_own = supplier.corrective_actions.by_id, f"CA-{record_id}"
    if not is_complaint(record):
        return [its_own] if actions.get(its_own) is not None else []
    return sorted(
        action_id
        for action_id, action in actions.items()
        if action is not None and (action_id == its_own or record_id in action.complaint_ids)
    )


def is_owed(supplier: Supplier, action_id: str, action: Action) -> bool:
    """Whether the supplier answers for any of the records that the action is about; one opened by hand is owed until it is withdrawn."""
    by_hand = action_id != f"CA-{action.reference}"
    return by_hand or any(_answers_for(supplier, record_id) for record_id in (action.reference, *action.complaint_ids))


def join(decision: Decision[Supplier], action_id: str, complaint_id: str, on: date) -> None:
    """The complaint becomes part of an open action; what was done of it already is passed on."""
    action = decision.state.corrective_actions.by_id[action_id]
    assert action is not None
    decision.emit(
        ComplaintJoinedAction(
            supplier_id=decision.id,
            action_id=action_id,
            complaint_id=complaint_id,
            joined_on=on,
            done=action.done,
            next_step=action.left[0].step,
            next_due_on=action.left[0].due_on,
        )
    )


def refute(decision: Decision[Supplier], complaint_id: str, record: Nonconformance, because: str, on: date) -> None:
    decision.emit(
        ComplaintTraceRefuted(
            supplier_id=decision.id,
            complaint_id=complaint_id,
            customer_id=record.customer_id,
            because=because,
            refuted_on=on,
        )
    )


def _answers_for(supplier: Supplier, record_id: str) -> bool:
    record = supplier.facts.nonconformance(record_id)
    return record is not None and record.responsibility == "supplier"
